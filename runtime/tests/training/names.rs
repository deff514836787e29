//! Inputs and targets by name.

use monograd::Scaled;
use monograd::ndarray::{Array2, array};

use super::*;

fn user(rows: usize) -> Array2<f32> {
    noise(rows, 2, 3)
}

fn film(rows: usize) -> Array2<f32> {
    noise(rows, 3, 4)
}

#[test]
fn names_come_in_any_order() {
    let (user, film) = (user(20), film(20));
    let (rating, finished) = (noise(20, 1, 5), noise(20, 1, 6).mapv(|value| f32::from(value > 0.0)));
    let in_order = Dataset::new((&user, &film), (&rating, &finished)).unwrap();
    let named = [
        Dataset::new((("film", &film), ("user", &user)), [("finished", &finished), ("rating", &rating)]).unwrap(),
        Dataset::new(vec![("user", &user), ("film", &film)], (("rating", rating.view()), ("finished", &finished)))
            .unwrap(),
        Dataset::new((("film", Scaled::numbers(&film)), ("user", &user)), (&rating, &finished)).unwrap(),
    ];
    let mut expected = Model::new(&RECOMMENDER, 1);
    let history = expected.fit(&in_order, quiet().validation(&in_order)).unwrap();
    for named in named {
        let mut model = Model::new(&RECOMMENDER, 1);
        let found = model.fit(&named, quiet().validation(&named)).unwrap();
        assert_eq!(bits(&model), bits(&expected));
        assert_eq!(found.epochs()[0].validation, history.epochs()[0].validation);
        assert_eq!(model.predict::<2>(columns(&named)).unwrap(), expected.predict::<2>(columns(&in_order)).unwrap());
    }
    let mut model = Model::new(&RECOMMENDER, 1);
    let x = columns((("film", &film), ("user", &user)));
    let y = columns((("finished", &finished), ("rating", &rating)));
    let found = model.train_step(x, y).unwrap();
    let mut model = Model::new(&RECOMMENDER, 1);
    assert_eq!(found, model.train_step(columns((&user, &film)), columns((&rating, &finished))).unwrap());
}

#[test]
fn names_that_the_network_does_not_have() {
    let (user, film) = (user(4), film(4));
    let model = Model::new(&RECOMMENDER, 1);
    assert_eq!(
        message(model.predict::<2>(columns((("usr", &user), ("film", &film))))),
        "`Recommender` has no input `usr`, expected 2 inputs (`user`, `film`)\nhelp: did you mean `user`?"
    );
    assert_eq!(
        message(model.predict::<2>(columns((("customer", &user), ("film", &film))))),
        "`Recommender` has no input `customer`, expected 2 inputs (`user`, `film`)"
    );
    assert_eq!(
        message(model.predict::<2>(columns(("film", &film)))),
        "the input `user` of `Recommender` is missing, expected an array with this name"
    );
    let (rating, watched) = (array![1.0, 2.0, 3.0, 4.0], array![0u8, 1, 0, 1]);
    let data = Dataset::new((&user, &film), (("rating", &rating), ("finish", &watched))).unwrap();
    assert_eq!(
        message(model.evaluate(&data)),
        "`Recommender` has no target `finish`, expected 2 targets (`rating`, `finished`)\nhelp: did you mean `finished`?"
    );
    let data = Dataset::new((&user, &film), ("finished", &watched)).unwrap();
    assert_eq!(
        message(model.evaluate(&data)),
        "the target `rating` of `Recommender` is missing, expected an array with this name"
    );
}

#[test]
fn names_of_some_arrays_or_twice() {
    let x = array![1.0f32];
    assert_eq!(
        message((("a", &x), &x).into_columns()),
        "array 1 has a name and array 2 has none, expected all or none to have one"
    );
    assert_eq!(
        message((&x, &x, ("b", &x)).into_columns()),
        "array 3 has a name and array 1 has none, expected all or none to have one"
    );
    assert_eq!(message([("a", &x), ("a", &x)].into_columns()), "two arrays are named `a`, expected one");
}
