//! Every layer, activation, loss, option and form of graph against central differences in f64, and against itself on other
//! numbers of threads.

#[path = "../support/bits.rs"]
mod bits;
mod check;
#[path = "../support/numbers.rs"]
mod numbers;

use std::collections::BTreeSet;

use check::check;
use monograd::__private::{Activation, Loss, layers};
use monograd::prelude::*;
use ndarray::{Array2, Array3};
use numbers::{classes, numbers, uniform};

/// One network for each way to write an activation: on a tensor that others read too, and as an option of `Dense`.
macro_rules! activations {
    ($($network:ident $name:literal [$($written:tt)*] [$($option:tt)*];)*) => {
        $(network!({
            #[allow(monograd::stacked_linear, monograd::clipped_output, monograd::dropped_output)]
            struct $network;

            let x = Input(5);
            let h = Dense(6);
            let a = h.$($written)*;
            let b = (h + a).Dense(4, activation = $($option)*);
            concat(a, b, h).Dense(2);

            loss = mse;
            optimizer = Sgd(learning_rate = 0.1);
        });)*

        #[test]
        fn every_activation_has_the_gradient_of_its_differences() {
            let (x, y) = (numbers(7, 5, 1), numbers(7, 2, 2));
            let mut seen = BTreeSet::new();
            $(
                check::<$network>(&x, &y);
                seen.insert($name);
            )*
            let known: BTreeSet<&str> = Activation::CATALOGUE.names().collect();
            assert_eq!(seen, known, "every activation of the catalogue has a case");
        }
    };
}

activations! {
    Linear "linear" [linear()] [linear];
    Relu "relu" [relu()] [relu];
    ReluOptions "relu" [relu(0.1, 0.3, 0.05)] [relu(negative_slope = 0.3, max_value = 0.2, threshold = -0.1)];
    Relu6 "relu6" [relu6()] [relu6];
    LeakyRelu "leaky_relu" [leaky_relu()] [leaky_relu(0.05)];
    Elu "elu" [elu()] [elu(alpha = 0.5)];
    Selu "selu" [selu()] [selu];
    Celu "celu" [celu()] [celu(alpha = 0.7)];
    Gelu "gelu" [gelu()] [gelu];
    GeluTanh "gelu" [gelu(approximate = true)] [gelu(approximate = true)];
    Silu "silu" [silu()] [silu];
    Mish "mish" [mish()] [mish];
    Sigmoid "sigmoid" [sigmoid()] [sigmoid];
    Tanh "tanh" [tanh()] [tanh];
    Softmax "softmax" [softmax()] [softmax];
    LogSoftmax "log_softmax" [log_softmax()] [log_softmax];
    LogSigmoid "log_sigmoid" [log_sigmoid()] [log_sigmoid];
    Softplus "softplus" [softplus()] [softplus];
    Softsign "softsign" [softsign()] [softsign];
    Exponential "exponential" [exponential()] [exponential];
    HardSigmoid "hard_sigmoid" [hard_sigmoid()] [hard_sigmoid];
    HardSilu "hard_silu" [hard_silu()] [hard_silu];
    HardTanh "hard_tanh" [hard_tanh()] [hard_tanh];
    HardShrink "hard_shrink" [hard_shrink(0.1)] [hard_shrink(0.2)];
    SoftShrink "soft_shrink" [soft_shrink(0.1)] [soft_shrink(0.2)];
    TanhShrink "tanh_shrink" [tanh_shrink()] [tanh_shrink];
    Threshold "threshold" [threshold(0.1, 0.3)] [threshold(threshold = 0.05, default_value = -0.2)];
    Squareplus "squareplus" [squareplus()] [squareplus(b = 0.5)];
    Sparsemax "sparsemax" [sparsemax()] [sparsemax];
    SparsePlus "sparse_plus" [sparse_plus()] [sparse_plus];
    SparseSigmoid "sparse_sigmoid" [sparse_sigmoid()] [sparse_sigmoid];
}

