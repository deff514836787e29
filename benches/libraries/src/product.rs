//! One matrix product, and how each library computes it.

use std::ops::DerefMut;

use monograd::__private::Threads;
use monograd::__private::arithmetic;

/// What a product multiplies; transposed operands are stored `k × m` and `n × k`.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) m: usize,
    pub(crate) k: usize,
    pub(crate) n: usize,
    pub(crate) transposed_a: bool,
    pub(crate) transposed_b: bool,
}

impl Shape {
    fn ours(&self) -> arithmetic::Product {
        let &Self { m, k, n, transposed_a, transposed_b } = self;
        arithmetic::Product { m, k, n, transposed_a, transposed_b, add: false }
    }
}

/// `c = a · b`, row after row.
pub(crate) struct Product {
    pub(crate) c: Vec<f32>,
    shape: Shape,
    a: Vec<f32>,
    b: Vec<f32>,
    threads: usize,
    /// Memory for our copies of operands; the libraries have their own.
    workspace: Box<dyn DerefMut<Target = [f32]>>,
}

/// A name, and the product as this library computes it.
pub(crate) struct Library {
    pub(crate) name: &'static str,
    pub(crate) compute: fn(&mut Product),
}

/// All libraries, ours first.
pub(crate) const LIBRARIES: &[Library] = &[
    Library { name: "monograd", compute: Product::monograd },
    Library { name: "matrixmultiply", compute: Product::matrixmultiply },
    Library { name: "gemm", compute: Product::gemm },
    Library { name: "faer", compute: Product::faer },
    #[cfg(feature = "openblas")]
    Library { name: "OpenBLAS", compute: Product::openblas },
    #[cfg(feature = "mkl")]
    Library { name: "MKL", compute: Product::mkl },
];

/// Tells every library how many threads it may use; to be called before any other thread exists.
pub(crate) fn set_threads(threads: usize) {
    let count = threads.to_string();
    for (name, value) in [
        ("MATMUL_NUM_THREADS", count.as_str()),
        ("RAYON_NUM_THREADS", &count),
        ("OMP_NUM_THREADS", &count),
        ("MKL_NUM_THREADS", &count),
        // MKL's threads would hold their cores for 200 ms after each call, through the turns of the next libraries.
        ("KMP_BLOCKTIME", "20"),
    ] {
        // SAFETY: `main` calls this first, so no other thread reads the environment.
        unsafe { std::env::set_var(name, value) };
    }
    #[cfg(feature = "openblas")]
    // SAFETY: the function takes any number.
    unsafe {
        openblas_set_num_threads(threads as i32);
    }
}

#[cfg(feature = "openblas")]
unsafe extern "C" {
    fn openblas_set_num_threads(threads: i32);

    #[rustfmt::skip]
    fn cblas_sgemm(
        order: i32,
        transpose_a: i32,
        transpose_b: i32,
        m: i32,
        n: i32,
        k: i32,
        alpha: f32,
        a: *const f32,
        a_row: i32,
        b: *const f32,
        b_row: i32,
        beta: f32,
        c: *mut f32,
        c_row: i32,
    );
}

#[cfg(feature = "mkl")]
unsafe extern "C" {
    /// Fortran's, column after column: MKL's `cblas_sgemm` has the name of OpenBLAS's.
    #[rustfmt::skip]
    #[link_name = "sgemm"]
    fn mkl_sgemm(
        transpose_a: *const u8,
        transpose_b: *const u8,
        m: *const i32,
        n: *const i32,
        k: *const i32,
        alpha: *const f32,
        a: *const f32,
        a_row: *const i32,
        b: *const f32,
        b_row: *const i32,
        beta: *const f32,
        c: *mut f32,
        c_row: *const i32,
    );
}

impl Product {
    pub(crate) fn new(shape: Shape, threads: usize) -> Self {
        let Shape { m, k, n, .. } = shape;
        let a = (0..m * k).map(|i| (i % 13) as f32 * 0.1 - 0.6).collect();
        let b = (0..k * n).map(|i| (i % 11) as f32 * 0.1 - 0.5).collect();
        let workspace = Box::new(arithmetic::workspace(&shape.ours()));
        Self { shape, a, b, c: vec![0.0; m * n], threads, workspace }
    }

    fn monograd(&mut self) {
        let (product, threads) = (self.shape.ours(), Threads::new(self.threads));
        product.compute(&self.a, &self.b, arithmetic::Epilogue::NONE, &mut self.c, &mut self.workspace, &threads);
    }

