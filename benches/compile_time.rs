//! Seconds that a network adds to `cargo check` and to a release build: `cargo bench --bench compile_time`.
//!
//! A scratch crate declares a network of 0, 10, 50 and 200 dense layers of distinct sizes and trains it, and one of three
//! small layers, for which a prediction of one sample is compiled as one function. Its dependencies
//! are built before. "touched" rebuilds the same declaration, "edited" one whose input has another size; each is the least
//! of [`REPEATS`] runs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

const REPEATS: usize = 3;

fn main() {
    let scratch = std::env::temp_dir().join(format!("monograd-compile-time-{}", std::process::id()));
    std::fs::create_dir_all(scratch.join("src")).expect("a scratch folder");
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime");
    let manifest = format!(
        "[package]\nname = \"scratch\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         monograd = {{ path = {runtime:?} }}\nndarray = {{ version = \"0.17\", default-features = false }}\n"
    );
    std::fs::write(scratch.join("Cargo.toml"), manifest).expect("a manifest");

    let small = "    Dense(24, activation = relu);\n    Dense(8, activation = relu);\n".to_string();
    let networks = [0, 10, 50, 200].map(|layers| (layers.to_string(), (layers > 0).then(|| hidden(layers))));
    println!("| layers | check, touched | check, edited | release, touched | release, edited |");
    println!("|---:|---:|---:|---:|---:|");
    for (layers, hidden) in networks.into_iter().chain([("24-8-10".to_string(), Some(small))]) {
        let times: Vec<String> = [&["check"][..], &["build", "--release"]]
            .into_iter()
            .flat_map(|command| measure(&scratch, command, hidden.as_deref()))
            .map(|time| format!("{:.2} s", time.as_secs_f64()))
            .collect();
        println!("| {layers} | {} |", times.join(" | "));
    }
    std::fs::remove_dir_all(&scratch).ok();
}

/// The least time after touching the source, and after editing it.
fn measure(scratch: &PathBuf, command: &[&str], hidden: Option<&str>) -> [Duration; 2] {
    let source = scratch.join("src/main.rs");
    let run = |input: usize| {
        std::fs::write(&source, program(hidden, input)).expect("a source file");
        let start = Instant::now();
        let status = Command::new(env!("CARGO")).args(command).arg("--quiet").current_dir(scratch).status();
        assert!(status.is_ok_and(|status| status.success()), "the scratch crate builds");
        start.elapsed()
    };
    run(32);
    let touched = (0..REPEATS).map(|_| run(32)).min().unwrap_or_default();
    let edited = (0..REPEATS).map(|repeat| run(33 + repeat)).min().unwrap_or_default();
    [touched, edited]
}

/// So many layers.
fn hidden(layers: usize) -> String {
    (0..layers).map(|layer| format!("    Dense({}, activation = relu);\n", 48 + layer * 37 % 97)).collect()
}

/// A program with a network of these layers and one more, or without one.
fn program(hidden: Option<&str>, input: usize) -> String {
    let Some(hidden) = hidden else {
        return format!("fn main() {{ println!(\"{input}\"); }}");
    };
    format!(
        "use monograd::prelude::*;
         network!({{
             pub struct Net;
             let x = Input({input});
         {hidden}
             Dense(10);
             loss = cross_entropy;
             optimizer = Adam();
             metrics = [accuracy];
         }});
         fn main() -> Result<(), Error> {{
             let x = ndarray::Array2::<f32>::zeros((100, {input}));
             let y = ndarray::Array1::<u32>::zeros(100);
             let mut model = Net::new(1);
             model.fit(&Dataset::new(&x, &y)?, Fit::default())?;
             println!(\"{{}}\", model.predict(&x)?);
             Ok(())
         }}"
    )
}
