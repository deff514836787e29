//! A misspelt option.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    Dense(3, activaton = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
