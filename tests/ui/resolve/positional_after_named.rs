//! An argument by position after one by name.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(activation = relu, 3);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
