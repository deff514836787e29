//! PyTorch's name of a layer, with the number of inputs.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(784);
    Linear(784, 128);
    Dense(10);

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() {}