    /// The strides of rows and columns of both operands.
    fn strides(&self) -> ([isize; 2], [isize; 2]) {
        let Shape { m, k, n, transposed_a, transposed_b } = self.shape;
        let [m, k, n] = [m, k, n].map(|extent| extent as isize);
        (if transposed_a { [1, m] } else { [k, 1] }, if transposed_b { [1, k] } else { [n, 1] })
    }

    fn matrixmultiply(&mut self) {
        let Shape { m, k, n, .. } = self.shape;
        let ([a_row, a_column], [b_row, b_column]) = self.strides();
        let (a, b, c) = (self.a.as_ptr(), self.b.as_ptr(), self.c.as_mut_ptr());
        // SAFETY: the operands have the extents that the strides reach.
        unsafe {
            matrixmultiply::sgemm(m, k, n, 1.0, a, a_row, a_column, b, b_row, b_column, 0.0, c, n as isize, 1);
        }
    }

    #[rustfmt::skip]
    fn gemm(&mut self) {
        let (Shape { m, k, n, .. }, threads) = (self.shape, self.threads);
        let ([a_row, a_column], [b_row, b_column]) = self.strides();
        let (a, b, c) = (self.a.as_ptr(), self.b.as_ptr(), self.c.as_mut_ptr());
        let parallelism = if threads == 1 { gemm::Parallelism::None } else { gemm::Parallelism::Rayon(threads) };
        // SAFETY: the operands have the extents that the strides reach.
        unsafe {
            gemm::gemm(
                m, n, k, c, 1, n as isize, false, a, a_column, a_row, b, b_column, b_row,
                0.0, 1.0, false, false, false, parallelism,
            );
        }
    }

    fn faer(&mut self) {
        use faer::linalg::matmul::matmul;
        use faer::{Accum, MatMut, MatRef, Par};

        let (Shape { m, k, n, .. }, threads) = (self.shape, self.threads);
        let a = match self.shape.transposed_a {
            true => MatRef::from_row_major_slice(&self.a, k, m).transpose(),
            false => MatRef::from_row_major_slice(&self.a, m, k),
        };
        let b = match self.shape.transposed_b {
            true => MatRef::from_row_major_slice(&self.b, n, k).transpose(),
            false => MatRef::from_row_major_slice(&self.b, k, n),
        };
        let parallelism = if threads == 1 { Par::Seq } else { Par::rayon(threads) };
        matmul(MatMut::from_row_major_slice_mut(&mut self.c, m, n), Accum::Replace, a, b, 1.0, parallelism);
    }

    /// The extents, and the lengths of stored rows of both operands, as C has them.
    #[cfg(any(feature = "openblas", feature = "mkl"))]
    fn extents(&self) -> ([i32; 3], [i32; 2]) {
        let Shape { m, k, n, transposed_a, transposed_b } = self.shape;
        let rows = [if transposed_a { m } else { k }, if transposed_b { k } else { n }];
        ([m, k, n].map(|extent| extent as i32), rows.map(|length| length as i32))
    }

    #[cfg(feature = "openblas")]
    fn openblas(&mut self) {
        const ROW_MAJOR: i32 = 101;
        let transpose = |transposed| if transposed { 112 } else { 111 };
        let [transpose_a, transpose_b] = [self.shape.transposed_a, self.shape.transposed_b].map(transpose);
        let ([m, k, n], [a_row, b_row]) = self.extents();
        let (a, b, c) = (self.a.as_ptr(), self.b.as_ptr(), self.c.as_mut_ptr());
        // SAFETY: the operands have the extents that they are said to have.
        unsafe {
            cblas_sgemm(ROW_MAJOR, transpose_a, transpose_b, m, n, k, 1.0, a, a_row, b, b_row, 0.0, c, n);
        }
    }

    /// Column after column the rows of `c` are columns: `cᵀ = bᵀ · aᵀ`.
    #[cfg(feature = "mkl")]
    fn mkl(&mut self) {
        let transpose = |transposed| if transposed { b'T' } else { b'N' };
        let [transpose_a, transpose_b] = [self.shape.transposed_a, self.shape.transposed_b].map(transpose);
        let ([m, k, n], [a_row, b_row]) = self.extents();
        let (a, b, c) = (self.a.as_ptr(), self.b.as_ptr(), self.c.as_mut_ptr());
        // SAFETY: the operands have the extents that they are said to have.
        unsafe {
            mkl_sgemm(&transpose_b, &transpose_a, &n, &m, &k, &1.0, b, &b_row, a, &a_row, &0.0, c, &n);
        }
    }
}
