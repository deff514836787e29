//! Batches, one after another; those of a source are read by a thread while the one before is worked on.

use std::collections::VecDeque;
use std::ops::{ControlFlow, Range};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::{Batch, Columns, Opened, Order, Samples};
use crate::Error;
use crate::node::Layout;

/// One time through some samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pass<'p> {
    /// The network, which has checked the types and shapes of the samples.
    pub(crate) layout: &'static Layout,
    pub(crate) inputs: &'p Columns<'p>,
    pub(crate) targets: &'p Columns<'p>,
    /// The most samples of one batch.
    pub(crate) rows: usize,
}

impl Pass<'_> {
    /// Does some work with each batch, until there are none left or it breaks off.
    ///
    /// # Errors
    /// That of the work or of the source, whichever comes first.
    pub(crate) fn for_each(
        &self,
        order: &mut Order,
        mut work: impl FnMut(&Batch<'_>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<(), Error> {
        match self.inputs.source() {
            Some(source) => self.read_ahead(source, order, work),
            None => {
                for places in self.batches() {
                    let positions = order.positions(places);
                    let batch = Batch { inputs: self.inputs, targets: self.targets, positions, samples: None };
                    if work(&batch)?.is_break() {
                        break;
                    }
                }
                Ok(())
            }
        }
    }

    /// The places of the batches in the order of the samples.
    fn batches(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let (end, rows) = (self.inputs.rows(), self.rows);
        (0..end).step_by(rows).map(move |first| first..end.min(first.saturating_add(rows)))
    }

    /// Works on one batch here while a thread reads the next one. The thread ends before this does.
    fn read_ahead(
        &self,
        source: &Opened<'_>,
        order: &mut Order,
        mut work: impl FnMut(&Batch<'_>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<(), Error> {
        let free = (0..2).map(|_| Box::new(Samples::new(source, self.inputs, self.targets))).collect();
        let exchange = &Exchange::new(free);
        let (batches, layout, selection) = (self.batches(), self.layout, self.inputs.selection());
        let read = move || {
            let _end = End(exchange);
            for places in batches {
                let Some(mut samples) = exchange.take_free() else { return };
                let read = source.read(selection, &order.positions(places), Some(layout), &mut samples);
                let failed = read.is_err();
                exchange.put_read(read.map(|()| samples));
                if failed {
                    return;
                }
            }
        };
        thread::scope(|scope| {
            let _end = End(exchange);
            let reader = thread::Builder::new().name("monograd-source".to_string());
            reader.spawn_scoped(scope, read).map_err(|source| Error::Thread { source })?;
            while let Some(samples) = exchange.take_read() {
                let samples = samples?;
                if work(&samples.batch())?.is_break() {
                    break;
                }
                exchange.put_free(samples);
            }
            Ok(())
        })
    }
}

/// Samples on their way from the reading thread and back.
struct Exchange {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Room that the next samples can be read into.
    free: VecDeque<Box<Samples>>,
    /// Samples that have been read, or why not.
    read: VecDeque<Result<Box<Samples>, Error>>,
    /// Whether one side has ended.
    ended: bool,
}

impl Exchange {
    fn new(free: VecDeque<Box<Samples>>) -> Self {
        let read = VecDeque::with_capacity(free.len() + 1);
        Self { state: Mutex::new(State { free, read, ended: false }), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state and wakes the other side.
    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn put_free(&self, samples: Box<Samples>) {
        self.change(|state| state.free.push_back(samples));
    }

    fn put_read(&self, read: Result<Box<Samples>, Error>) {
        self.change(|state| state.read.push_back(read));
    }

    /// Waits for room; none if nobody wants further samples.
    fn take_free(&self) -> Option<Box<Samples>> {
        let waits = |state: &mut State| state.free.is_empty() && !state.ended;
        let mut state = self.changed.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        if state.ended { None } else { state.free.pop_front() }
    }

    /// Waits for samples; none if there are no further ones.
    fn take_read(&self) -> Option<Result<Box<Samples>, Error>> {
        let waits = |state: &mut State| state.read.is_empty() && !state.ended;
        let mut state = self.changed.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        state.read.pop_front()
    }
}

/// Tells the other side at its end, whatever ends it.
struct End<'a>(&'a Exchange);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.ended = true);
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as StdError;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread::ThreadId;

    use super::*;
    use crate::__private::Network;
    use crate::{Column, Dataset, IntoColumns, Source};

    monograd::network!({
        struct One;

        let x = Input(1);
        Dense(1);
    });

    /// Says which samples are read, and by which thread.
    struct Told(Sender<(Vec<usize>, ThreadId)>);

    impl Source for Told {
        fn len(&self) -> usize {
            10
        }

        fn inputs(&self) -> Result<Columns<'static>, Error> {
            Column::declared::<f32>([1])?.into_columns()
        }

        fn read(&self, numbers: &[usize], samples: &mut Samples) -> Result<(), Box<dyn StdError + Send + Sync>> {
            for (row, &number) in numbers.iter().enumerate() {
                samples.input(row, 0)?[0] = number as f32;
            }
            Ok(self.0.send((numbers.to_vec(), thread::current().id()))?)
        }
    }

    /// Goes through the samples by three, and calls `work` with the number of each batch and what was read.
    fn go_through(
        work: impl Fn(usize, &Receiver<(Vec<usize>, ThreadId)>) -> Result<ControlFlow<()>, Error>,
    ) -> Result<usize, Error> {
        let (told, read) = channel();
        let data = Dataset::from_source(Told(told)).unwrap();
        let layout = One::program::<f32>().layout();
        let pass = Pass { layout, inputs: data.inputs(), targets: data.targets(), rows: 3 };
        let mut number = 0;
        pass.for_each(&mut Order::Data, |batch| {
            assert_eq!(batch.rows(), if number == 3 { 1 } else { 3 });
            number += 1;
            work(number - 1, &read)
        })?;
        Ok(number)
    }

    #[test]
    fn the_next_batch_is_read_while_one_is_worked_on() {
        let batches = go_through(|number, read| {
            // Waits for the batch itself first, then for the next one, which nobody has asked for.
            if number == 0 {
                read.recv().unwrap();
            }
            if number < 3 {
                let (samples, reader) = read.recv().unwrap();
                assert_eq!(samples[0], 3 * (number + 1));
                assert_ne!(reader, thread::current().id());
            }
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!(batches.unwrap(), 4);
    }

    #[test]
    fn reading_ends_with_the_work() {
        let ended =
            go_through(|number, _| Ok(if number == 1 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }));
        assert_eq!(ended.unwrap(), 2);
        assert!(matches!(go_through(|_, _| Err(Error::NoArrays)), Err(Error::NoArrays)));
    }
}
