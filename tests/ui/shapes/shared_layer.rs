//! One layer is used for two widths.

use monograd::prelude::*;

network!({
    struct Net;

    static Encoder: _ = Dense(16, activation = relu);

    let question = Input(20);
    let answer = Input(30);
    let q = question.Encoder();
    let a = answer.Encoder();
    (q * a).Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
