//! Arguments in braces, as in a struct.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense { units: 3, activation: relu };
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
