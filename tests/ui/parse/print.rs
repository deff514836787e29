//! Something to be done while the network runs.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    println!("{x}");
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
