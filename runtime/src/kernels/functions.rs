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
pub(super) fn show<T: Float>(activation: &Activation, visit: impl Visit<T>) {
    use Activation::*;
    let number = T::from_f64;
    let (zero, one, two, half) = (T::ZERO, T::ONE, number(2.0), number(0.5));
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
                |x| if x > zero { x } else { alpha * x.exp_m1() },
                |x| if x > zero { one } else { alpha * x.exp() },
            )
        }
        Selu => {
            let (scale, alpha) = (number(SELU_SCALE), number(SELU_ALPHA));
            visit.visit(
                |x| scale * if x > zero { x } else { alpha * x.exp_m1() },
                |x| scale * if x > zero { one } else { alpha * x.exp() },
            )
        }
        Celu { alpha } => {
            let alpha = number(alpha);
            visit.visit(
                |x| if x > zero { x } else { alpha * (x / alpha).exp_m1() },
                |x| if x > zero { one } else { (x / alpha).exp() },
            )
        }
        Gelu { approximate: false } => {
            let cumulative = |x: T| half * (one + (x * number(std::f64::consts::FRAC_1_SQRT_2)).erf());
            let density = |x: T| number(FRAC_1_SQRT_TAU) * (-half * x * x).exp();
            visit.visit(|x| x * cumulative(x), |x| cumulative(x) + x * density(x))
        }
        Gelu { approximate: true } => {
            let (scale, cubic) = (number(SQRT_FRAC_2_PI), number(0.044715));
            let bend = |x: T| (scale * (x + cubic * x * x * x)).tanh();
            visit.visit(
                |x| half * x * (one + bend(x)),
                |x| {
                    let bend = bend(x);
                    let bend_slope = one - bend * bend;
                    // Far out the slope is 0, while x² may be infinite.
                    let inner = if bend_slope == zero { zero } else { scale * (one + number(3.0) * cubic * x * x) };
                    half * (one + bend) + half * x * bend_slope * inner
                },
            )
        }
        Silu => visit.visit(
            |x| x * sigmoid(x),
            |x| {
                let gate = sigmoid(x);
                gate * (one + x * (one - gate))
            },
        ),
        Mish => visit.visit(
            |x| x * softplus(x).tanh(),
            |x| {
                let gate = softplus(x).tanh();
                gate + x * (one - gate * gate) * sigmoid(x)
            },
        ),
        Sigmoid => visit.visit(sigmoid, |y| y * (one - y)),
        Tanh => visit.visit(T::tanh, |y| one - y * y),
        LogSigmoid => visit.visit(|x| -softplus(-x), |x| sigmoid(-x)),
        Softplus => visit.visit(softplus, sigmoid),
        Softsign => visit.visit(
            |x| x / (one + x.abs()),
            |x| {
                let root = one / (one + x.abs());
                root * root
            },
        ),
        Exponential => visit.visit(T::exp, |y| y),
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
            |x| x - x.tanh(),
            |x| {
                let y = x.tanh();
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

/// `1 / (1 + e^-x)`. For large negative `x`, `e^-x` becomes infinite and the quotient 0, which is right.
#[inline(always)]
pub(crate) fn sigmoid<T: Float>(x: T) -> T {
    T::ONE / (T::ONE + (-x).exp())
}

/// `log(1 + e^x)`; the exponent is never positive, so nothing overflows.
#[inline(always)]
pub(crate) fn softplus<T: Float>(x: T) -> T {
    x.maximum(T::ZERO) + (-x.abs()).exp().ln_1p()
}

#[inline(always)]
fn hard_sigmoid<T: Float>(x: T) -> T {
    clamp(x / T::from_f64(6.0) + T::from_f64(0.5), T::ZERO, T::ONE)
}

#[inline(always)]
fn clamp<T: Float>(x: T, low: T, high: T) -> T {
    x.maximum(low).minimum(high)
}
