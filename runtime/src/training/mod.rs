//! Training: the loop over epochs and steps, what it reports, and when it ends.

mod evaluation;
mod fit;
mod history;
mod interrupt;
mod non_finite;
mod progress;
mod run;
mod snapshot;

pub use evaluation::Evaluation;
pub use fit::{Fit, Next};
pub use history::{Ended, Epoch, History};
pub use non_finite::Cause;
pub use progress::Progress;

pub(crate) use evaluation::metric_values;
pub(crate) use snapshot::Snapshot;
