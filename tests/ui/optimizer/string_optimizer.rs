//! An optimizer in quotes, as in Keras.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = "adam";
});

fn main() {}
