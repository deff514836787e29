//! A network that only predicts has no metrics.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(1);

    metrics = [mae];
});

fn main() {}
