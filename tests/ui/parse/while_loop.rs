//! A loop whose repetitions are not counted.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(2);
    let mut i = 0;
    while i < 3 {
        Dense(3);
    }
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
