//! Declarations that together use the whole language.

/// Networks that together use the whole language.
pub(in super::super) const NETWORKS: [&str; 10] = [
    "pub struct Constants; const A: usize = 2 * B + 1; const B: usize = if C { 1 << 2 } else { 7 % 3 }; \
     const C: bool = !false && 1.5 <= 2.0; const D: f32 = -0.5 / 2; \
     let x = Input(A, dtype = f32); (D * x - 1).Dense(B);",
    "pub struct Shared; static Encode: _ = Dense(4, activation = tanh); static Tower: _ = Two(3); \
     fn Two(x: Tensor, n: usize) -> Tensor { x.Dense(n).Dense(4) } \
     let a = Input(4); let b = Input(4); let d = a.Encode() - b.Encode(); (d * d).Tower().Encode().Tower(); \
     loss = huber(delta = 2.0); optimizer = RmsProp(1e-3, rho = 0.95, centered = true);",
    "struct Blocks; fn Inner(x: Tensor<6>, a: Activation, #[default(0.5)] rate: f32, #[default(true)] bias: bool) \
     -> Tensor<{ 2 * 3 }> { let h = Dense(6, activation = a, bias = bias); Dropout(rate); h + Dense(6) } \
     fn Outer(x: Tensor, y: Tensor, n: usize) -> Tensor { for i in 0..n { Inner(elu(alpha = 0.5), rate = 0.1); } \
     y + Inner(relu, bias = false) * y } \
     let x = Input(6); let y = Input(6); let z = Outer(x, y, 2); z.Inner(a = tanh, name = last);",
    "struct Loops; let x = Input(3); let mut h = x; for (units, drop) in [(8, 0.1), (4, 0.2)] { h = h.Dense(units); \
     if units > 4 { h = h.Dropout(drop); } } for i in 1..=2 { for f in [2.0, 3.0] { h = f * h + i; } } h.Dense(1); \
     loss = 2 * mse + 0.5 * mae; optimizer = Sgd(0.1, momentum = 0.9, nesterov = true); metrics = [mae, rmse, r2];",
    "struct Views; let x: Tensor<4, 6> = Input(4, 6); let r: Tensor<24> = x.Flatten(); r.Reshape(2, -1, 3).Reshape(8, 3) \
     .Flatten().Dense(5, init = orthogonal(gain = 2.0), bias_init = constant(0.1), regularizer = l1_l2(l2 = 0.1)); \
     softmax(); Dense(2); loss = cross_entropy(label_smoothing = 0.1); optimizer = AdamW(weight_decay = 0.1); \
     metrics = [accuracy, top_k(2)];",
    "struct Several; let a = Input(2); let b = Input(2, dtype = f32); let c = concat(a, b, a * b, axis = -1); \
     let m = maximum(a, b, c.Dense(2)); let n = minimum(m, average(a, b)); let p = (m - n).Dense(1); \
     let q = n.Dense(3, name = \"scores\"); output = (p, q); loss = mse(p) + 0.3 * focal(q, gamma = 1.0); \
     optimizer = Lion(1e-4); metrics = [mae(p), accuracy(q)];",
    "struct Choices; const DEEP: bool = true; const N: usize = 3; let x = Input(N); \
     let h = if DEEP && N > 2 { x.Dense(4).gelu() } else if N == 2 { x } else { x.relu() }; \
     if !DEEP || N != 3 { Dense(7); } else { Dense(8).leaky_relu(0.1); Dense(9); } h + Dense(4);",
    "struct Activations; let x = Input(4); relu(negative_slope = 0.1); x.softplus() + threshold(0.1, 0.2); glu(); \
     PRelu(shared = true); -log_sigmoid(); log_softmax(); Dense(2, sigmoid); \
     loss = kl_divergence; optimizer = Nadam();",
    "struct Broadcast; let x = Input(3, 4); let gate = x.Flatten().Dense(4, activation = sigmoid).Reshape(1, 4); \
     let rows = x.Dense(1); x * gate + rows - add(x, x) / 4.0;",
    "pub struct Tail; let x = Input(5); let x = x + x; let x = x - x * x; x",
];

#[test]
fn all_of_them_are_without_mistakes() {
    for network in NETWORKS {
        let expansion = crate::expand::network(super::tokens(network));
        let messages: Vec<&str> = expansion.errors.iter().map(|error| error.message.as_str()).collect();
        assert!(messages.is_empty(), "{messages:#?} in {network}");
    }
}
