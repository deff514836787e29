//! A share in percent.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(8);
    Dropout(50);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