/// One network for each loss; the function before it gives predictions in its domain.
macro_rules! losses {
    ($($network:ident $name:literal [$($loss:tt)*] $domain:ident $target:expr;)*) => {
        $(network!({
            #[allow(monograd::stacked_linear, monograd::clipped_output, monograd::dropped_output)]
            struct $network;

            let x = Input(4);
            Dense(5, activation = tanh);
            Dense(3);
            $domain();

            loss = $($loss)*;
            optimizer = Sgd(learning_rate = 0.1);
        });)*

        #[test]
        fn every_loss_has_the_gradient_of_its_differences() {
            let x = numbers(6, 4, 3);
            let mut seen = BTreeSet::new();
            $(
                check::<$network>(&x, $target);
                seen.insert($name);
            )*
            let known: BTreeSet<&str> = Loss::CATALOGUE.names().collect();
            assert_eq!(seen, known, "every loss of the catalogue has a case");
        }
    };
}

fn values() -> Array2<f32> {
    numbers(6, 3, 4)
}

/// Numbers from 0 to 1.
fn shares() -> Array2<f32> {
    values().mapv(|value| 0.5 + 0.5 * value)
}

fn signs() -> Array2<f32> {
    values().mapv(f32::signum)
}

/// 0 and 1, of which 0 counts as -1.
fn flags() -> Array2<f32> {
    values().mapv(|value| if value > 0.0 { 1.0 } else { 0.0 })
}

fn one_hot() -> Array2<f32> {
    let classes = classes(6, 3, 5);
    Array2::from_shape_fn((6, 3), |(row, class)| if classes[row] as usize == class { 1.0 } else { 0.0 })
}

/// Rows that sum to 1.
fn distributions() -> Array2<f32> {
    let shares = shares();
    Array2::from_shape_fn((6, 3), |(row, class)| shares[[row, class]] / shares.row(row).sum())
}

losses! {
    Mse "mse" [mse] linear values();
    Mae "mae" [mae] linear values();
    Huber "huber" [huber] linear values();
    HuberSmall "huber" [huber(delta = 0.1)] linear values();
    LogCosh "log_cosh" [log_cosh] linear values();
    Mape "mape" [mape] linear values();
    Msle "msle" [msle] softplus shares();
    Poisson "poisson" [poisson] softplus shares();
    KlDivergence "kl_divergence" [kl_divergence] softmax distributions();
    Hinge "hinge" [hinge] linear signs();
    HingeFlags "hinge" [hinge] linear flags();
    SquaredHinge "squared_hinge" [squared_hinge] linear signs();
    CategoricalHinge "categorical_hinge" [categorical_hinge] linear one_hot();
    CosineSimilarity "cosine_similarity" [cosine_similarity] linear values();
    CrossEntropy "cross_entropy" [cross_entropy] linear classes(6, 3, 5);
    CrossEntropyRows "cross_entropy" [cross_entropy] linear distributions();
    CrossEntropySmooth "cross_entropy" [cross_entropy(label_smoothing = 0.1)] linear classes(6, 3, 5);
    CrossEntropySmoothRows "cross_entropy" [cross_entropy(label_smoothing = 0.2)] linear one_hot();
    BinaryCrossEntropy "binary_cross_entropy" [binary_cross_entropy] linear shares();
    BinaryCrossEntropySmooth "binary_cross_entropy" [binary_cross_entropy(label_smoothing = 0.1)] linear flags();
    Focal "focal" [focal] linear classes(6, 3, 5);
    FocalRows "focal" [focal(alpha = 1.0, gamma = 1.5)] linear one_hot();
    FocalFlat "focal" [focal(gamma = 0.0)] linear classes(6, 3, 5);
    BinaryFocal "binary_focal" [binary_focal] linear flags();
    BinaryFocalFlat "binary_focal" [binary_focal(gamma = 0.0)] linear shares();
    Weighted "mse" [0.3 * mse + mae * 2.0 + 0.5 * (huber + log_cosh)] linear values();
}

