//! What a person sees of training while it runs.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Epoch, Evaluation};

/// What to show while training runs.
///
/// All of it goes to the standard error stream: standard output is the program's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// A bar where standard error is a terminal, lines elsewhere.
    #[default]
    Auto,
    /// A bar with the time that is left, loss, metrics and samples per second, drawn ten times a second, and a line for
    /// each epoch that is done. Nothing appears where standard error is no terminal.
    Bar,
    /// A line for each epoch.
    Lines,
    /// Nothing.
    Off,
}

/// Shows one training's progress.
pub(crate) struct Reporter {
    bar: Option<ProgressBar>,
    lines: bool,
    started: Instant,
    drawn: Instant,
    steps: u64,
}

const REDRAW: Duration = Duration::from_millis(100);

impl Reporter {
    /// Starts with `steps` steps ahead in each of the epochs.
    pub(crate) fn new(progress: Progress, steps: u64) -> Self {
        let bar = match progress {
            Progress::Auto => std::io::stderr().is_terminal(),
            Progress::Bar => true,
            Progress::Lines | Progress::Off => false,
        };
        let lines = !bar && progress != Progress::Off;
        let now = Instant::now();
        let bar = bar.then(|| {
            let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{prefix} [{bar:10}] {pos}/{len}  {wide_msg}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar
        });
        Self { bar, lines, started: now, drawn: now, steps }
    }

    /// A step is done. With a bar it costs a look at the clock; ten times a second the bar is drawn, with the values that
    /// `now` gives.
    pub(crate) fn step(&mut self, at: At, now: impl FnOnce() -> Evaluation) {
        let Some(bar) = &self.bar else { return };
        if self.drawn.elapsed() < REDRAW {
            return;
        }
        self.drawn = Instant::now();
        let done = (at.epoch as u64 - 1) * self.steps + at.step;
        let left = at.epochs as u64 * self.steps - done;
        let seconds = self.started.elapsed().as_secs_f64() / done as f64 * left as f64;
        let rate = Thousands((at.samples as f64 / at.began.elapsed().as_secs_f64().max(1e-9)) as u64);
        bar.set_prefix(format!("epoch {}/{}", at.epoch, at.epochs));
        bar.set_message(format!("{} left  {rate} samples/s  {}", Clock(seconds), now()));
        bar.set_position(at.step);
    }

    /// An epoch is done.
    pub(crate) fn epoch(&mut self, epoch: &Epoch) {
        if let Some(bar) = &self.bar {
            bar.suspend(|| print(epoch));
            bar.set_position(0);
        } else if self.lines {
            print(epoch);
        }
    }
}

impl Drop for Reporter {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A closed error stream is no reason to end training.
fn print(epoch: &Epoch) {
    let _ = writeln!(std::io::stderr(), "{epoch}");
}

/// How far training is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At {
    /// This epoch, from 1.
    pub(crate) epoch: usize,
    /// Of so many.
    pub(crate) epochs: usize,
    /// Steps done in this epoch.
    pub(crate) step: u64,
    /// Samples done in this epoch.
    pub(crate) samples: usize,
    /// When this epoch began.
    pub(crate) began: Instant,
}

/// A number with a space between groups of three digits.
pub(crate) struct Thousands(pub(crate) u64);

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1000 {
            return write!(f, "{}", self.0);
        }
        write!(f, "{} {:03}", Thousands(self.0 / 1000), self.0 % 1000)
    }
}

/// `8 s`, `2:05 min`, `1:02 h`.
struct Clock(f64);

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.ceil() as u64;
        match seconds {
            0..60 => write!(f, "{seconds} s"),
            60..3600 => write!(f, "{}:{:02} min", seconds / 60, seconds % 60),
            _ => write!(f, "{}:{:02} h", seconds / 3600, seconds % 3600 / 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_digits() {
        let printed = [0, 999, 1000, 12_345, 1_002_003].map(|number| Thousands(number).to_string());
        assert_eq!(printed, ["0", "999", "1 000", "12 345", "1 002 003"]);
    }

    #[test]
    fn prints_times_left() {
        assert_eq!([0.0, 7.2, 125.0, 3725.0].map(|time| Clock(time).to_string()), ["0 s", "8 s", "2:05 min", "1:02 h"]);
    }
}
