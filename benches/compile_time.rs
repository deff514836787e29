//! Seconds that a network adds to `cargo check` and to a release build: `cargo bench --bench compile_time`.
//!
//! A scratch crate declares a network of 0, 10, 50 and 200 dense layers of distinct sizes and trains it. Its dependencies
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

    println!("| layers | check, touched | check, edited | release, touched | release, edited |");
    println!("|---:|---:|---:|---:|---:|");
    for layers in [0, 10, 50, 200] {
        let times: Vec<String> = [&["check"][..], &["build", "--release"]]
            .into_iter()
            .flat_map(|command| measure(&scratch, command, layers))
            .map(|time| format!("{:.2} s", time.as_secs_f64()))
            .collect();
        println!("| {layers} | {} |", times.join(" | "));
    }
    std::fs::remove_dir_all(&scratch).ok();
}

/// The least time after touching the source, and after editing it.
fn measure(scratch: &PathBuf, command: &[&str], layers: usize) -> [Duration; 2] {
    let source = scratch.join("src/main.rs");
    let run = |input: usize| {
        std::fs::write(&source, program(layers, input)).expect("a source file");
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

fn program(layers: usize, input: usize) -> String {
    if layers == 0 {
        return format!("fn main() {{ println!(\"{input}\"); }}");
    }
    let dense: String =
        (0..layers).map(|layer| format!("    Dense({}, activation = relu);\n", 48 + layer * 37 % 97)).collect();
    format!(
        "use monograd::prelude::*;
         network!({{
             pub struct Net;
             let x = Input({input});
         {dense}
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
