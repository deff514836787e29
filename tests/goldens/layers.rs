//! `Dense` and the layers of several tensors: outputs, and the gradients of all that goes in.

use monograd::__private::Network;
use monograd::prelude::*;

use crate::file::Goldens;
use crate::subject::{Subject, below_all, one_hot};
use crate::tolerance::Tolerance;

/// A network of tensors that the file gives, each as `name = tensor [extents]`; its output times the upstream gradient.
macro_rules! graph {
    (
        $goldens:ident, $case:expr, $rows:literal: $($leaf:ident = $tensor:ident [$($extent:literal),*]),*;
        $($parameter:ident),*; $upstream:ident [$($out:literal),*]; $($output:tt)*
    ) => {{
        network!({
            struct Declared;

            let row = Input($rows);
            let upstream = Input($($out),*);
            $( let $leaf = row.Dense(1 $(* $extent)*, bias = false, name = $leaf).Reshape($($extent),*); )*
            let y = $($output)*;
            y * upstream;

            loss = mae;
            optimizer = Sgd(learning_rate = 0.1);
        });
        let graph = Graph {
            case: $case,
            rows: $rows,
            leaves: &[$((stringify!($leaf), stringify!($tensor))),*],
            parameters: &[$(stringify!($parameter)),*],
            upstream: stringify!($upstream),
        };
        graph.check::<Declared, f64>(&mut $goldens);
        graph.check::<Declared, f32>(&mut $goldens);
    }};
}

/// `Dense` with an activation, on features and along a time axis.
macro_rules! dense {
    ($goldens:ident: $($activation:ident)*) => { $(
        graph!($goldens, concat!("dense_", stringify!($activation), "_features"), 3: x = features [4];
            weight, bias; upstream_features [5]; x.Dense(5, activation = $activation, name = dense));
        graph!($goldens, concat!("dense_", stringify!($activation), "_sequence"), 3: x = sequence [2, 4];
            weight, bias; upstream_sequence [2, 5]; x.Dense(5, activation = $activation, name = dense));
    )* };
}

/// A merge of two and of three tensors, of one shape and with axes of 1.
macro_rules! merge {
    ($goldens:ident: $($name:ident)*) => { $(
        graph!($goldens, stringify!($name), 2: a = a [2, 3], b = b [2, 3];; upstream [2, 3]; $name(a, b));
        graph!($goldens, concat!(stringify!($name), "_three"), 2: a = a [2, 3], b = b [2, 3], c = c [2, 3];;
            upstream [2, 3]; $name(a, b, c));
        graph!($goldens, concat!(stringify!($name), "_row"), 2: a = a [2, 3], b = row [1, 3];;
            upstream [2, 3]; $name(a, b));
        graph!($goldens, concat!(stringify!($name), "_broadcast"), 2: a = column [2, 1], b = row [1, 3], c = a [2, 3];;
            upstream [2, 3]; $name(a, b, c));
    )* };
}

#[test]
fn layers_agree() {
    let mut goldens = Goldens::open("layers");
    dense!(goldens: linear relu tanh sigmoid silu leaky_relu softplus gelu softmax sparsemax);
    graph!(goldens, "dense_without_bias", 3: x = features [4]; weight; upstream_features [5];
        x.Dense(5, activation = tanh, bias = false, name = dense));

    merge!(goldens: add multiply average maximum minimum);
    graph!(goldens, "subtract", 2: a = a [2, 3], b = b [2, 3];; upstream [2, 3]; a - b);
    graph!(goldens, "subtract_row", 2: a = a [2, 3], b = row [1, 3];; upstream [2, 3]; subtract(a, b));
    graph!(goldens, "subtract_from_row", 2: a = row [1, 3], b = a [2, 3];; upstream [2, 3]; a - b);
    graph!(goldens, "subtract_broadcast", 2: a = column [2, 1], b = row [1, 3];; upstream [2, 3]; a - b);

    graph!(goldens, "concat", 2: a = a [2, 3], b = beside [2, 2], c = c [2, 3];;
        upstream_beside [2, 8]; concat(a, b, c));
    graph!(goldens, "concat_axis_0", 2: a = a [2, 3], b = below [1, 3], c = b [2, 3];;
        upstream_below [5, 3]; concat(a, b, c, axis = 0));
    goldens.finish();
}

struct Graph<'a> {
    case: &'a str,
    rows: usize,
    /// Names in the declaration, and the tensors of the file that they start from.
    leaves: &'a [(&'a str, &'a str)],
    /// The parameters of the layer `dense`; the tensors have the same names.
    parameters: &'a [&'a str],
    upstream: &'a str,
}

impl Graph<'_> {
    fn check<N: Network, T: Tolerance>(&self, goldens: &mut Goldens) {
        let leaves = self.leaves.iter().map(|&(name, tensor)| (format!("{name}.weight"), name, tensor));
        let parameters = self.parameters.iter().map(|&name| (format!("dense.{name}"), name, name));
        let sources: Vec<(String, &str, &str)> = leaves.chain(parameters).collect();

        let mut subject = Subject::<T>::new::<N>();
        for (path, _, tensor) in &sources {
            subject.set(path, &goldens.tensor(tensor).values);
        }
        let upstream = goldens.tensor(self.upstream);
        subject.run(vec![one_hot(self.rows), upstream.column()], below_all(&upstream.shape));

        goldens.compare_products::<T>(&format!("{}.output", self.case), &upstream, &subject.output());
        for (path, name, _) in &sources {
            goldens.compare::<T>(&format!("{}.d_{name}", self.case), &subject.gradient(path));
        }
    }
}
