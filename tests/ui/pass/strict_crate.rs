//! A crate that denies every warning, and docs that are missing.
#![deny(missing_docs, unreachable_pub, warnings)]
#![deny(missing_debug_implementations, unused_qualifications, unused_results, rust_2018_idioms)]

/// Networks for others.
pub mod networks {
    use monograd::prelude::*;

    monograd::blocks!({
        /// One layer.
        pub(crate) fn Story(x: Tensor, width: usize) -> Tensor {
            Dense(width, activation = relu);
        }
    });

    network!({
        /// A network with docs.
        pub struct Documented;

        const WIDTH: usize = 4;
        /// A constant with docs.
        const CLASSES: usize = 3;
        const RATE: f32 = 0.5;
        const BIASED: bool = true;

        use self::Story;

        let x = Input(2);
        Story(WIDTH);
        Dropout(RATE);
        Dense(CLASSES, bias = BIASED);

        loss = cross_entropy;
        optimizer = Adam();
        metrics = [accuracy];
    });

    network!({
        pub struct Undocumented;

        let x = Input(2);
        Dense(1);
    });
}

fn main() {
    let net = networks::Documented::new(1);
    let _ = (net.predict_one(&[0.0; 2]), networks::Undocumented::new(1).predict_one(&[0.0; 2]));
}
