//! One file per stage: text in, stage value out.

mod expand;
mod parse;
