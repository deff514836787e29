//! What other frameworks call things, for the help after an unknown name.

mod missing;
mod names;
mod options;

use crate::Catalogue;
use missing::MISSING;
use names::{DIFFERENCES, NAMES};
use options::REMARKS;

/// Our name for what another framework calls `name`, where it is one of the candidates.
pub fn translated<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = plain(name);
    let (_, ours) = NAMES.iter().find(|(foreign, _)| *foreign == plain)?;
    candidates.into_iter().find(|candidate| ours.contains(candidate))
}

/// How ours differs from what another framework means by `name`, for the end of a sentence that translates it.
pub fn difference(name: &str) -> Option<&'static str> {
    let plain = plain(name);
    DIFFERENCES.iter().find(|(foreign, _)| *foreign == plain).map(|(_, text)| *text)
}

/// Whether other frameworks have something of this name that may not exist here.
pub fn exists_elsewhere(name: &str) -> bool {
    MISSING.contains(&plain(name).as_str())
}

/// What to say about an option of other frameworks that does not exist here, and whether it is simply left out.
pub fn option_remark(name: &str) -> Option<(&'static str, bool)> {
    let plain = plain(name);
    REMARKS.iter().find(|(foreign, ..)| *foreign == plain).map(|(_, text, is_needless)| (*text, *is_needless))
}

/// Whether a layer's first argument elsewhere is the number of its inputs, which is inferred here: `Linear(784, 128)`.
pub fn counts_inputs(name: &str) -> bool {
    matches!(plain(name).as_str(), "linear" | "linearconfig")
}

/// The entry that a number in its place means: `regularizer = 1e-4` is `l2(1e-4)`. The number is also given as written.
pub fn entry_of_number(catalogue: &Catalogue, value: f64, written: &str) -> Option<String> {
    match catalogue.noun {
        "regularizer" => Some(format!("l2({written})")),
        "initializer" if value == 0.0 => Some("zeros".to_string()),
        "initializer" if value == 1.0 => Some("ones".to_string()),
        "initializer" => Some(format!("constant({written})")),
        _ => None,
    }
}

/// What a word in quotes means as a truth value: `approximate = "tanh"`.
pub fn truth_of_text(option: &str, text: &str) -> Option<bool> {
    match (option, text.to_lowercase().as_str()) {
        (_, "true") | ("approximate", "tanh") => Some(true),
        (_, "false") | ("approximate", "none") => Some(false),
        _ => None,
    }
}

/// A name in lower case without `_`.
fn plain(name: &str) -> String {
    name.to_lowercase().chars().filter(|letter| *letter != '_').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Initializer, Loss, Regularizer, layers};

    #[test]
    fn only_candidates_are_named() {
        assert_eq!(translated("Linear", ["Dense", "linear"]), Some("Dense"));
        assert_eq!(translated("CrossEntropyLoss", Loss::CATALOGUE.names()), Some("cross_entropy"));
        assert_eq!(translated("use_bias", ["units", "bias"]), Some("bias"));
        assert_eq!(translated("use_bias", ["units"]), None);
        assert_eq!(translated("Dense", ["Dense"]), None);
    }

    #[test]
    fn no_row_is_a_name_of_ours() {
        let layers = layers::LAYERS.iter().map(|kind| kind.entry.name).collect::<Vec<_>>();
        for (foreign, ours) in NAMES {
            assert!(!ours.contains(foreign), "{foreign}");
            let is_layer = layers.iter().any(|name| name == foreign);
            let is_activation = Activation::CATALOGUE.names().any(|name| name == *foreign && name != "linear");
            assert!(!is_layer && !is_activation, "{foreign}");
        }
    }
    #[test]
    fn names_are_plain_and_stand_once() {
        let names = NAMES.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let differences = DIFFERENCES.iter().map(|(name, _)| *name).collect();
        let remarks = REMARKS.iter().map(|(name, ..)| *name).collect();
        for list in [names, differences, remarks, MISSING.to_vec()] {
            for (position, name) in list.iter().enumerate() {
                assert_eq!(plain(name), *name);
                assert!(!list[..position].contains(name), "{name} stands twice");
            }
        }
    }

    #[test]
    fn a_number_means_an_entry() {
        for (catalogue, value, expected) in [
            (Regularizer::CATALOGUE, 0.5, Some("l2(0.5)")),
            (Initializer::CATALOGUE, 0.0, Some("zeros")),
            (Initializer::CATALOGUE, 0.5, Some("constant(0.5)")),
            (Loss::CATALOGUE, 0.5, None),
        ] {
            assert_eq!(entry_of_number(catalogue, value, "0.5").as_deref(), expected);
        }
    }

    #[test]
    fn what_exists_elsewhere_is_known() {
        assert!(exists_elsewhere("Conv2D") && exists_elsewhere("triplet_margin_loss"));
        assert!(!exists_elsewhere("Foo"));
        assert_eq!(option_remark("from_logits"), option_remark("FromLogits"));
    }
}
