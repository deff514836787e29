//! Links the libraries that are not Rust.

use std::env::var;

fn main() {
    if var("CARGO_FEATURE_OPENBLAS").is_ok() {
        println!("cargo::rustc-link-lib=openblas");
    }
    if var("CARGO_FEATURE_MKL").is_ok() {
        println!("cargo::rerun-if-env-changed=MKLROOT");
        let root = var("MKLROOT").expect("MKLROOT is the folder whose lib has MKL's libraries");
        // MKL's parts use each other: the group has to be searched until nothing is missing.
        for argument in ["--start-group", "intel_lp64", "intel_thread", "core", "--end-group"] {
            let argument = match argument.strip_prefix("--") {
                Some(_) => format!("-Wl,{argument}"),
                None => format!("{root}/lib/libmkl_{argument}.a"),
            };
            println!("cargo::rustc-link-arg={argument}");
        }
        for argument in [format!("-L{root}/lib"), format!("-Wl,-rpath,{root}/lib"), "-liomp5".to_string()] {
            println!("cargo::rustc-link-arg={argument}");
        }
        for library in ["pthread", "m", "dl"] {
            println!("cargo::rustc-link-arg=-l{library}");
        }
    }
}
