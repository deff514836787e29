//! What several suites share.

pub mod gradient_check;