/// A network for each layer, its options, and each form of graph.
macro_rules! graphs {
    ($($network:ident [$($layer:literal),*] $rows:literal -> $outputs:literal { $($body:tt)* })*) => {
        $(network!({
            #[allow(monograd::stacked_linear, monograd::clipped_output, monograd::dropped_output)]
            struct $network;

            let x = Input(6);
            $($body)*

            loss = mse;
            optimizer = Sgd(learning_rate = 0.1);
        });)*

        #[test]
        fn every_layer_and_graph_has_the_gradient_of_its_differences() {
            let mut seen = BTreeSet::new();
            $(
                check::<$network>(&numbers($rows, 6, 6), &numbers($rows, $outputs, 7));
                seen.extend([$($layer),*] as [&str; _]);
            )*
            let written = layers::LAYERS.iter().map(|kind| kind.entry.name);
            let known: BTreeSet<&str> = written.filter(|name| *name != "Input").collect();
            assert_eq!(seen, known, "every layer of the catalogue has a case");
        }
    };
}

graphs! {
    OneLayer ["Dense"] 5 -> 2 { Dense(2); }
    NoBias [] 5 -> 2 { Dense(4, bias = false); Dense(2, bias = false); }
    L1 [] 3 -> 2 { Dense(3, regularizer = l1(0.02)); Dense(2); }
    L2 [] 3 -> 2 { Dense(3, regularizer = l2(0.03)); Dense(2, regularizer = l2); }
    L1L2 [] 3 -> 2 { Dense(3, regularizer = l1_l2(l1 = 0.02, l2 = 0.05)); Dense(2); }
    Deep [] 9 -> 2 { Dense(12, activation = tanh); Dense(11, activation = sigmoid); Dense(9, activation = gelu); Dense(8, activation = exponential); Dense(10); Dense(2); }
    OneSample [] 1 -> 2 { Dense(3, activation = tanh); Dense(2); }
    Views ["Flatten", "Reshape"] 5 -> 2 { Dense(6); Reshape(2, 3); Dense(4, activation = tanh); Flatten(); Reshape(2, -1); Flatten(); Dense(2); }
    Time [] 4 -> 4 { Reshape(3, 2); Dense(3, activation = sigmoid, regularizer = l2(0.1)); Dense(2, activation = gelu); Flatten(); Dense(4); }
    Dropped ["Dropout"] 5 -> 2 { Dense(6, activation = tanh); Dropout(0.4); Dense(3); Dropout(0.5); Dense(2); }
    Chain ["scaled tensor", "activation layer"] 5 -> 3 { let h = Dense(3); let y = 2.0 * h - 0.5; let z = 1.0 - y * 0.25; let v = -z + h / 3.0; v.tanh(); }
    Concat ["concat"] 5 -> 2 { let a = x.Dense(2); let b = x.Dense(3); concat(a, b, a).Dense(2); }
    ConcatAxis [] 5 -> 2 {
        let a = x.Dense(6).Reshape(2, 3);
        let b = x.Dense(3).Reshape(1, 3);
        concat(a, b, axis = 0).Dense(2, activation = tanh).Flatten().Dense(2);
    }
    Sums ["add", "subtract", "multiply"] 5 -> 2 {
        let a = x.Dense(3);
        let b = x.Dense(3);
        let sum = add(a, b, a);
        let product = multiply(a, b, sum);
        (subtract(sum, product) + a * b - b).Dense(2);
    }
    Squares [] 5 -> 2 { let u = x.Dense(3); (u * u + u - u * u * u).Dense(2); }
    Extremes ["maximum", "minimum", "average"] 5 -> 2 {
        let a = x.Dense(3);
        let b = x.Dense(3);
        let c = x.Dense(3);
        let high = maximum(a, b, c);
        let low = minimum(a, b, c, high);
        average(high, low, a).Dense(2);
    }
    Broadcast [] 4 -> 2 {
        let a = x.Dense(4).Reshape(4, 1);
        let b = x.Dense(3).Reshape(1, 3);
        let c = x.Dense(12).Reshape(4, 3);
        let sum = a + b * c - a * b;
        let most = maximum(a, b) + minimum(c, b) + average(a, c);
        (sum * most).Flatten().Dense(2);
    }
    BroadcastTwice [] 4 -> 2 {
        let a = x.Dense(6).Reshape(2, 1, 3);
        let b = x.Dense(4).Reshape(1, 4, 1);
        (a * b + subtract(b, a)).Flatten().Dense(2);
    }
    Rectified ["PRelu"] 5 -> 2 { Dense(4); PRelu(init = constant(0.2)); Dense(6); PRelu(regularizer = l2(0.1)); Dense(2); }
    RectifiedTime [] 5 -> 2 {
        let h = x.Reshape(3, 2).Dense(4);
        let y = h.PRelu(shared = true, init = constant(0.2));
        (h * y.PRelu()).Flatten().Dense(2);
    }
    Gated ["glu"] 4 -> 2 { Dense(8); glu(); Dense(2); }
    GatedTime [] 4 -> 2 { Reshape(3, 2); Dense(4); glu(); Flatten(); Dense(2); }
    FanOut [] 5 -> 2 {
        let h = Dense(4, activation = tanh);
        let a = h.Dense(3);
        let b = h.Dense(3, activation = sigmoid);
        let c = h.relu().Dense(3);
        (a + b * c + h.Dense(3)).Dense(2);
    }
    Skips [] 5 -> 2 {
        fn Residual(x: Tensor, width: usize, #[default(tanh)] function: Activation) -> Tensor {
            let f = x.Dense(width, activation = function).Dense(width);
            (x + f).relu()
        }
        let h = x.Dense(4);
        for i in 0..3 {
            if i == 1 { Residual(4, function = leaky_relu(0.1)); } else { Residual(4); }
        }
        Dense(2);
    }
    Shared [] 5 -> 2 {
        static Twice: _ = Dense(6, activation = tanh, regularizer = l2(0.01));
        let a = x.Twice().Twice();
        let b = (x + a).Twice();
        (a * b).Dense(2);
    }
    SharedBlock [] 5 -> 2 {
        fn Tower(x: Tensor) -> Tensor { Dense(6, activation = tanh); Dense(6); }
        static Same: _ = Tower();
        (x.Same() - x.Same().Same()).Dense(2);
    }
    OutputsReadElsewhere [] 5 -> 2 {
        let y = x.Dense(2);
        let z = y.Dense(2, activation = tanh);
        let y = y + z;
    }
}

