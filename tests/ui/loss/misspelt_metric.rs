//! A misspelt metric.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam();
    metrics = [acuracy];
});

fn main() {}
