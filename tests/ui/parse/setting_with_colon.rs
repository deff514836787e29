//! A colon after a setting.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(1);

    loss: mse;
    optimizer = Adam();
});

fn main() {}
