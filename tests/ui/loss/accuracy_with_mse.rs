//! A metric of classes beside a loss of numbers.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
    metrics = [accuracy];
});

fn main() {}
