//! Every loss: value, and gradient with respect to the prediction.

use std::collections::BTreeSet;

use monograd::__private::{Loss, Network};
use monograd::prelude::*;

use crate::file::Goldens;
use crate::subject::{Subject, one_hot};
use crate::tolerance::Tolerance;

/// One network for each case: four samples of predictions, and the shape of one.
macro_rules! losses {
    ($($case:ident $prediction:ident [$($extent:literal),*] $target:ident $name:ident $(($($options:tt)*))?;)*) => {
        #[test]
        fn losses_agree() {
            let mut goldens = Goldens::open("losses");
            let mut seen = BTreeSet::new();
            $({
                network!({
                    struct Declared;

                    let row = Input(4);
                    let flat = row.Dense(1 $(* $extent)*, bias = false, name = "prediction");
                    flat.Reshape($($extent),*);

                    loss = $name $(($($options)*))?;
                    optimizer = Sgd(learning_rate = 0.1);
                });
                let [case, prediction, target] = [stringify!($case), stringify!($prediction), stringify!($target)];
                check::<Declared, f64>(&mut goldens, case, prediction, target);
                check::<Declared, f32>(&mut goldens, case, prediction, target);
                seen.insert(stringify!($name));
            })*
            goldens.finish();
            let known: BTreeSet<&str> = Loss::CATALOGUE.names().collect();
            assert_eq!(seen, known, "every loss of the catalogue has a case");
        }
    };
}

losses! {
    mse prediction [5] target mse;
    mae prediction [5] target mae;
    huber prediction [5] target huber;
    huber_options prediction [5] target huber(delta = 0.4);
    log_cosh prediction [5] target log_cosh;
    log_cosh_far far [5] target log_cosh;
    mape prediction [5] target mape;
    mape_zero_target prediction [5] with_zeros mape;
    msle positive [5] counts msle;
    msle_negative partly_negative [5] counts msle;
    poisson positive [5] counts poisson;
    kl_divergence probabilities [5] rows kl_divergence;
    kl_divergence_clipped clipped [5] one_hot kl_divergence;
    hinge prediction [5] signs hinge;
    hinge_bits prediction [5] bits hinge;
    squared_hinge prediction [5] signs squared_hinge;
    squared_hinge_bits prediction [5] bits squared_hinge;
    categorical_hinge prediction [5] one_hot categorical_hinge;
    cosine_similarity prediction [5] target cosine_similarity;
    cosine_similarity_nearly_zero nearly_zero [5] target cosine_similarity;
    cross_entropy prediction [5] classes cross_entropy;
    cross_entropy_one_hot prediction [5] one_hot cross_entropy;
    cross_entropy_rows prediction [5] rows cross_entropy;
    cross_entropy_far far [5] classes cross_entropy;
    cross_entropy_over_time over_time [3, 5] classes_over_time cross_entropy;
    cross_entropy_over_time_one_hot over_time [3, 5] one_hot_over_time cross_entropy;
    cross_entropy_smoothed prediction [5] classes cross_entropy(label_smoothing = 0.1);
    cross_entropy_smoothed_one_hot prediction [5] one_hot cross_entropy(label_smoothing = 0.1);
    cross_entropy_smoothed_over_time over_time [3, 5] classes_over_time cross_entropy(label_smoothing = 0.1);
    binary_cross_entropy prediction [5] bits binary_cross_entropy;
    binary_cross_entropy_shares prediction [5] shares binary_cross_entropy;
    binary_cross_entropy_far far [5] bits binary_cross_entropy;
    binary_cross_entropy_smoothed prediction [5] bits binary_cross_entropy(label_smoothing = 0.2);
    focal prediction [5] classes focal;
    focal_one_hot prediction [5] one_hot focal;
    focal_options prediction [5] classes focal(alpha = 0.6, gamma = 1.5);
    focal_options_rows prediction [5] rows focal(alpha = 0.6, gamma = 1.5);
    focal_far far [5] one_hot focal;
    focal_over_time over_time [3, 5] classes_over_time focal;
    binary_focal prediction [5] bits binary_focal;
    binary_focal_options prediction [5] bits binary_focal(gamma = 1.5);
    binary_focal_gamma_0 prediction [5] bits binary_focal(gamma = 0.0);
    binary_focal_shares prediction [5] shares binary_focal;
    binary_focal_far far [5] bits binary_focal;
}

fn check<N: Network, T: Tolerance>(goldens: &mut Goldens, case: &str, prediction: &str, target: &str) {
    let (prediction, target) = (goldens.tensor(prediction), goldens.tensor(target));
    let mut subject = Subject::<T>::new::<N>();
    subject.set("prediction.weight", &prediction.values);
    let loss = subject.run(vec![one_hot(4)], target.column());
    assert_eq!(subject.output().len(), prediction.values.len());
    goldens.compare::<T>(&format!("{case}.loss"), &[loss]);
    goldens.compare::<T>(&format!("{case}.gradient"), &subject.gradient("prediction.weight"));
}
