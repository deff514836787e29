//! What a declared struct implements.

use monograd::prelude::*;

network!({
    /// Derives on its own.
    #[derive(Clone, Debug)]
    struct Derived;

    let x = Input(2);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

network!({
    /// Derives nothing.
    struct Plain;

    let x = Input(2);
    Dense(1);

    loss = mse;
    optimizer = Adam();
});

fn is_send_and_sync<T: Send + Sync>() {}

#[test]
fn networks_cross_threads() {
    is_send_and_sync::<Plain>();
}

#[test]
fn a_clone_goes_its_own_way_with_the_same_bits() {
    let (x, y) = (ndarray::array![[1.0f32, 2.0], [3.0, 4.0]], ndarray::array![[1.0f32], [0.0]]);
    let mut model = Plain::new(1);
    model.train_step(&x, &y).unwrap();
    let mut clone = model.clone();
    assert_eq!(model.train_step(&x, &y).unwrap().to_bits(), clone.train_step(&x, &y).unwrap().to_bits());
    clone.train_step(&x, &y).unwrap();
    assert_ne!(model.predict(&x).unwrap(), clone.predict(&x).unwrap());
}

#[test]
fn debug_shows_the_table_of_layers_unless_derived() {
    assert_eq!(format!("{:?}", Plain::new(1)), Plain::SUMMARY);
    assert!(format!("{:?}", Derived::new(1).clone()).starts_with("Derived"));
}
