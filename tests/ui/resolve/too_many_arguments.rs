//! More arguments than a layer has options.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dropout(0.5, 0.2);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
