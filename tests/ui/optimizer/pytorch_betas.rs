//! PyTorch's pair of decays.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam(betas = (0.9, 0.99));
});

fn main() {}
