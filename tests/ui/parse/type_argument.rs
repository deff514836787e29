//! A size as a type argument, as dfdx has it.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense<3>();
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
