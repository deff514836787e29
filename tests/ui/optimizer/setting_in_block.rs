//! A setting within a block.

use monograd::prelude::*;

network!({
    struct Net;

    fn Head(x: Tensor) -> Tensor {
        Dense(1);
        loss = mse;
    }

    let x = Input(4);
    Head();

    optimizer = Adam();
});

fn main() {}
