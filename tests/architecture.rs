//! Which networks a file's numbers fit: what a network computes decides, not its names or how it is trained.

use monograd::__private::Network;
use monograd::prelude::*;

/// A network after `Input(4)`, as its architecture's hash.
macro_rules! architecture {
    ($($body:tt)*) => {{
        network!({
            #[allow(monograd::stacked_linear)]
            struct Net;

            let x = Input(4);
            $($body)*

            loss = mse;
            optimizer = Adam();
        });
        Net::program::<f32>().layout().architecture
    }};
}

#[test]
fn functions_constants_and_connections_count() {
    let first = architecture! { let h = Dense(4); (h * 2.0).Dense(4); };
    assert_ne!(first, architecture! { let h = Dense(4); (h * 3.0).Dense(4); });
    assert_ne!(first, architecture! { let h = Dense(4, activation = relu); (h * 2.0).Dense(4); });
    assert_ne!(first, architecture! { let h = Dense(4); (h * 2.0).Dense(4, bias = false); });
    assert_ne!(first, architecture! { let h = Dense(4); let y = (h * 2.0).Dense(4); x + y; });
}

#[test]
fn names_and_training_do_not_count() {
    let first = architecture! { let h = Dense(4); h.Dense(4); };
    assert_eq!(first, architecture! { Dense(4, init = zeros, regularizer = l2); Dense(4, name = last); });
    let dropped = architecture! { Dense(4); Dropout(0.2); Dense(4); };
    assert_eq!(dropped, architecture! { Dense(4); Dropout(0.4); Dense(4); });
}
