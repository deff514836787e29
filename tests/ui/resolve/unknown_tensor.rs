//! A misspelt tensor.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    let hidden = Dense(3, activation = relu);
    let y = hiden.Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
