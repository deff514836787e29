//! A path to a layer, as in Python.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    keras.layers.Dense(3);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
