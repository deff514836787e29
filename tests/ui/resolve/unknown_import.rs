use monograd::prelude::*;

mod library {
    monograd::blocks!({
        /// One layer and a dropout.
        pub(crate) fn Story(x: Tensor, width: usize) -> Tensor {
            Dense(width, activation = relu);
            Dropout(0.5);
        }
    });
}

network!({
    struct Net;

    use library::Storey;

    let x = Input(8);
    Storey(16);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn main() {}
