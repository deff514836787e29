//! The shape that is written is not the one that follows.

use monograd::prelude::*;

network!({
    struct Net;

    let image = Input(28, 28, 1);
    let h: Tensor<784> = image.Reshape(28, 28);
    Dense(10);
    Flatten();

    loss = cross_entropy;
    optimizer = Adam();
});

fn main() {}
