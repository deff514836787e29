//! A loss reads a layer that is not listed as an output.

use monograd::prelude::*;

network!({
    struct Net;

    let x = Input(4);
    let h = x.Dense(8, activation = relu);
    let rating = h.Dense(1);
    let finished = h.Dense(1);

    output = rating;
    loss = mse(rating) + binary_cross_entropy(finished);
    optimizer = Adam();
});

fn main() {}
