//! Names: the nearest known one, and the case of paths.

/// The candidate nearest to `name` by letters changed, added, dropped or swapped, ignoring case;
/// nothing where none is near enough: one change is allowed for every three letters begun, but not of all letters.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let count = name.chars().count();
    let limit = count.div_ceil(3).min(count.saturating_sub(1));
    let name: Vec<char> = letters(name).collect();
    let near = candidates.into_iter().filter_map(|candidate| {
        let other: Vec<char> = letters(candidate).collect();
        // As many letters are added or dropped at least.
        if name.len().abs_diff(other.len()) > limit {
            return None;
        }
        Some((distance(&name, &other), candidate)).filter(|pair| pair.0 <= limit)
    });
    near.min_by_key(|pair| pair.0).map(|pair| pair.1)
}

/// The candidate of the same letters, whatever their case and wherever `_` stands.
pub fn alike<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates.into_iter().find(|candidate| letters(name).eq(letters(candidate)))
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

/// The letters that count: in lower case and without `_`.
fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase).filter(|letter| *letter != '_')
}

/// Optimal string alignment distance.
fn distance(a: &[char], b: &[char]) -> usize {
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
    fn knows_the_same_letters() {
        assert_eq!(alike("conv_2D", ["concat", "Conv2d"]), Some("Conv2d"));
        assert_eq!(alike("Conv2", ["Conv2d"]), None);
        assert_eq!(alike("Conv2dd", ["Conv2d"]), None);
    }

    #[test]
    fn writes_path_segments() {
        assert_eq!(snake_case("MaxPool2d"), "max_pool2d");
        assert_eq!(snake_case("Dense"), "dense");
        assert_eq!(snake_case("GlobalAvgPool2d"), "global_avg_pool2d");
        assert_eq!(snake_case("LSTM"), "lstm");
    }
}