network!({
    struct TwoHeads;

    let left = Input(3);
    let right = Input(2, 2);
    let h = concat(left.Dense(4, activation = tanh), right.Flatten().Dense(4));
    let number = h.Dense(1);
    let class = (h * h).Dense(3);
    let yes = number.Dense(2);

    output = (number, class, yes);
    loss = 0.7 * mse(number)
        + cross_entropy(class, label_smoothing = 0.05)
        + 2.0 * binary_cross_entropy(yes)
        + 0.1 * mae(number);
    optimizer = Sgd(learning_rate = 0.1);
});

#[test]
fn several_inputs_outputs_and_losses_have_the_gradient_of_their_differences() {
    let (left, right): (Array2<f32>, Array3<f32>) = (numbers(5, 3, 8), uniform((5, 2, 2), 9));
    let yes = numbers(5, 2, 11).mapv(|value| if value > 0.0 { 1.0 } else { 0.0 });
    check::<TwoHeads>((&left, &right), (&numbers(5, 1, 10), &classes(5, 3, 12), &yes));
}

network!({
    struct OverTime;

    let tokens = Input(4, 3);
    Dense(5, activation = tanh);
    Dense(3);

    loss = cross_entropy;
    optimizer = Sgd(learning_rate = 0.1);
});

#[test]
fn cross_entropy_over_time_has_the_gradient_of_its_differences() {
    let x: Array3<f32> = uniform((5, 4, 3), 13);
    let y = classes(20, 3, 14).into_shape_with_order((5, 4)).unwrap();
    check::<OverTime>(&x, &y);
}
