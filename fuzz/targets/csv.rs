//! Bytes as a file of separated values: the first one chooses the settings.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use monograd::{Csv, Table};

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Some((&choice, text)) = bytes.split_first() else { return Corpus::Reject };
    let chosen = |bit: u8| choice >> bit & 1 == 1;
    let mut settings = Csv::default().header(!chosen(0)).quoting(!chosen(1));
    if chosen(2) {
        settings = settings.missing(["NA", "?"]);
    }
    if chosen(3) {
        settings = settings.delimiter(b'\t');
    }
    if chosen(4) {
        settings = settings.names(["a", "b", "c"]).text(["a"]).numbers(["b"]);
    }
    match settings.parse(text) {
        Ok(table) => {
            for name in table.names() {
                let texts = table.texts(name).expect("the column is there");
                assert_eq!(texts.len(), table.rows());
                let blank = texts.iter().flatten().any(|text| text.trim_ascii().is_empty());
                assert!(!blank || chosen(4) && name == "a", "a cell of blanks is there");
                let numbers = table.numbers(name);
                assert!(numbers.is_err() || numbers.is_ok_and(|numbers| numbers.len() == table.rows()));
            }
            assert!(table.to_string().contains(" rows, "));
            if !chosen(4) {
                assert_same_without_file(&table);
            }
        }
        Err(error) => assert!(error.to_string().contains(", expected "), "{error}"),
    }
    Corpus::Keep
});

/// The rows of a table are those of the same texts without a file.
fn assert_same_without_file(table: &Table) {
    let names: Vec<String> = table.names().into_iter().map(str::to_string).collect();
    let texts = |table: &Table| -> Vec<Vec<String>> {
        let columns = names.iter().map(|name| table.texts(name).expect("the column is there"));
        columns.map(|texts| texts.into_iter().map(|text| text.unwrap_or_default().to_string()).collect()).collect()
    };
    let columns = texts(table);
    let rows = (0..table.rows()).map(|row| columns.iter().map(move |texts| &texts[row]));
    let again = Table::from_rows(names.iter(), rows).expect("the texts are those of a table");
    assert_eq!(texts(&again), columns);
}
