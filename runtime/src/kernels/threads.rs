//! The threads that a model's work is split over.

use std::ops::Range;
use std::sync::{Mutex, OnceLock};

use monograd_schema::WORTH_A_THREAD;

use super::pool::{MOST_PARTS, Pool};

/// The threads that a model's work is split over. Work is split over outputs, and sums in parts that do not depend on the threads.
///
/// The default is the caller's thread alone. All models with the same number share their threads, which start with the
/// first work that is worth them.
#[derive(Clone, Copy, Debug)]
pub struct Threads {
    count: usize,
    /// Whether work is split however little it is.
    eager: bool,
}

impl Default for Threads {
    fn default() -> Self {
        Self::new(1)
    }
}

impl Threads {
    /// The caller's thread alone.
    pub(crate) const ALONE: &'static Self = &Self { count: 1, eager: false };

    /// A number of threads, from 1 to 64.
    ///
    /// Work is cut into as many parts, but no more threads are started than the processor has cores, and where the system
    /// refuses to start any, the caller's alone is used. None of that changes a result.
    pub fn new(count: usize) -> Self {
        Self { count: count.clamp(1, MOST_PARTS), eager: false }
    }

    /// The same, but work is split however little it is; for tests, which see the cuts of a large network in a small one.
    pub(crate) fn eager(count: usize) -> Self {
        Self { eager: true, ..Self::new(count) }
    }

    /// As many threads as the processor has cores.
    pub fn all() -> Self {
        static CORES: OnceLock<usize> = OnceLock::new();
        Self::new(*CORES.get_or_init(|| std::thread::available_parallelism().map_or(1, |count| count.get())))
    }

    /// The number of threads.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The threads for `rows` samples, of which `split_from` are worth a second one.
    #[inline(always)]
    pub(crate) fn for_rows(&self, rows: usize, split_from: usize) -> &Self {
        if rows < split_from && !self.eager { Self::ALONE } else { self }
    }

    /// In how many parts work is split, 0 or 1 where it is not.
    #[inline]
    pub(crate) fn parts(&self, items: usize, cost: usize) -> usize {
        let worth = if self.eager { items } else { items.saturating_mul(cost) / WORTH_A_THREAD };
        self.count.min(worth).min(items)
    }

    /// Calls `work` with each part from 0 on, whatever it costs; for measuring what handing out costs.
    #[doc(hidden)]
    pub fn hand_out(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        match Pool::of(self.count) {
            Some(pool) if self.count > 1 => pool.run(parts, work),
            _ => (0..parts).for_each(work),
        }
    }

    /// Splits `items` into one part for each thread; less work than is worth it stays on the caller's thread.
    ///
    /// `cost` is that of one item in multiply-adds. The part of an item must not depend on where the cuts are.
    #[inline]
    pub(crate) fn split<D: Divide>(&self, items: usize, cost: usize, data: D, work: impl Fn(D) + Sync) {
        let parts = self.parts(items, cost);
        match if parts > 1 { Pool::of(self.count) } else { None } {
            Some(pool) => Self::split_over(pool, parts, items, data, &work),
            None => work(data),
        }
    }

    /// Splits `items` into so many parts.
    #[inline(never)]
    fn split_over<D: Divide>(pool: &Pool, parts: usize, items: usize, data: D, work: &(impl Fn(D) + Sync)) {
        let pieces: [Mutex<Option<D>>; MOST_PARTS] = [const { Mutex::new(None) }; MOST_PARTS];
        let mut left = data;
        for (part, piece) in pieces[..parts - 1].iter().enumerate() {
            let (first, rest) = left.divide(items * (part + 1) / parts - items * part / parts);
            put(piece, first);
            left = rest;
        }
        put(&pieces[parts - 1], left);
        pool.run(parts, &|part| {
            let piece = pieces[part].lock().ok().and_then(|mut piece| piece.take());
            work(piece.expect("each part is taken once"));
        });
    }
}

fn put<D>(piece: &Mutex<Option<D>>, data: D) {
    if let Ok(mut piece) = piece.lock() {
        *piece = Some(data);
    }
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
                threads.split(items, WORTH_A_THREAD, data, |(range, rows)| {
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
    fn eager_threads_split_little_work_too() {
        if std::thread::available_parallelism().is_ok_and(|cores| cores.get() > 1) {
            Threads::eager(3).split(2, 1, 0..2, |range| assert_eq!(range.len(), 1));
        }
        let (eager, few) = (Threads::eager(3), Threads::new(3));
        assert_eq!([eager, few].map(|threads| threads.for_rows(1, 2).count()), [3, 1]);
    }
}
