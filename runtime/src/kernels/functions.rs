//! The elementwise activation functions, each beside its derivative.

use monograd_schema::Activation;

use crate::float::Float;

/// What is done with a function and its derivative.
pub(super) trait Visit<T> {
    /// Takes the function of `x`, and its derivative as a function of what `Activation::derivative` names: `x` or `y`.
    fn visit(self, function: impl Fn(T) -> T, derivative: impl Fn(T) -> T);
}

/// Shows an elementwise activation to a visitor. NaN passes through all functions: where a comparison would stop it,
/// the branch that NaN takes is the one that returns `x`.
///
/// All is inlined into the visitor's loop, and so must be what the functions call more than once: hence no closures in
/// closures.
#[inline(always)]
pub(super) fn show<T: Float, const FUSED: bool>(activation: &Activation, visit: impl Visit<T>) {
    use Activation::*;
    let number = T::from_f64;
    let (zero, one, half) = (T::ZERO, T::ONE, number(0.5));
    match *activation {
        Linear => visit.visit(|x| x, |_| one),
        Relu { negative_slope: 0.0, max_value, threshold: 0.0 } => {
            let max = number(max_value);
            visit.visit(|x| x.maximum(zero).minimum(max), |y| if y <= zero || y >= max { zero } else { one })
        }
        Relu { negative_slope, max_value, threshold } => {
            let (slope, max, threshold) = (number(negative_slope), number(max_value), number(threshold));
            // Without a slope, -∞ is 0 and not the NaN that 0 · ∞ would be.
            let below = |x: T| if slope == zero && x <= threshold { zero } else { slope * (x - threshold) };
            let unbounded = move |x: T| if x > threshold { x } else { below(x) };
            let derivative = |x| match unbounded(x) >= max {
                true => zero,
                false => {
                    if x > threshold {
                        one
                    } else {
                        slope
                    }
                }
            };
            visit.visit(|x| unbounded(x).minimum(max), derivative)
        }
        Relu6 => {
            let max = number(6.0);
            visit.visit(|x| x.maximum(zero).minimum(max), |y| if y <= zero || y >= max { zero } else { one })
        }
        LeakyRelu { negative_slope } => {
            let slope = number(negative_slope);
            visit.visit(|x| if x > zero { x } else { slope * x }, |x| if x > zero { one } else { slope })
        }
        Elu { alpha } => {
            let alpha = number(alpha);
            visit.visit(
                |x| if x > zero { x } else { alpha * x.exp_m1::<FUSED>() },
                |x| if x > zero { one } else { alpha * x.exp::<FUSED>() },
            )
        }
        Selu => {
            let (scale, alpha) = (number(SELU_SCALE), number(SELU_ALPHA));
            visit.visit(
                |x| scale * if x > zero { x } else { alpha * x.exp_m1::<FUSED>() },
                |x| scale * if x > zero { one } else { alpha * x.exp::<FUSED>() },
            )
        }
        Celu { alpha } => {
            let alpha = number(alpha);
            visit.visit(
                |x| if x > zero { x } else { alpha * (x / alpha).exp_m1::<FUSED>() },
                |x| if x > zero { one } else { (x / alpha).exp::<FUSED>() },
            )
        }
        Gelu { approximate: false } => visit.visit(
            |x| x * normal_cumulative::<T, FUSED>(x),
            |x| {
                let density = number(FRAC_1_SQRT_TAU) * (-half * x * x).exp::<FUSED>();
                normal_cumulative::<T, FUSED>(x) + x * density
            },
        ),
        Gelu { approximate: true } => visit.visit(
            |x| half * x * (one + gelu_bend::<T, FUSED>(x)),
            |x| {
                let bend = gelu_bend::<T, FUSED>(x);
                let bend_slope = one - bend * bend;
                // Far out the slope is 0, while x² may be infinite.
                let inner = number(SQRT_FRAC_2_PI) * (one + number(3.0 * GELU_CUBIC) * x * x);
                let inner = if bend_slope == zero { zero } else { inner };
                half * (one + bend) + half * x * bend_slope * inner
            },
        ),
        Silu => visit.visit(
            |x| x * x.sigmoid::<FUSED>(),
            |x| {
                let gate = x.sigmoid::<FUSED>();
                gate * (one + x * (one - gate))
            },
        ),
        Mish => visit.visit(
            |x| x * mish_gate::<T, FUSED>(x),
            |x| {
                let gate = mish_gate::<T, FUSED>(x);
                gate + x * (one - gate * gate) * x.sigmoid::<FUSED>()
            },
        ),
        Sigmoid => visit.visit(|x| x.sigmoid::<FUSED>(), |y| y * (one - y)),
        Tanh => visit.visit(|x| x.tanh::<FUSED>(), |y| one - y * y),
        LogSigmoid => visit.visit(|x| -(-x).softplus::<FUSED>(), |x| (-x).sigmoid::<FUSED>()),
        Softplus => visit.visit(|x| x.softplus::<FUSED>(), |x| x.sigmoid::<FUSED>()),
        Softsign => visit.visit(
            |x| x / (one + x.abs()),
            |x| {
                let root = one / (one + x.abs());
                root * root
            },
        ),
        Exponential => visit.visit(|x| x.exp::<FUSED>(), |y| y),
        HardSigmoid => visit.visit(hard_sigmoid, |y| if y <= zero || y >= one { zero } else { number(1.0 / 6.0) }),
        HardSilu => {
            let edge = number(3.0);
            visit.visit(
                |x| if x <= -edge { zero } else { x * hard_sigmoid(x) },
                |x| {
                    if x <= -edge {
                        zero
                    } else if x >= edge {
                        one
                    } else {
                        x / edge + half
                    }
                },
            )
        }
        HardTanh => visit.visit(|x| clamp(x, -one, one), |y| if y <= -one || y >= one { zero } else { one }),
        HardShrink { threshold } => {
            let threshold = number(threshold);
            visit.visit(
                |x| if x.abs() <= threshold { zero } else { x },
                |x| if x.abs() <= threshold { zero } else { one },
            )
        }
        SoftShrink { threshold } => {
            let threshold = number(threshold);
            visit.visit(|x| x - clamp(x, -threshold, threshold), |x| if x.abs() <= threshold { zero } else { one })
        }
        TanhShrink => visit.visit(
            |x| x.tanh_shrink::<FUSED>(),
            |x| {
                let y = x.tanh::<FUSED>();
                y * y
            },
        ),
        Threshold { threshold, default_value } => {
            let (threshold, default) = (number(threshold), number(default_value));
            visit.visit(|x| if x <= threshold { default } else { x }, |x| if x <= threshold { zero } else { one })
        }
        Squareplus { b } => {
            let b = number(b);
            let root = |x: T| (x * x + b).sqrt();
            visit.visit(
                // Below 0 the sum cancels; the same value is b over the difference.
                |x| if x < zero { half * b / (root(x) - x) } else { half * (x + root(x)) },
                |x| if x == zero { half } else { half * (one + x / root(x)) },
            )
        }
        SparsePlus => {
            let quarter = number(0.25);
            visit.visit(
                |x| {
                    if x <= -one {
                        zero
                    } else if x < one {
                        quarter * (x + one) * (x + one)
                    } else {
                        x
                    }
                },
                |x| clamp(half * (x + one), zero, one),
            )
        }
        SparseSigmoid => {
            visit.visit(|x| clamp(half * (x + one), zero, one), |y| if y <= zero || y >= one { zero } else { half })
        }
        Softmax | LogSoftmax | Sparsemax => unreachable!("{} runs over rows", activation.name()),
    }
}

