//! An option that needs another one.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Sgd(learning_rate = 0.1, nesterov = true);
});

fn main() {}
