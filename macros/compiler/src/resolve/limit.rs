//! How large a network may be: no declaration keeps the compiler busy for long, or overflows its stack.

use super::{Frame, Resolver};
use crate::ast::Extent;
use crate::constant::Constant;

/// The most repetitions of one `for`.
pub(super) const MAX_REPETITIONS: i128 = 1_000;

/// The most layers of one network.
const MAX_NODES: usize = 10_000;

/// The most repetitions and uses of blocks in one network.
const MAX_STEPS: usize = 100_000;

/// The deepest nesting of expressions and bodies; twice as deep still fits into rustc's stack with an unoptimized compiler.
const MAX_DEPTH: usize = 1_000;

/// The most values of one list, those of lists within it included.
const MAX_VALUES: usize = 10_000;

impl Resolver<'_> {
    /// Counts one more repetition or use of a block; where there are too many, no more are unrolled.
    pub(super) fn unrolls(&mut self, frame: &Frame, extent: Extent) -> bool {
        self.steps += 1;
        let message = match (self.graph.nodes.len() > MAX_NODES, self.steps > MAX_STEPS) {
            (true, _) => format!("the network has more than {MAX_NODES} layers"),
            (_, true) => format!("the network has more than {MAX_STEPS} repetitions and uses of blocks"),
            _ => return true,
        };
        if !std::mem::replace(&mut self.is_too_large, true) {
            self.error(frame, extent, message);
        }
        false
    }

    /// Whether an expression may still be computed, as deep as it is; if not, that is reported once.
    pub(super) fn is_within_depth(&mut self, frame: &Frame, extent: Extent) -> bool {
        if self.depth < MAX_DEPTH {
            return true;
        }
        if !std::mem::replace(&mut self.is_too_large, true) {
            let message = format!("expressions, blocks and constants are nested more than {MAX_DEPTH} deep");
            self.error(frame, extent, message);
        }
        false
    }

    /// A list, unless it is too long.
    pub(super) fn list(&mut self, frame: &Frame, items: Vec<Constant>, extent: Extent) -> Option<Constant> {
        if items.iter().map(values).sum::<usize>() <= MAX_VALUES {
            return Some(Constant::List(items));
        }
        self.error(frame, extent, format!("this list has more than {MAX_VALUES} values"));
        None
    }
}

fn values(constant: &Constant) -> usize {
    match constant {
        Constant::List(items) => items.iter().map(values).sum(),
        _ => 1,
    }
}
