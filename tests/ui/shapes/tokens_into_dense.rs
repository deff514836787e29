//! Tokens go into a layer for numbers.

use monograd::prelude::*;

network!({
    struct Net;

    let tokens = Input(16, dtype = u32);
    Dense(10);

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() {}
