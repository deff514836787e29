use super::map::Map;
use super::*;
use crate::kernels::{Kernel, Level};

/// The largest errors in units in the last place, fused and with separate rounding. Each function states them.
fn bounds(function: Function) -> [f64; 2] {
    match function {
        Function::Exp => [1.01, 0.99],
        Function::ExpM1 => [1.5, 1.5],
        Function::Ln => [0.85, 0.85],
        Function::Ln1p => [1.4, 1.4],
        Function::Tanh => [2.62, 2.62],
        Function::Sigmoid => [1.97, 1.97],
        Function::Softplus => [1.7, 1.7],
        Function::Erf => [1.15, 1.37],
    }
}

fn reference(function: Function, x: f64) -> f64 {
    match function {
        Function::Exp => x.exp(),
        Function::ExpM1 => x.exp_m1(),
        Function::Ln => x.ln(),
        Function::Ln1p => x.ln_1p(),
        Function::Tanh => x.tanh(),
        Function::Sigmoid => (if x < 0.0 { x.exp() } else { 1.0 }) / (1.0 + (-x.abs()).exp()),
        Function::Softplus => (if x < 0.0 { 0.0 } else { x }) + (-x.abs()).exp().ln_1p(),
        Function::Erf => libm::erf(x),
    }
}

/// The distance from what is right, in units in the last place; none where infinities, NaN and signs are as they should.
fn error(found: f32, exact: f64) -> f64 {
    let rounded = exact as f32;
    if exact.is_nan() || rounded.is_infinite() || found.is_infinite() {
        return if found == rounded || (found.is_nan() && exact.is_nan()) { 0.0 } else { f64::INFINITY };
    }
    if found.is_nan() || (exact != 0.0 || found == 0.0) && found.is_sign_negative() != exact.is_sign_negative() {
        return f64::INFINITY;
    }
    let exponent = ((exact.abs().to_bits() >> 52) as i32 - 1023).max(-126);
    (f64::from(found) - exact).abs() / 2f64.powi(exponent - 23)
}

/// The largest errors, fused and separate, and where they are.
fn largest_errors(function: Function, arguments: impl Iterator<Item = u32>) -> [(f64, f32); 2] {
    let mut worst = [(0.0, 0.0); 2];
    let (mut x, mut y) = (Vec::new(), [vec![0.0; 4096], vec![0.0; 4096]]);
    let mut arguments = arguments.map(f32::from_bits);
    loop {
        x.clear();
        x.extend(arguments.by_ref().take(4096));
        if x.is_empty() {
            return worst;
        }
        let [fused, separate] = &mut y;
        // All levels with the instruction agree; the best is the fastest.
        match Level::of::<f32>() {
            Level::Portable => Map { function, x: &x, y: fused }.run::<true>(),
            level => level.run(Map { function, x: &x, y: fused }),
        }
        Map { function, x: &x, y: separate }.run::<false>();
        for (i, &x) in x.iter().enumerate() {
            let exact = reference(function, f64::from(x));
            for (worst, y) in worst.iter_mut().zip(&y) {
                let error = error(y[i], exact);
                if error > worst.0 {
                    *worst = (error, x);
                }
            }
        }
    }
}

fn assert_within_bounds(function: Function, worst: [(f64, f32); 2]) {
    for ((error, x), bound) in worst.into_iter().zip(bounds(function)) {
        assert!(error <= bound, "{} of {x:e} is off by {error}", function.name());
    }
}

#[test]
fn errors_are_within_bounds() {
    // A prime step, and the neighbours of all powers of two and of what the functions compare with.
    let steps = (0..=u32::MAX).step_by(8209);
    let near = |bits: u32| (0..9).map(move |i| bits.wrapping_add(i).wrapping_sub(4));
    let powers = (0..512).flat_map(move |i| near(i << 23));
    let edges = [
        87.336_55,
        88.722_84,
        89.0,
        103.972_08,
        104.0,
        16.0,
        17.0,
        20.0,
        0.173_286_8,
        0.519_860_4,
        10.0,
        0.92,
        4.0,
        0.414_213_57,
        1e-9,
    ]
    .into_iter()
    .flat_map(move |x: f32| near(x.to_bits()).chain(near((-x).to_bits())));
    let arguments = steps.chain(powers).chain(edges);
    for &function in Function::ALL {
        assert_within_bounds(function, largest_errors(function, arguments.clone()));
    }
}

