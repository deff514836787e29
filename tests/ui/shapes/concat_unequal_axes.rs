//! Tensors of different ranks are joined.

use monograd::prelude::*;

network!({
    struct Net;

    let past = Input(10, 4);
    let today = Input(4);
    let both = concat(past, today);
    Flatten();
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
