//! Which of the processor's instructions kernels may use, found out at run time.

#[cfg(all(target_arch = "x86_64", not(miri)))]
use std::any::TypeId;
#[cfg(all(target_arch = "x86_64", not(miri)))]
use std::sync::OnceLock;

use crate::float::Float;

/// The instructions that a kernel is computed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Whatever the compiler may assume; products and sums round separately unless [`PORTABLE_FUSES`].
    #[cfg_attr(target_arch = "aarch64", allow(dead_code, reason = "all these have NEON; tests compare with this"))]
    Portable,
    /// AVX2 and FMA.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// AVX-512, for `f32`.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// NEON.
    #[cfg(target_arch = "aarch64")]
    Neon,
}

/// A loop over memory that is compiled once for each level.
///
/// The compiler's own vectorization makes the difference, so everything that `run` calls must be inlined into it:
/// implementations are `#[inline(always)]`, and so is what they call.
pub(crate) trait Kernel {
    /// What the loop is over.
    type Element: Float;
    /// What it returns.
    type Output;

    /// Runs the loop. `FUSED` is whether multiply-adds in it round once.
    fn run<const FUSED: bool>(self) -> Self::Output;
}

/// Whether multiply-adds at [`Level::Portable`] round once: where every processor that the program is compiled for has the
/// instruction, and with the feature `portable` everywhere.
pub(crate) const PORTABLE_FUSES: bool =
    cfg!(any(feature = "portable", target_feature = "fma", target_arch = "aarch64"));

impl Level {
    /// The best that this processor has for an element type.
    #[inline]
    pub(crate) fn of<T: 'static>() -> Self {
        // Miri does not know all of these instructions.
        #[cfg(all(target_arch = "x86_64", not(miri)))]
        {
            // Each small kernel asks, and several questions to the processor would take as long as one of them.
            static SINGLE: OnceLock<Level> = OnceLock::new();
            static DOUBLE: OnceLock<Level> = OnceLock::new();
            let is_single = TypeId::of::<T>() == TypeId::of::<f32>();
            *(if is_single { &SINGLE } else { &DOUBLE }).get_or_init(|| Self::found(is_single))
        }
        #[cfg(target_arch = "aarch64")]
        return Level::Neon;
        #[cfg(all(not(target_arch = "aarch64"), any(miri, not(target_arch = "x86_64"))))]
        Level::Portable
    }

    /// What the processor says that it has for `f32`, or for `f64`.
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    #[cold]
    fn found(is_single: bool) -> Self {
        if !is_x86_feature_detected!("fma") {
            Level::Portable
        } else if is_single && is_x86_feature_detected!("avx512f") {
            Level::Avx512
        } else if is_x86_feature_detected!("avx2") {
            Level::Avx2
        } else {
            Level::Portable
        }
    }

    /// All that this processor has for `f32`.
    #[cfg(test)]
    pub(crate) fn available() -> impl Iterator<Item = Self> {
        let all = [
            Level::Portable,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512,
            #[cfg(target_arch = "aarch64")]
            Level::Neon,
        ];
        all.into_iter().filter(|&level| level <= Level::of::<f32>())
    }

    /// Runs a kernel with these instructions. Kernels over `f64`, which nobody waits for, are portable at each level.
    #[inline]
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        if const { size_of::<K::Element>() != size_of::<f32>() } {
            return kernel.run::<false>();
        }
        assert!(self <= Level::of::<f32>(), "the processor has the instructions");
        match self {
            // SAFETY: the processor has the instructions, as asserted.
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => unsafe { run_avx512(kernel) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => unsafe { run_avx2(kernel) },
            _ => kernel.run::<PORTABLE_FUSES>(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,fma")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<true>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<true>()
}
