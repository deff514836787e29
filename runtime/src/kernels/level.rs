//! Which of the processor's instructions kernels may use, found out at run time.

use std::any::TypeId;

/// The instructions that a kernel is computed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Whatever the compiler may assume; products and sums round separately.
    Portable,
    /// AVX2 and FMA.
    Avx2,
    /// AVX-512, for `f32`.
    Avx512,
}

impl Level {
    /// The best that this processor has for an element type.
    pub(crate) fn of<T: 'static>() -> Self {
        // Miri does not know all of these instructions.
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            let single = TypeId::of::<T>() == TypeId::of::<f32>();
            if single && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("fma") {
                return Level::Avx512;
            }
            if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                return Level::Avx2;
            }
        }
        Level::Portable
    }
}
