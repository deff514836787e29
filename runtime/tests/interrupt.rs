//! Ctrl-C. One test in a process of its own: a signal concerns all of it.
#![cfg(unix)]

mod networks;

use std::process::Command;

use monograd::__private::Model;
use monograd::{Dataset, Ended, Epoch, Fit, Progress};
use signal_hook::consts::SIGINT;
use signal_hook::low_level::raise;

use networks::*;

const ROLE: &str = "MONOGRAD_TEST_SECOND_SIGNAL";

#[test]
fn ctrl_c_ends_training_and_a_second_one_the_program() {
    let (x, y) = line(64);
    let data = Dataset::new(&x, &y).unwrap();
    let mut model = Model::new(&REGRESSION, 1);
    let fit = || Fit::default().epochs(5).progress(Progress::Off);
    let interrupt = |epoch: &Epoch| {
        if epoch.number == 2 {
            raise(SIGINT).unwrap();
        }
    };
    let history = model.fit(&data, fit().callback(interrupt)).unwrap();
    assert_eq!((history.epochs().len(), history.ended()), (2, Ended::Interrupted));
    assert_eq!(model.fit(&data, fit()).unwrap().ended(), Ended::Epochs);

    match std::env::var(ROLE).as_deref() {
        Ok("in training") => {
            let twice = |_: &Epoch| (0..2).for_each(|_| raise(SIGINT).unwrap());
            let _ = model.fit(&data, fit().callback(twice));
            panic!("the second signal did not end the program");
        }
        Ok("outside of training") => {
            raise(SIGINT).unwrap();
            panic!("the signal did not end the program");
        }
        _ => {
            for role in ["in training", "outside of training"] {
                let mut program = Command::new(std::env::current_exe().unwrap());
                let output = program.env(ROLE, role).output().unwrap();
                let signal = std::os::unix::process::ExitStatusExt::signal(&output.status);
                assert_eq!(signal, Some(SIGINT), "{role}: {output:?}");
            }
        }
    }
}
