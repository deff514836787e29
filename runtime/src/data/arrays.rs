//! Samples as arrays again, to look at them.

use super::copy::Picked;
use super::{Columns, Positions};
use crate::Array;
use crate::kernels::Threads;

impl Columns<'_> {
    /// The samples of a column, counted from 0, in order as a new array, the first axis counting samples, as
    /// numbers: those that a network is given. Nothing if there is no such column, or if it belongs to a
    /// [`Source`](crate::Source) ([`Dataset::in_memory`](crate::Dataset::in_memory) reads it).
    ///
    /// ```
    /// use monograd::ndarray::array;
    /// use monograd::prelude::*;
    ///
    /// let data = Dataset::new(array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]], array![0u32, 1, 0])?;
    /// let last = data.rows(1..3)?;
    /// assert_eq!(last.inputs().array(0), Some(array![[3.0, 4.0], [5.0, 6.0]].into_dyn()));
    /// assert_eq!(last.targets().array(0), Some(array![1.0, 0.0].into_dyn()));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn array(&self, number: usize) -> Option<Array> {
        let column = self.iter().nth(number).filter(|_| self.source().is_none())?;
        let mut values = vec![0.0; self.rows() * column.sample().elements()];
        let positions = &Positions::Range(0..self.rows());
        Picked { column, selection: self.selection(), positions, threads: &Threads::default() }.numbers(&mut values);
        let shape: Vec<usize> = [self.rows()].into_iter().chain(column.shape().iter().copied()).collect();
        Array::from_shape_vec(shape, values).ok()
    }
}
