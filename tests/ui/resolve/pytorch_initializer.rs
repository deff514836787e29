//! PyTorch's name of an initializer.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, init = kaiming_normal);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
