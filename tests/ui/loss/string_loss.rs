//! A loss in quotes, as in Keras.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(3);

    loss = "mse";
    optimizer = Adam();
});

fn main() {}
