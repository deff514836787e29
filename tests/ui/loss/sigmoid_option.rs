//! The loss has the sigmoid already.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1, activation = sigmoid);

    loss = binary_cross_entropy;
    optimizer = Adam();
});

fn main() {}
