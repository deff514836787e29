//! What other frameworks call things, for the help after an unknown name.

/// Names of Keras and PyTorch, in lower case without `_`, and ours. Where ours differs by case or a letter alone, the
/// nearest name is found without this table.
const NAMES: &[(&str, &[&str])] = &[
    // Layers and functions of tensors.
    ("linear", &["Dense"]),
    ("fullyconnected", &["Dense"]),
    ("convolution2d", &["Conv2d"]),
    ("maxpooling2d", &["MaxPool2d"]),
    ("averagepooling2d", &["AvgPool2d"]),
    ("globalaveragepooling2d", &["GlobalAvgPool2d"]),
    ("globalmaxpooling2d", &["GlobalMaxPool2d"]),
    ("batchnormalization", &["BatchNorm"]),
    ("batchnorm1d", &["BatchNorm"]),
    ("batchnorm2d", &["BatchNorm"]),
    ("layernormalization", &["LayerNorm"]),
    ("multiheadattention", &["Attention"]),
    ("concatenate", &["concat"]),
    ("cat", &["concat"]),
    ("view", &["Reshape"]),
    ("mul", &["multiply"]),
    ("sub", &["subtract"]),
    // Options.
    ("outfeatures", &["units"]),
    ("outputdim", &["units"]),
    ("outchannels", &["filters"]),
    ("usebias", &["bias"]),
    ("kernelsize", &["kernel"]),
    ("poolsize", &["kernel"]),
    ("strides", &["stride"]),
    ("dilationrate", &["dilation"]),
    ("kernelinitializer", &["init"]),
    ("initializer", &["init"]),
    ("biasinitializer", &["bias_init"]),
    ("kernelregularizer", &["regularizer"]),
    ("p", &["rate"]),
    ("dim", &["axis"]),
    ("lr", &["learning_rate"]),
    ("eps", &["epsilon"]),
    ("beta1", &["beta_1"]),
    ("beta2", &["beta_2"]),
    ("alpha", &["negative_slope", "rho"]),
    // Activations and initializers.
    ("swish", &["silu"]),
    ("hardswish", &["hard_silu"]),
    ("xavieruniform", &["glorot_uniform"]),
    ("xaviernormal", &["glorot_normal"]),
    ("kaiminguniform", &["he_uniform"]),
    ("kaimingnormal", &["he_normal"]),
    ("randomnormal", &["normal"]),
    ("randomuniform", &["uniform"]),
    // Losses and metrics.
    ("meansquarederror", &["mse"]),
    ("mseloss", &["mse"]),
    ("meanabsoluteerror", &["mae"]),
    ("l1loss", &["mae"]),
    ("rootmeansquarederror", &["rmse"]),
    ("smoothl1loss", &["huber"]),
    ("huberloss", &["huber"]),
    ("kldiv", &["kl_divergence"]),
    ("kldivloss", &["kl_divergence"]),
    ("crossentropyloss", &["cross_entropy"]),
    ("nllloss", &["cross_entropy"]),
    ("categoricalcrossentropy", &["cross_entropy"]),
    ("sparsecategoricalcrossentropy", &["cross_entropy"]),
    ("bceloss", &["binary_cross_entropy"]),
    ("bcewithlogitsloss", &["binary_cross_entropy"]),
    ("bce", &["binary_cross_entropy"]),
    ("acc", &["accuracy"]),
    ("binaryaccuracy", &["accuracy"]),
    ("categoricalaccuracy", &["accuracy"]),
    ("sparsecategoricalaccuracy", &["accuracy"]),
    ("r2score", &["r2"]),
    // Settings.
    ("criterion", &["loss"]),
    ("lossfn", &["loss"]),
    ("optim", &["optimizer"]),
];

/// Our name for what another framework calls `name`, where it is one of the candidates.
pub fn translated<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain: String = name.to_lowercase().chars().filter(|letter| *letter != '_').collect();
    let (_, ours) = NAMES.iter().find(|(foreign, _)| *foreign == plain)?;
    candidates.into_iter().find(|candidate| ours.contains(candidate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Activation, Loss, layers};

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
}
