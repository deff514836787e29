//! What `fit` reports.

use super::*;

#[test]
fn every_epoch_has_its_numbers() {
    let data = line_data(96);
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&data, quiet().epochs(3).validation(&data)).unwrap();
    for (number, epoch) in history.epochs().iter().enumerate() {
        assert_eq!((epoch.number, epoch.of, epoch.steps, epoch.samples), (number + 1, 3, 3, 96));
        assert!(epoch.seconds > 0.0 && epoch.samples_per_second() > 0.0);
        assert_eq!(epoch.get("loss"), Some(epoch.loss));
        assert!(epoch.get("mae").is_some() && epoch.get("val_loss").is_some() && epoch.get("val_mae").is_some());
        assert_eq!(epoch.get("accuracy"), None);
    }
    assert_eq!(history.series("mae").len(), 3);
    let printed = history.to_string();
    assert!(printed.starts_with("epoch 1/3  loss "), "{printed}");
    assert!(printed.ends_with("ended: all epochs are done"), "{printed}");
}

#[test]
fn the_loss_of_an_epoch_is_the_mean_over_its_samples() {
    let (x, y) = line(40);
    let data = Dataset::new(&x, &y).unwrap();
    let before = Model::new(&REGRESSION, 1).evaluate(&data).unwrap();
    let mut model = Model::new(&REGRESSION, 1);
    let history = model.fit(&data, quiet().batch_size(40)).unwrap();
    assert!((history.loss()[0] - before.loss).abs() < 1e-6);
    assert!((history.last().unwrap().get("mae").unwrap() - before.get("mae").unwrap()).abs() < 1e-6);
}
