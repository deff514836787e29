//! A mistake in a block, shown with its use.

use monograd::prelude::*;

network!({
    struct Net;

    fn Story(x: Tensor, width: usize) -> Tensor {
        Dense(width, activation = rleu);
        Dropout(0.5);
    }

    let x = Input(8);
    Story(16);
    Story(32);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
