//! A truth value of Python.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, bias = False);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
