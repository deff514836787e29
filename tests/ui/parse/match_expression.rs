//! `match`, which chooses in Rust.

use monograd::prelude::*;

network!({
    struct Net;

    const DEPTH: usize = 2;

    let x = Input(2);
    match DEPTH {
        1 => Dense(3),
        _ => Dense(4),
    }
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
