//! A shape of another number of elements.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(784);
    Reshape(28, 28, 3);
    Flatten();
    Dense(10);

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() {}
