//! The procedural macros of Monograd.
#![forbid(unsafe_code)]
