//! An optimizer in upper case.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = SGD(learning_rate = 0.1);
});

fn main() {}
