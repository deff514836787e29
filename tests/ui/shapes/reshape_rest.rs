//! A shape whose rest is no whole number.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(100);
    Reshape(-1, 8);
    Flatten();
    Dense(10);

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() {}
