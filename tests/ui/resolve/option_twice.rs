//! An option is given twice.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, bias = false, bias = true);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
