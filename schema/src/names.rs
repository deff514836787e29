//! Names: the nearest known one, and the case of paths.

/// The candidate nearest to `name` by letters changed, added, dropped or swapped, ignoring case;
/// nothing where none is near enough: one change is allowed for every three letters begun, but not of all letters.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters = name.chars().count();
    let limit = letters.div_ceil(3).min(letters.saturating_sub(1));
    let best = candidates.into_iter().map(|candidate| (distance(name, candidate), candidate)).min_by_key(|pair| pair.0);
    best.filter(|pair| pair.0 <= limit).map(|pair| pair.1)
}

/// The candidate of the same letters, whatever their case and wherever `_` stands.
pub fn alike<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates.into_iter().find(|candidate| distance(name, candidate) == 0)
}

/// `MaxPool2d` as a path segment: `max_pool2d`.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut after_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = letter.is_lowercase() || letter.is_ascii_digit();
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Optimal string alignment distance.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().filter(|c| *c != '_').collect();
    let b: Vec<char> = b.to_lowercase().chars().filter(|c| *c != '_').collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_name() {
        assert_eq!(nearest("Dens", ["Dense", "Dropout"]), Some("Dense"));
        assert_eq!(nearest("rleu", ["relu", "elu", "selu"]), Some("relu"));
        assert_eq!(nearest("Transformer", ["Dense", "Dropout"]), None);
        assert_eq!(nearest("Conv2D", ["concat", "Conv2d"]), Some("Conv2d"));
        assert_eq!(nearest("Conv2D", ["concat"]), None);
        assert_eq!(nearest("z", ["x", "y"]), None);
    }

    #[test]
    fn writes_path_segments() {
        assert_eq!(snake_case("MaxPool2d"), "max_pool2d");
        assert_eq!(snake_case("Dense"), "dense");
        assert_eq!(snake_case("GlobalAvgPool2d"), "global_avg_pool2d");
        assert_eq!(snake_case("LSTM"), "lstm");
    }
}
