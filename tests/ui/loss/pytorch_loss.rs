//! PyTorch's name of a loss.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    Dense(8, activation = relu);
    Dense(3);

    loss = CrossEntropyLoss();
    optimizer = Adam();
});

fn main() {}
