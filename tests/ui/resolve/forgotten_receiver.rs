//! Two inputs stand before a layer, which takes the second one.

use monograd::prelude::*;

network!({
    struct Net;

    let user = Input(20);
    let film = Input(50);
    let u = user.Dense(32, activation = relu);
    let f = film.Dense(32, activation = relu);
    Dense(64);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
