//! How far a car goes with a gallon: regression on a table, answers in the units of the column.
//!
//! `cargo run --release --example auto_mpg`; another seed: `… --example auto_mpg -- 2`; predict by the file that an
//! earlier run has saved: `… --example auto_mpg -- --load`

use monograd::prelude::*;

network!({
    /// 6 numbers and 3 origins → miles per gallon.
    pub struct AutoMpg;

    let x = Input(9);
    Dense(32, activation = relu);
    Dense(32, activation = relu);
    Dense(1);

    loss = mse;
    optimizer = AdamW(learning_rate = 3e-3, weight_decay = 0.01);
    metrics = [r2];
});

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/auto-mpg.csv");

fn main() -> Result<(), Error> {
    let argument = std::env::args().nth(1);
    // The names of the cars say nothing that a network could use.
    let table = Table::read(DATA)?.drop(["name"])?;
    let file = std::env::temp_dir().join("monograd-auto-mpg.safetensors");
    if argument.as_deref() == Some("--load") {
        return print(&AutoMpg::load(file)?, &table.take(8)?);
    }
    let seed = argument.and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("{table}\n");

    let recipe = Recipe::new()
        .standardize(["cylinders", "displacement", "horsepower", "weight", "acceleration", "model_year"])
        .fill(["horsepower"], Fill::Mean)
        .one_hot(["origin"])
        .target_standardized("mpg");
    let (train, test) = table.split(0.25, seed)?;
    let mut model = AutoMpg::new(seed);
    model.fit(&Dataset::from_table(&train, recipe.clone())?, Fit::default().epochs(60).progress(Progress::Off))?;
    println!(
        "{} cars that it has not seen: {}",
        test.rows(),
        model.evaluate(&Dataset::from_table(&test, recipe)?)?
    );

    model.save(&file)?;
    print(&AutoMpg::load(&file)?, &test.take(8)?)
}

/// What a model says to rows as they stand in the file.
fn print(model: &AutoMpg, rows: &Table) -> Result<(), Error> {
    for (answer, mpg) in model.predict(rows)?.iter().zip(rows.numbers("mpg")?) {
        println!(
            "{answer:5.1} miles per gallon, measured {}",
            mpg.map_or("nothing".to_string(), |mpg| mpg.to_string())
        );
    }
    Ok(())
}
