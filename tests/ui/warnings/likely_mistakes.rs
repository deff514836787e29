#![deny(deprecated)]

use monograd::prelude::*;

network!({
    struct Net;

    fn Left(x: Tensor) -> Tensor {
        Dense(3);
    }

    let x = Input(4);
    Dense(8);
    Dense(3);
    Dropout(0.5);

    loss = mse;
    optimizer = Adam(learning_rate = 1.0);
});

network!({
    #[allow(monograd::stacked_linear, reason = "it is meant")]
    struct Meant;

    let x = Input(4);
    Dense(8);
    Dense(3);
});

fn main() {}
