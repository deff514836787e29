//! Keras' name of a loss.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(3);

    loss = categorical_crossentropy;
    optimizer = Adam();
});

fn main() {}
