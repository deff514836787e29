//! A range of Python.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    for i in range(3) {
        Dense(3);
    }
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
