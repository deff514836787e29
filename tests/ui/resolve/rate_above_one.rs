//! A share of more than 1.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(8);
    Dropout(1.5);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
