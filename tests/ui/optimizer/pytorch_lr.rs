//! PyTorch's name of the step size.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam(lr = 1e-3);
});

fn main() {}
