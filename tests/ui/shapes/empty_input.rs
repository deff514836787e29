//! An input without elements.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(0);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
