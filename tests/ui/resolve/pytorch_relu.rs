//! An activation as a layer of PyTorch.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3);
    ReLU();
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
