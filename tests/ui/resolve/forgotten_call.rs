//! A layer without its parentheses.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4, 4, 1);
    Flatten;
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
