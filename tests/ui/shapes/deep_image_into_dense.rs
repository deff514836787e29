//! An image that several layers have changed goes into a layer for features.

use monograd::prelude::*;

network!({
    struct Net;

    let image = Input(28, 28, 1);
    relu();
    Dropout(0.1);
    tanh();
    Dropout(0.2);
    Reshape(14, 14, 4);
    Dense(10);

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() {}
