//! Spam among 5,574 short messages: words, each in one of 4,096 buckets.
//!
//! `cargo run --release --example sms_spam -- --data FOLDER`, where the folder has the SMS Spam Collection (Almeida and
//! Hidalgo, <https://doi.org/10.24432/C5CC84>, 478 kB, not part of this repository) as `SMSSpamCollection` or, with a line
//! of names, as `sms-spam.tsv`. Another seed: `… -- --data FOLDER 2`; predict by the file that an earlier run has saved:
//! `… -- --data FOLDER --load`

use std::path::Path;

use monograd::prelude::*;

network!({
    /// How often words of each bucket occur → spam or not.
    pub struct SmsSpam;

    let words = Input(4096);
    Dense(32, activation = relu);
    Dense(1);

    loss = binary_cross_entropy;
    optimizer = Adam(learning_rate = 1e-3);
    metrics = [accuracy];
});

/// Messages have quotes of their own, which mean nothing.
fn read(folder: &str) -> Result<Table, Error> {
    let settings = Csv::default().delimiter(b'\t').quoting(false).names(["label", "message"]);
    let (named, bare) = (Path::new(folder).join("sms-spam.tsv"), Path::new(folder).join("SMSSpamCollection"));
    if bare.exists() { settings.header(false).read(bare) } else { settings.read(named) }
}

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--data");
    let Some(folder) = arguments.nth(1) else {
        println!("`-- --data FOLDER` trains on the SMS Spam Collection, from https://doi.org/10.24432/C5CC84");
        return Ok(());
    };
    let table = read(&folder)?;
    let file = std::env::temp_dir().join("monograd-sms-spam.safetensors");
    let last = std::env::args().next_back().unwrap_or_default();
    if last == "--load" {
        return print(&SmsSpam::load(file)?);
    }
    let seed = last.parse().unwrap_or(1);
    println!("{table}\n");

    let recipe = Recipe::new().hashed_words("message", 4096).target_classes("label");
    let (train, test) = table.split_stratified("label", 0.2, seed)?;
    let mut model = SmsSpam::new(seed);
    let fit = Fit::default().epochs(8).batch_size(32).progress(Progress::Lines);
    model.fit(&Dataset::from_table(&train, recipe.clone())?, fit)?;
    println!(
        "\n{} messages that it has not seen: {}",
        test.rows(),
        model.evaluate(&Dataset::from_table(&test, recipe)?)?
    );

    model.save(&file)?;
    print(&SmsSpam::load(&file)?)
}

/// What a model says to messages of one's own.
fn print(model: &SmsSpam) -> Result<(), Error> {
    let messages = ["You have WON a prize! Call 09061701461 now to claim", "Are you home already? I bring the bread"];
    let rows = Table::from_rows(["message"], messages.map(|message| [message]))?;
    for (message, probability) in messages.iter().zip(&model.predict(&rows)?) {
        println!("spam with probability {probability:.3}: {message}");
    }
    Ok(())
}
