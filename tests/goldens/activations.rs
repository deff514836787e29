//! Every activation function and `glu`: output and gradient over a grid.

use std::collections::BTreeSet;

use monograd::__private::{Activation, Network};
use monograd::prelude::*;

use crate::file::Goldens;
use crate::subject::{Subject, below_all, one_hot};
use crate::tolerance::Tolerance;

/// One network for each case. The view keeps the compiler from fusing the function into the layer before it, which the
/// layers' cases look at.
macro_rules! activations {
    ($($case:ident $points:ident $upstream:ident $width:literal $name:ident($($options:tt)*);)*) => {
        #[test]
        fn activations_agree() {
            let mut goldens = Goldens::open("activations");
            let mut seen = BTreeSet::new();
            $({
                network!({
                    struct Declared;

                    let row = Input(6);
                    let upstream = Input(1, $width);
                    let x = row.Dense(6, bias = false, name = "x");
                    let y = x.Reshape(1, 6).$name($($options)*);
                    y * upstream;

                    loss = mae;
                    optimizer = Sgd(learning_rate = 0.1);
                });
                let [case, points, upstream] = [stringify!($case), stringify!($points), stringify!($upstream)];
                check::<Declared, f64>(&mut goldens, case, points, upstream);
                check::<Declared, f32>(&mut goldens, case, points, upstream);
                seen.insert(stringify!($name));
            })*
            goldens.finish();
            let known: BTreeSet<&str> = Activation::CATALOGUE.names().chain(["glu"]).collect();
            assert_eq!(seen, known, "every activation of the catalogue has a case");
        }
    };
}

activations! {
    linear grid upstream 6 linear();
    relu grid upstream 6 relu();
    relu_negative_slope grid upstream 6 relu(negative_slope = 0.1);
    relu_max_value away_from_edges upstream 6 relu(max_value = 4.5);
    relu_threshold away_from_edges upstream 6 relu(threshold = 0.25);
    relu_options away_from_edges upstream 6 relu(negative_slope = 0.1, max_value = 4.5, threshold = 0.25);
    relu6 grid upstream 6 relu6();
    leaky_relu grid upstream 6 leaky_relu();
    leaky_relu_options grid upstream 6 leaky_relu(negative_slope = 0.01);
    elu grid upstream 6 elu();
    elu_options grid upstream 6 elu(alpha = 0.7);
    selu grid upstream 6 selu();
    celu grid upstream 6 celu();
    celu_options grid upstream 6 celu(alpha = 0.5);
    gelu grid upstream 6 gelu();
    gelu_approximate grid upstream 6 gelu(approximate = true);
    silu grid upstream 6 silu();
    mish grid upstream 6 mish();
    sigmoid grid upstream 6 sigmoid();
    tanh grid upstream 6 tanh();
    log_sigmoid grid upstream 6 log_sigmoid();
    softplus grid upstream 6 softplus();
    softsign grid upstream 6 softsign();
    exponential within_80 upstream 6 exponential();
    hard_sigmoid grid upstream 6 hard_sigmoid();
    hard_silu grid upstream 6 hard_silu();
    hard_tanh grid upstream 6 hard_tanh();
    hard_shrink grid upstream 6 hard_shrink();
    hard_shrink_options grid upstream 6 hard_shrink(threshold = 1.5);
    soft_shrink grid upstream 6 soft_shrink();
    soft_shrink_options grid upstream 6 soft_shrink(threshold = 1.5);
    tanh_shrink grid upstream 6 tanh_shrink();
    threshold grid upstream 6 threshold();
    threshold_options grid upstream 6 threshold(threshold = 0.75, default_value = -2.0);
    squareplus grid upstream 6 squareplus();
    squareplus_options grid upstream 6 squareplus(b = 0.5);
    sparse_plus grid upstream 6 sparse_plus();
    sparse_sigmoid grid upstream 6 sparse_sigmoid();
    softmax rows upstream 6 softmax();
    log_softmax rows upstream 6 log_softmax();
    sparsemax rows upstream 6 sparsemax();
    glu rows upstream_glu 3 glu();
}

fn check<N: Network, T: Tolerance>(goldens: &mut Goldens, case: &str, points: &str, upstream: &str) {
    let (points, upstream) = (goldens.tensor(points), goldens.tensor(upstream));
    let shape = [6, 1, upstream.shape[1]];
    let mut subject = Subject::<T>::new::<N>();
    subject.set("x.weight", &points.values);
    subject.run(vec![one_hot(6), upstream.column_of(&shape)], below_all(&shape));
    goldens.compare_products::<T>(&format!("{case}.output"), &upstream, &subject.output());
    let scores = upstream.values.len() as f64;
    let gradient: Vec<f64> = subject.gradient("x.weight").iter().map(|mean| mean * scores).collect();
    goldens.compare::<T>(&format!("{case}.gradient"), &gradient);
}
