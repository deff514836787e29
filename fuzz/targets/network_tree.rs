//! Declarations made from the grammar, or one of the seeds, with up to eight changes of tokens.

#![no_main]

use libfuzzer_sys::fuzz_target;
use fuzz::{Choices, declaration, mutate, survives};

const SEEDS: [&str; 10] = [
    include_str!("../seeds/network_text/activations.txt"),
    include_str!("../seeds/network_text/blocks.txt"),
    include_str!("../seeds/network_text/broadcast.txt"),
    include_str!("../seeds/network_text/choices.txt"),
    include_str!("../seeds/network_text/constants.txt"),
    include_str!("../seeds/network_text/loops.txt"),
    include_str!("../seeds/network_text/regression.txt"),
    include_str!("../seeds/network_text/several.txt"),
    include_str!("../seeds/network_text/shared.txt"),
    include_str!("../seeds/network_text/views.txt"),
];

fuzz_target!(init: check_seeds(), |bytes: &[u8]| {
    // Places in earlier inputs are forgotten, or memory would fill with them.
    proc_macro2::extra::invalidate_current_thread_spans();
    let mut choices = Choices::new(bytes);
    let kind = choices.below(4);
    let changes = choices.below(9);
    let text = if kind == 0 { choices.pick(&SEEDS).to_string() } else { declaration(&mut choices) };
    let tokens = text.parse().unwrap_or_else(|error| panic!("{error} in {text}"));
    let changes = if kind == 1 { 0 } else { changes };
    survives(mutate(tokens, &mut choices, changes), bytes);
});

/// The seeds are declarations without mistakes, or they would not lead deep.
fn check_seeds() {
    for seed in SEEDS {
        let tokens = seed.parse().unwrap_or_else(|error| panic!("{error} in {seed}"));
        let expansion = monograd_compiler::expand::network(tokens);
        assert!(expansion.errors.is_empty(), "{:#?} in {seed}", expansion.errors);
    }
}
