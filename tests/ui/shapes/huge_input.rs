//! An input beyond all memory.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(1000000, 1000000, 3);
    Flatten();
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
