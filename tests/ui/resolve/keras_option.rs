//! Keras' name of an option.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, use_bias = false);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
