//! A gate takes half of the features.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(8);
    Dense(15);
    glu();
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
