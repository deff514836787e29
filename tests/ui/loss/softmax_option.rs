//! The same as an option.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(3, activation = softmax);

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() {}
