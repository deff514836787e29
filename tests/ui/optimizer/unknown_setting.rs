//! A setting of training, which belongs to `fit`.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
    epochs = 10;
});

fn main() {}
