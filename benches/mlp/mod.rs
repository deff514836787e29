//! The network of the workloads `mlp`.

use monograd::prelude::*;

network!({
    /// Two hidden layers on 784 pixels: 535,818 parameters.
    pub(crate) struct Mlp;

    let x = Input(784);
    Dense(512, activation = relu);
    Dense(256, activation = relu);
    Dense(10);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 1e-3);
});
