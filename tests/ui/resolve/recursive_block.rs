//! A block within itself.

use monograd::prelude::*;

network!({
    struct Net;

    fn Deep(x: Tensor, depth: usize) -> Tensor {
        Dense(8);
        Deep(depth - 1);
    }

    let x = Input(8);
    Deep(3);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