/// `cargo test --release -p monograd every_argument -- --ignored --nocapture`, about two minutes for each function.
#[test]
#[ignore = "takes a quarter of an hour"]
fn every_argument() {
    for &function in Function::ALL {
        let worst = largest_errors(function, 0..=u32::MAX);
        println!(
            "{}: fused {:.4} at {:e}, separate {:.4} at {:e}",
            function.name(),
            worst[0].0,
            worst[0].1,
            worst[1].0,
            worst[1].1
        );
        assert_within_bounds(function, worst);
    }
}

#[test]
fn levels_lengths_and_places_do_not_change_bits() {
    let x: Vec<f32> = (0..500).map(|i| f32::from_bits((i as u32).wrapping_mul(0x9e37_79b9))).collect();
    let bits =
        |y: &[f32]| y.iter().map(|y| if y.is_nan() { f32::NAN.to_bits() } else { y.to_bits() }).collect::<Vec<_>>();
    for &function in Function::ALL {
        let mut alone = vec![0.0; x.len()];
        for (x, y) in x.iter().zip(&mut alone) {
            let (x, y) = (std::slice::from_ref(x), std::slice::from_mut(y));
            Map { function, x, y }.run::<true>();
        }
        for level in Level::available().filter(|&level| level != Level::Portable || crate::kernels::PORTABLE_FUSES) {
            for range in [0..500, 0..1, 1..16, 3..36, 7..72, 5..270, 17..500] {
                let mut y = vec![0.0; range.len()];
                level.run(Map { function, x: &x[range.clone()], y: &mut y });
                assert_eq!(bits(&y), bits(&alone[range]), "{function:?}, {level:?}");
            }
        }
    }
}

#[test]
fn tanh_shrink_is_accurate_near_0_and_has_the_sign_of_its_argument() {
    for bits in (0..10f32.to_bits()).step_by(4099) {
        let x = f32::from_bits(bits);
        let wide = f64::from(x);
        // 62 x⁹ / 2835 and what follows it are below the last place there.
        let exact = if x < 0.03 {
            wide.powi(3) * (1.0 / 3.0 - wide.powi(2) * (2.0 / 15.0 - wide.powi(2) * 17.0 / 315.0))
        } else {
            wide - wide.tanh()
        };
        for found in [tanh_shrink::<true>(x), tanh_shrink::<false>(x), -tanh_shrink::<true>(-x)] {
            let distance = (f64::from(found) - exact).abs();
            let bound = if x < 0.6 {
                4.0 * 2f64.powi(exact.log2().floor().max(-126.0) as i32 - 23)
            } else {
                2e-7 * wide.max(1.0)
            };
            assert!(distance <= bound && found >= 0.0, "tanh_shrink of {x:e} is {found:e}, expected {exact:e}");
        }
    }
}

#[test]
fn special_values() {
    let table = [
        (Function::Exp, [1.0, 1.0, f32::INFINITY, 0.0]),
        (Function::ExpM1, [0.0, -0.0, f32::INFINITY, -1.0]),
        (Function::Ln, [f32::NEG_INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::NAN]),
        (Function::Ln1p, [0.0, -0.0, f32::INFINITY, f32::NAN]),
        (Function::Tanh, [0.0, -0.0, 1.0, -1.0]),
        (Function::Sigmoid, [0.5, 0.5, 1.0, 0.0]),
        (Function::Softplus, [std::f32::consts::LN_2, std::f32::consts::LN_2, f32::INFINITY, 0.0]),
        (Function::Erf, [0.0, -0.0, 1.0, -1.0]),
    ];
    for (function, expected) in table {
        let mut y = [0.0; 5];
        map(function, &[0.0, -0.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN], &mut y);
        assert!(y[4].is_nan(), "{function:?}");
        for (y, expected) in y.into_iter().zip(expected) {
            assert!(y.to_bits() == expected.to_bits() || y.is_nan() && expected.is_nan(), "{function:?}: {y}");
        }
    }
}
