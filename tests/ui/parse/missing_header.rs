//! The network has no struct.

use monograd::prelude::*;

network!({
    let x = Input(2);
    Dense(3, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
