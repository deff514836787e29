//! One score is not enough to tell classes apart.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() {}
