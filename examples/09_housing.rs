//! Prices of houses in 20,640 districts of California: validation while training, and an end as soon as it is good enough.
//!
//! `cargo run --release --example housing -- --data FOLDER`, where the folder has `housing.csv` of
//! <https://github.com/ageron/data> (1.4 MB, not part of this repository). Another seed: `… -- --data FOLDER 2`; predict by
//! the file that an earlier run has saved: `… -- --data FOLDER --load`

use std::path::{Path, PathBuf};

use monograd::prelude::*;

network!({
    /// 8 numbers and the nearness of the ocean in 5 categories → the median price.
    pub struct Housing;

    let x = Input(13);
    Dense(64, activation = relu);
    Dense(64, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = Adam(learning_rate = 1e-3);
    metrics = [r2];
});

/// The file in the folder of `--data`.
fn data() -> Option<PathBuf> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--data");
    let folder = arguments.nth(1)?;
    let names = ["housing.csv", "california-housing.csv"].map(|name| Path::new(&folder).join(name));
    names.iter().find(|path| path.exists()).or(names.first()).cloned()
}

fn main() -> Result<(), Error> {
    let Some(data) = data() else {
        println!("`-- --data FOLDER` trains on `housing.csv`, from https://github.com/ageron/data/tree/main/housing");
        return Ok(());
    };
    let table = Table::read(data)?;
    let file = std::env::temp_dir().join("monograd-housing.safetensors");
    let last = std::env::args().next_back().unwrap_or_default();
    if last == "--load" {
        return print(&Housing::load(file)?, &table.take(8)?);
    }
    let seed = last.parse().unwrap_or(1);
    println!("{table}\n");

    let recipe = Recipe::new()
        .standardize(["longitude", "latitude", "housing_median_age", "median_income"])
        .standardize(["total_rooms", "total_bedrooms", "population", "households"])
        .fill(["total_bedrooms"], Fill::Median)
        .one_hot(["ocean_proximity"])
        .target_standardized("median_house_value");
    let (train, test) = Dataset::from_table(&table, recipe)?.split(0.2, seed)?;
    let mut model = Housing::new(seed);
    let fit = Fit::default().epochs(60).batch_size(64).validation_split(0.1).until_loss(0.19);
    let history = model.fit(&train, fit.progress(Progress::Lines))?;
    println!("\nended after {} epochs: {:?}", history.epochs().len(), history.ended());
    println!("{} districts that it has not seen: {}", test.len(), model.evaluate(&test)?);

    model.save(&file)?;
    print(&Housing::load(&file)?, &table.take(8)?)
}

/// What a model says to rows as they stand in the file.
fn print(model: &Housing, rows: &Table) -> Result<(), Error> {
    for (answer, price) in model.predict(rows)?.iter().zip(rows.numbers("median_house_value")?) {
        println!("{answer:9.0} dollars, was {:9.0}", price.unwrap_or(f32::NAN));
    }
    Ok(())
}
