//! Penguins: a table with categories and missing cells. The model keeps what it has learned about the columns, so that its
//! file alone answers for raw rows.
//!
//! `cargo run --release --example penguins`; another seed: `… --example penguins -- 2`; predict by the file that an
//! earlier run has saved: `… --example penguins -- --load`

use monograd::prelude::*;

network!({
    /// 4 measurements, 3 islands and 2 sexes → 3 species.
    pub struct Penguins;

    let x = Input(9);
    Dense(16, activation = relu);
    Dense(3);

    loss = cross_entropy;
    optimizer = Adam(learning_rate = 0.01);
    metrics = [accuracy];
});

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/penguins.csv");

fn main() -> Result<(), Error> {
    let argument = std::env::args().nth(1);
    let table = Table::read(DATA)?;
    let file = std::env::temp_dir().join("monograd-penguins.safetensors");
    if argument.as_deref() == Some("--load") {
        return print(&Penguins::load(file)?, &table.take(8)?);
    }
    let seed = argument.and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("{table}\n");

    let measurements = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"];
    let recipe = Recipe::new()
        .standardize(measurements)
        .fill(measurements, Fill::Median)
        .one_hot(["island", "sex"])
        .fill(["sex"], Fill::MostFrequent)
        .target_classes("species");
    let (train, test) = table.split_stratified("species", 0.25, seed)?;
    let mut model = Penguins::new(seed);
    model.fit(&Dataset::from_table(&train, recipe.clone())?, Fit::default().epochs(60).progress(Progress::Off))?;
    println!(
        "{} penguins that it has not seen: {}",
        test.rows(),
        model.evaluate(&Dataset::from_table(&test, recipe)?)?
    );

    model.save(&file)?;
    print(&Penguins::load(&file)?, &test.take(8)?)
}

/// What a model says to rows as they stand in the file.
fn print(model: &Penguins, rows: &Table) -> Result<(), Error> {
    let probabilities = model.predict(rows)?;
    for (probabilities, species) in probabilities.outer_iter().zip(rows.texts("species")?) {
        let best = (0..3).max_by(|&a, &b| probabilities[a].total_cmp(&probabilities[b])).unwrap_or(0);
        let (name, probability) = (&model.classes()[best], probabilities[best]);
        println!("{name:10} with probability {probability:.3}, is {}", species.unwrap_or("unknown"));
    }
    Ok(())
}
