//! The threads that a model's work is split over.

use std::ops::Range;
use std::sync::Arc;

/// The threads that a model's work is split over. Work is split over outputs, never over a sum.
///
/// The default is the caller's thread alone; clones share their threads.
#[derive(Clone, Debug, Default)]
pub struct Threads {
    pool: Option<Arc<rayon::ThreadPool>>,
}

/// Work that is not worth a second thread, in multiply-adds: about what waking a thread costs.
const LEAST_WORK: usize = 1 << 16;

impl Threads {
    /// A number of threads; 0 counts as 1. With 1, everything runs on the caller's thread.
    ///
    /// Where the system refuses to start threads, the caller's alone is used, which changes no result.
    pub fn new(count: usize) -> Self {
        if count <= 1 {
            return Self::default();
        }
        let name = |number| format!("monograd {number}");
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).thread_name(name).build();
        Self { pool: pool.ok().map(Arc::new) }
    }

    /// As many threads as the processor has cores.
    pub fn all() -> Self {
        Self::new(std::thread::available_parallelism().map_or(1, |count| count.get()))
    }

    /// The number of threads.
    pub fn count(&self) -> usize {
        self.pool.as_ref().map_or(1, |pool| pool.current_num_threads())
    }

    /// Runs work on one of the threads, so that splits inside it need not enter the pool each time.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }

    /// Splits `items` into one part for each thread; less work than is worth it stays on the caller's thread.
    ///
    /// `cost` is that of one item in multiply-adds. The part of an item must not depend on where the cuts are.
    pub(crate) fn split<D: Divide>(&self, items: usize, cost: usize, data: D, work: impl Fn(D) + Sync) {
        let worth = items.saturating_mul(cost) / LEAST_WORK;
        let parts = self.count().min(worth).min(items);
        match &self.pool {
            Some(pool) if parts > 1 => pool.install(|| halve(parts, items, data, &work)),
            _ => work(data),
        }
    }
}

fn halve<D: Divide>(parts: usize, items: usize, data: D, work: &(impl Fn(D) + Sync)) {
    if parts <= 1 {
        return work(data);
    }
    let first_parts = parts / 2;
    let first_items = items * first_parts / parts;
    let (first, second) = data.divide(first_items);
    rayon::join(
        || halve(first_parts, first_items, first, work),
        || halve(parts - first_parts, items - first_items, second, work),
    );
}

/// Data that can be cut between two items.
pub(crate) trait Divide: Sized + Send {
    /// The first `items` items, and the others.
    fn divide(self, items: usize) -> (Self, Self);
}

/// A slice whose items are rows of `width` elements.
pub(crate) struct Rows<S> {
    pub(crate) values: S,
    width: usize,
}

impl<S> Rows<S> {
    /// Rows of `width` elements.
    pub(crate) fn new(values: S, width: usize) -> Self {
        Self { values, width }
    }
}

impl<S: Divide> Divide for Rows<S> {
    fn divide(self, items: usize) -> (Self, Self) {
        let (first, second) = self.values.divide(items * self.width);
        (Self::new(first, self.width), Self::new(second, self.width))
    }
}

impl<T: Sync> Divide for &[T] {
    fn divide(self, items: usize) -> (Self, Self) {
        self.split_at(items)
    }
}

impl<T: Send> Divide for &mut [T] {
    fn divide(self, items: usize) -> (Self, Self) {
        self.split_at_mut(items)
    }
}

impl Divide for Range<usize> {
    fn divide(self, items: usize) -> (Self, Self) {
        (self.start..self.start + items, self.start + items..self.end)
    }
}

impl<D: Divide> Divide for Option<D> {
    fn divide(self, items: usize) -> (Self, Self) {
        self.map(|data| data.divide(items)).unzip()
    }
}

macro_rules! divide_tuple {
    ($($type:ident $field:ident),*) => {
        impl<$($type: Divide),*> Divide for ($($type,)*) {
            fn divide(self, items: usize) -> (Self, Self) {
                let ($($field,)*) = self;
                $( let $field = $field.divide(items); )*
                (($($field.0,)*), ($($field.1,)*))
            }
        }
    };
}

divide_tuple!(A a, B b);
divide_tuple!(A a, B b, C c);
divide_tuple!(A a, B b, C c, D d);
divide_tuple!(A a, B b, C c, D d, E e);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_in_one_part() {
        for count in [1, 2, 3, 7] {
            let threads = Threads::new(count);
            assert_eq!(threads.count(), count);
            for items in [0, 1, 2, 13, 100] {
                let mut values = vec![0; items * 3];
                let data = (0..items, Rows::new(&mut values[..], 3));
                threads.split(items, LEAST_WORK, data, |(range, rows)| {
                    assert_eq!(rows.values.len(), range.len() * 3);
                    for (i, row) in range.zip(rows.values.chunks_exact_mut(3)) {
                        row.fill(i + 1);
                    }
                });
                assert!(values.iter().enumerate().all(|(i, &value)| value == i / 3 + 1));
            }
        }
    }

    #[test]
    fn little_work_stays_on_the_callers_thread() {
        let caller = std::thread::current().id();
        let threads = Threads::new(2);
        threads.split(100, 1, 0..100, |range| {
            assert_eq!(range, 0..100);
            assert_eq!(std::thread::current().id(), caller);
        });
    }

    #[test]
    fn work_inside_the_pool_splits_again() {
        let threads = Threads::new(3);
        let mut values = [0; 64];
        threads.run(|| {
            threads.split(64, LEAST_WORK, &mut values[..], |part| part.fill(1));
        });
        assert_eq!(values, [1; 64]);
        assert_eq!(Threads::default().run(|| 5), 5);
    }
}