const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
const SQRT_FRAC_2_PI: f64 = 0.797_884_560_802_865_4;
const FRAC_1_SQRT_TAU: f64 = 0.398_942_280_401_432_7;

const GELU_CUBIC: f64 = 0.044715;

/// The probability that a normal number is below `x`.
#[inline(always)]
fn normal_cumulative<T: Float, const FUSED: bool>(x: T) -> T {
    T::from_f64(0.5) * (T::ONE + (x * T::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf::<FUSED>())
}

/// `tanh(√(2/π) (x + 0.044715 x³))`.
#[inline(always)]
fn gelu_bend<T: Float, const FUSED: bool>(x: T) -> T {
    (T::from_f64(SQRT_FRAC_2_PI) * (x + T::from_f64(GELU_CUBIC) * x * x * x)).tanh::<FUSED>()
}

/// `tanh(log(1 + e^x))`, which is `((1 + e^x)² - 1) / ((1 + e^x)² + 1)`, in terms of `e^-|x|` so that nothing overflows.
#[inline(always)]
fn mish_gate<T: Float, const FUSED: bool>(x: T) -> T {
    let small = (-x.abs()).exp::<FUSED>();
    let twice = small + small;
    let dividend = if x < T::ZERO { small * small + twice } else { T::ONE + twice };
    let square = small * small;
    dividend / (dividend + if x < T::ZERO { T::ONE + T::ONE } else { square + square })
}

#[inline(always)]
fn hard_sigmoid<T: Float>(x: T) -> T {
    clamp(x / T::from_f64(6.0) + T::from_f64(0.5), T::ZERO, T::ONE)
}

#[inline(always)]
fn clamp<T: Float>(x: T, low: T, high: T) -> T {
    x.maximum(low).minimum(high)
}

#[cfg(test)]
mod tests {
    use Activation::*;

    use super::*;
    use crate::kernels::{Threads, activation};

    /// Rounding of a few operations on numbers near 1.
    const TOLERANCE: f64 = 1e-12;

    fn apply<T: Float>(function: Activation, x: f64) -> T {
        let mut y = [T::from_f64(x)];
        activation::forward_in_place(&function, 1, &mut y, &Threads::default());
        y[0]
    }

    /// All elementwise functions with their defaults.
    fn all() -> Vec<Activation> {
        let default = |kind: &'static monograd_schema::EntryKind| {
            let values = kind.attributes.iter().map(|attribute| (attribute.default.unwrap())()).collect();
            let entry = monograd_schema::Entry { catalogue: Activation::CATALOGUE, kind, values };
            Activation::from_entry(&entry).unwrap()
        };
        Activation::CATALOGUE.entries.iter().map(default).filter(Activation::is_elementwise).collect()
    }

    #[test]
    fn values_by_hand() {
        let relu = |negative_slope, max_value, threshold| Relu { negative_slope, max_value, threshold };
        let cases = [
            (Linear, -1.5, 0.8),
            (relu(0.0, f64::INFINITY, 0.0), 0.0, 0.8),
            (relu(0.0, 0.5, 0.0), 0.0, 0.5),
            (relu(0.5, f64::INFINITY, 0.0), -0.75, 0.8),
            (relu(0.5, f64::INFINITY, 1.0), -1.25, -0.1),
            (relu(0.0, f64::INFINITY, -2.0), -1.5, 0.8),
            (Relu6, 0.0, 0.8),
            (LeakyRelu { negative_slope: 0.2 }, -0.3, 0.8),
            (Elu { alpha: 1.0 }, -0.7768698398515702, 0.8),
            (Selu, -1.3658143533672527, 0.8405607898843844),
            (Celu { alpha: 2.0 }, -1.0552668945179706, 0.8),
            (Gelu { approximate: false }, -0.10021080190328713, 0.6305156811332827),
            (Gelu { approximate: true }, -0.10042842301976707, 0.6304316914364482),
            (Silu, -0.2736382857095345, 0.55197958490209),
            (Mish, -0.29809974216680685, 0.659699757427687),
            (Sigmoid, 0.18242552380635635, 0.6899744811276125),
            (Tanh, -0.9051482536448664, 0.6640367702678491),
            (LogSigmoid, -1.7014132779827524, -0.37110066594777763),
            (Softplus, 0.20141327798275246, 1.1711006659477778),
            (Softsign, -0.6, 0.4444444444444445),
            (Exponential, 0.22313016014842982, 2.225540928492468),
            (HardSigmoid, 0.25, 0.8 / 6.0 + 0.5),
            (HardSilu, -0.375, 0.8 * (0.8 / 6.0 + 0.5)),
            (HardTanh, -1.0, 0.8),
            (HardShrink { threshold: 1.0 }, -1.5, 0.0),
            (SoftShrink { threshold: 0.5 }, -1.0, 0.3),
            (TanhShrink, -0.5948517463551336, 0.13596322973215091),
            (Threshold { threshold: 0.0, default_value: 7.0 }, 7.0, 0.8),
            (Squareplus { b: 4.0 }, 0.5, 1.477032961426901),
            (SparsePlus, 0.0, 0.81),
            (SparseSigmoid, 0.0, 0.9),
        ];
        for (function, below, above) in cases {
            for (x, expected) in [(-1.5, below), (0.8, above)] {
                let y: f64 = apply(function, x);
                assert!((y - expected).abs() < TOLERANCE, "{function:?} of {x} is {y}, expected {expected}");
            }
        }
        let names: std::collections::HashSet<_> = cases.iter().map(|(function, ..)| function.name()).collect();
        assert!(all().iter().all(|function| names.contains(function.name())), "every function has a case");
    }

    #[test]
    fn nan_passes_through_all_functions() {
        let mut functions = all();
        functions.push(Relu { negative_slope: 0.1, max_value: 2.0, threshold: 1.0 });
        functions.push(Relu { negative_slope: 0.0, max_value: 2.0, threshold: 1.0 });
        for function in functions {
            assert!(apply::<f32>(function, f64::NAN).is_nan(), "{function:?}");
        }
    }

    #[test]
    fn large_values_stay_finite() {
        for function in all().into_iter().filter(|function| *function != Exponential) {
            for x in [-1e4, 1e4, -90.0, 90.0] {
                let y: f32 = apply(function, x);
                assert!(y.is_finite(), "{function:?} of {x} is {y}");
                let source = if activation::reads_input(&function) { x as f32 } else { y };
                let mut slope = [1.0];
                activation::backward_in_place(&function, 1, &[source], &mut slope, &Threads::default());
                assert!(slope[0].is_finite(), "the slope of {function:?} at {x} is {}", slope[0]);
            }
        }
        assert_eq!(apply::<f32>(Softplus, 100.0), 100.0);
        assert_eq!(apply::<f32>(LogSigmoid, -100.0), -100.0);
        assert_eq!(apply::<f32>(Mish, 100.0), 100.0);
        assert_eq!(apply::<f32>(Relu { negative_slope: 0.0, max_value: 9.0, threshold: 1.0 }, -f64::INFINITY), 0.0);
    }

    #[test]
    fn threads_do_not_change_bits() {
        let x: Vec<f32> = (0..30_000).map(|i| (i as f32).sin()).collect();
        let results = [1, 2, 3, 7].map(|count| {
            let mut y = vec![0.0; x.len()];
            activation::forward(&Silu, 3, &x, &mut y, &Threads::new(count));
            activation::backward_in_place(&Silu, 3, &x, &mut y, &Threads::new(count));
            activation::forward_in_place(&Softmax, 3, &mut y, &Threads::new(count));
            y
        });
        assert!(results.iter().all(|result| result == &results[0]));
    }
}
