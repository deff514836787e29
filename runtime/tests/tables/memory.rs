//! How much memory and time bad files may take: 8 times the file and 16 MB, and a second.

use std::time::Duration;

use monograd::prelude::*;

use crate::usage::measured;

/// Texts that want much memory for what they are.
fn texts() -> Vec<(&'static str, String)> {
    let size = 4 << 20;
    vec![
        ("empty cells", format!("{}\n", ",".repeat(999)).repeat(size / 1000)),
        ("one column of one letter", "1\n".repeat(size / 2)),
        ("every other line empty", "1\n\n".repeat(size / 3)),
        ("one line of commas", ",".repeat(size)),
        ("one text", "x".repeat(size)),
        ("one quote", format!("\"{}", ",\n".repeat(6 << 20))),
        ("one line of long fields", format!("{},", "x".repeat(size / 8)).repeat(8)),
        ("quotes alone", "\"".repeat(size)),
        ("a ragged last row", format!("{}1,2\n", "1\n".repeat(size / 2))),
        ("a last cell that is no number", format!("{}nan\n", "1\n".repeat(size / 2))),
    ]
}

#[test]
fn large_files_take_memory_and_time_in_proportion() {
    for (name, text) in texts() {
        let file = crate::Scratch::new("memory.csv", text.as_bytes());
        let (result, bytes, seconds) = measured(|| Csv::default().header(false).read(file.path()));
        let limit = 8 * text.len() + (16 << 20);
        println!("{name}: {:.2} times the file, {seconds:.2?}", bytes as f64 / text.len() as f64);
        assert!(bytes <= limit, "{name}: {bytes} bytes, expected at most {limit}");
        assert!(bytes > text.len(), "{name}: the file alone takes more");
        assert!(result.is_ok() || seconds < Duration::from_secs(1), "{name}: {seconds:?}");
    }
}
