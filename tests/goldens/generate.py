"""Writes the reference values beside this file: what Keras and PyTorch compute, for tests/goldens.rs to compare with.

    pip install "keras==3.15.1" "torch==2.15.0" "numpy==2.4.6" "safetensors==0.8.0"
    python tests/goldens/generate.py

The files in the repository were made with these versions on Python 3.11, on a CPU. All draws are seeded, so another run
gives the same numbers up to the last bits.

Whatever a network starts from (data, targets, parameters, upstream gradients) is a number that `f32` holds exactly, so
that runs in `f32` and in `f64` start from the same. Results are `f64` unless their name ends in `_f32`.

Keras is the reference, as the docs in schema/ say, with PyTorch as its back end. Where its arithmetic is known to
differ from these docs, their formula is written out in PyTorch instead; each such place says why.
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from keras.src.backend.common import dtypes
from safetensors.numpy import save_file

HERE = Path(__file__).parent
STEPS = 10

keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
# On PyTorch, Keras would compute means and quotients of `float64` in `float32`.
dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


def draws(seed, *shape, scale=1.0):
    """Normal values that `f32` holds exactly."""
    values = np.random.default_rng(seed).normal(size=shape) * scale
    return torch.tensor(values.astype(np.float32).astype(np.float64))


def single(values):
    """The nearest values that `f32` holds exactly."""
    return torch.tensor(np.asarray(values, dtype=np.float32).astype(np.float64))


def leaf(values):
    return values.clone().detach().requires_grad_()


def write(name, tensors):
    arrays = {}
    for key, value in tensors.items():
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        arrays[key] = np.ascontiguousarray(value)
        assert np.isfinite(arrays[key]).all(), key
    save_file(arrays, HERE / f"{name}.safetensors")
    size = (HERE / f"{name}.safetensors").stat().st_size
    print(f"{name}: {len(arrays)} tensors, {size} bytes")


# Activations: `<case>.output`, and `<case>.gradient` with respect to the input, given the gradient of the output.

# Points around every kink; 0 and the defaults' own edges (±0.5, ±1, ±3, 6) are on it, where PyTorch fixes the slope.
GRID = [
    [-100.0, -30.0, -8.0, -6.5, -4.0, -3.2],
    [-2.5, -1.7, -1.1, -0.9, -0.6, -0.4],
    [-3.0, -1.0, -0.5, 0.0, 0.5, 1.0],
    [3.0, 6.0, -0.1, 0.1, 0.4, 0.6],
    [0.9, 1.1, 1.7, 2.5, 3.2, 4.0],
    [5.9, 6.5, 8.0, 15.0, 30.0, 100.0],
]
EDGES = (-3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0)
# The grid without the points where Keras' and PyTorch's slopes differ, both of them right.
AWAY_FROM_EDGES = [[x + 0.2 if x in EDGES else x for x in row] for row in GRID]
# The grid within what `f32` can hold after `e^x`.
WITHIN_80 = np.clip(GRID, -80.0, 80.0)
# Rows for functions of a whole row: ordinary, equal, far apart, large, one that wins, nearly equal.
ROWS = [
    [0.5, -1.2, 2.0, 0.1, -0.3, 1.1],
    [0.7, 0.7, 0.7, 0.7, 0.7, 0.7],
    [-100.0, 100.0, 30.0, -30.0, 0.0, 99.5],
    [100.0, 100.2, 99.9, 100.4, 98.0, 100.1],
    [-30.0, -28.0, -31.0, 0.0, -29.0, -30.5],
    [-0.02, 0.01, 0.03, 0.0, -0.01, 0.02],
]

A = keras.activations


def hard_sigmoid(x):
    """The formula of schema/: PyTorch's own derivative is 1/6 rounded to `f32`. At the edges it is 0."""
    return torch.where(x.abs() < 3, x / 6 + 0.5, (x > 0).double())


def sparsemax(x):
    """The projection onto the simplex. (Keras 3.15 sums up all partial sums over the support, where only the last one
    belongs into the threshold: its rows do not sum up to 1 when two or more entries are kept.)"""
    descending = x.sort(-1, descending=True).values
    counts = torch.arange(1, x.shape[-1] + 1, dtype=x.dtype)
    thresholds = (descending.cumsum(-1) - 1) / counts
    kept = (descending > thresholds).sum(-1, keepdim=True)
    return torch.relu(x - thresholds.gather(-1, kept - 1))


ELEMENTWISE = {
    "linear": A.linear,
    "relu": A.relu,
    "relu_negative_slope": lambda x: A.relu(x, negative_slope=0.1),
    "relu6": A.relu6,
    "leaky_relu": A.leaky_relu,
    "leaky_relu_options": lambda x: A.leaky_relu(x, negative_slope=0.01),
    "elu": A.elu,
    "elu_options": lambda x: A.elu(x, alpha=0.7),
    "selu": A.selu,
    "celu": A.celu,
    "celu_options": lambda x: A.celu(x, alpha=0.5),  # PyTorch rounds 1 / alpha to `f32` in backward
    "gelu": A.gelu,
    "gelu_approximate": lambda x: A.gelu(x, approximate=True),
    "silu": A.silu,
    "mish": A.mish,
    "sigmoid": A.sigmoid,
    "tanh": A.tanh,
    "log_sigmoid": A.log_sigmoid,
    "softplus": A.softplus,
    "softsign": A.softsign,
    "hard_sigmoid": hard_sigmoid,
    "hard_silu": A.hard_silu,
    "hard_tanh": A.hard_tanh,
    "hard_shrink": A.hard_shrink,
    "hard_shrink_options": lambda x: A.hard_shrink(x, threshold=1.5),
    "soft_shrink": A.soft_shrink,
    "soft_shrink_options": lambda x: A.soft_shrink(x, threshold=1.5),
    "tanh_shrink": A.tanh_shrink,
    "threshold": lambda x: A.threshold(x, 0.0, 0.0),
    "threshold_options": lambda x: A.threshold(x, 0.75, -2.0),
    "squareplus": A.squareplus,
    "squareplus_options": lambda x: A.squareplus(x, b=0.5),
    "sparse_plus": A.sparse_plus,
    "sparse_sigmoid": A.sparse_sigmoid,
}
AWAY = {
    "relu_max_value": lambda x: A.relu(x, max_value=4.5),
    "relu_threshold": lambda x: A.relu(x, threshold=0.25),
    "relu_options": lambda x: A.relu(x, negative_slope=0.1, max_value=4.5, threshold=0.25),
}
SMALL = {
    "exponential": A.exponential,
}
OVER_ROWS = {
    "softmax": A.softmax,
    "log_softmax": A.log_softmax,
    "sparsemax": sparsemax,
    "glu": A.glu,
}


def activations():
    tensors = {
        "grid": single(GRID),
        "away_from_edges": single(AWAY_FROM_EDGES),
        "within_80": single(WITHIN_80),
        "rows": single(ROWS),
        "upstream": single(draws(1, 6, 6).abs() + 0.125),
        "upstream_glu": draws(2, 6, 3),
    }
    families = [("grid", ELEMENTWISE), ("away_from_edges", AWAY), ("within_80", SMALL), ("rows", OVER_ROWS)]
    for points, functions in families:
        for case, function in functions.items():
            x = leaf(tensors[points])
            y = function(x)
            y.backward(tensors["upstream_glu" if case == "glu" else "upstream"])
            tensors[f"{case}.output"] = y
            tensors[f"{case}.gradient"] = x.grad
    write("activations", tensors)


# Losses: `<case>.loss`, the mean over the batch, and `<case>.gradient` with respect to the prediction.

L = keras.losses


def log_cosh(prediction, target):
    """The formula of schema/. Keras' has PyTorch's softplus in it, which is a line from 20 on, 2e-9 off."""
    size = (prediction - target).abs()
    return (size + torch.log1p(torch.exp(-2 * size)) - np.log(2.0)).mean()


def focal(scores, target, alpha, gamma):
    """The formula of schema/, for scores where Keras' clipping of probabilities to [1e-7, 1 - 1e-7] shows."""
    log_q = torch.log_softmax(scores, -1)
    return (-target * alpha * (-torch.expm1(log_q)) ** gamma * log_q).sum(-1).mean()


def binary_focal(scores, target, gamma):
    """The formula of schema/, for scores where Keras' clipping of probabilities shows."""
    q_missed = target * torch.sigmoid(-scores) + (1 - target) * torch.sigmoid(scores)
    entropy = -target * torch.nn.functional.logsigmoid(scores) - (1 - target) * torch.nn.functional.logsigmoid(-scores)
    return (q_missed**gamma * entropy).mean()


def losses():
    prediction = draws(10, 4, 5, scale=1.5)
    far = single(np.linspace(-40.0, 45.0, 20).reshape(4, 5)[:, [2, 0, 4, 1, 3]])
    over_time = draws(11, 4, 3, 5, scale=1.5)
    positive = single(prediction.abs() + 0.125)
    probabilities = single(torch.softmax(prediction, -1))
    # Beyond [1e-7, 1] where KL divergence clips, below 1e-7 where msle does.
    clipped = probabilities.clone()
    clipped[0, 1], clipped[2, 3] = 1.25, 0.0
    partly_negative = positive.clone()
    partly_negative[1, 2], partly_negative[3, 0] = -0.5, -2.0
    # A row whose norm is held at its least value, and a row of ordinary size.
    nearly_zero = draws(16, 4, 5, scale=1e-8)
    nearly_zero[1:] = prediction[1:]

    target = draws(12, 4, 5)
    counts = single(np.random.default_rng(13).integers(0, 6, (4, 5)))
    signs = draws(14, 4, 5).sign()
    bits = single((signs + 1) / 2)
    shares = single(torch.sigmoid(target))
    rows = single(torch.softmax(target, -1))
    classes = np.array([3, 0, 4, 1], dtype=np.int64)
    classes_over_time = np.array([[0, 4, 2], [1, 1, 3], [4, 0, 2], [3, 2, 1]], dtype=np.int64)
    one_hot = single(np.eye(5)[classes])
    one_hot_over_time = single(np.eye(5)[classes_over_time])
    with_zeros = target.clone()
    with_zeros[0, 0] = 0.0

    tensors = {
        "prediction": prediction,
        "far": far,
        "over_time": over_time,
        "positive": positive,
        "probabilities": probabilities,
        "clipped": clipped,
        "partly_negative": partly_negative,
        "nearly_zero": nearly_zero,
        "target": target,
        "with_zeros": with_zeros,
        "counts": counts,
        "signs": signs,
        "bits": bits,
        "shares": shares,
        "rows": rows,
        "classes": classes.astype(np.uint32),
        "classes_over_time": classes_over_time.astype(np.uint32),
        "one_hot": one_hot,
        "one_hot_over_time": one_hot_over_time,
    }

    def case(name, p, t, loss):
        p = leaf(tensors[p])
        value = loss(tensors[t], p)
        value.backward()
        tensors[f"{name}.loss"] = value
        tensors[f"{name}.gradient"] = p.grad

    def sparse(t, p):
        return L.SparseCategoricalCrossentropy(from_logits=True)(torch.tensor(t.astype(np.int64)), p)

    def smoothed(t, p):
        # Keras' sparse loss has no label smoothing: its categorical one on one-hot rows.
        if isinstance(t, np.ndarray):
            t = torch.nn.functional.one_hot(torch.tensor(t.astype(np.int64)), 5).double()
        return L.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(t, p)

    def keras_focal(**options):
        def loss(t, p):
            if isinstance(t, np.ndarray):
                t = torch.nn.functional.one_hot(torch.tensor(t.astype(np.int64)), 5).double()
            return L.CategoricalFocalCrossentropy(from_logits=True, **options)(t, p)

        return loss

    case("mse", "prediction", "target", L.MeanSquaredError())
    case("mae", "prediction", "target", L.MeanAbsoluteError())
    case("huber", "prediction", "target", L.Huber())
    case("huber_options", "prediction", "target", L.Huber(delta=0.4))
    case("log_cosh", "prediction", "target", L.LogCosh())
    case("log_cosh_far", "far", "target", lambda t, p: log_cosh(p, t))
    case("mape", "prediction", "target", L.MeanAbsolutePercentageError())
    case("mape_zero_target", "prediction", "with_zeros", L.MeanAbsolutePercentageError())
    case("msle", "positive", "counts", L.MeanSquaredLogarithmicError())
    case("msle_negative", "partly_negative", "counts", L.MeanSquaredLogarithmicError())
    case("poisson", "positive", "counts", L.Poisson())
    case("kl_divergence", "probabilities", "rows", L.KLDivergence())
    case("kl_divergence_clipped", "clipped", "one_hot", L.KLDivergence())
    case("hinge", "prediction", "signs", L.Hinge())
    case("hinge_bits", "prediction", "bits", L.Hinge())
    case("squared_hinge", "prediction", "signs", L.SquaredHinge())
    case("squared_hinge_bits", "prediction", "bits", L.SquaredHinge())
    case("categorical_hinge", "prediction", "one_hot", L.CategoricalHinge())
    case("cosine_similarity", "prediction", "target", L.CosineSimilarity())
    case("cosine_similarity_nearly_zero", "nearly_zero", "target", L.CosineSimilarity())

    cross_entropy = L.CategoricalCrossentropy(from_logits=True)
    case("cross_entropy", "prediction", "classes", sparse)
    case("cross_entropy_one_hot", "prediction", "one_hot", cross_entropy)
    case("cross_entropy_rows", "prediction", "rows", cross_entropy)
    case("cross_entropy_far", "far", "classes", sparse)
    case("cross_entropy_over_time", "over_time", "classes_over_time", sparse)
    case("cross_entropy_over_time_one_hot", "over_time", "one_hot_over_time", cross_entropy)
    case("cross_entropy_smoothed", "prediction", "classes", smoothed)
    case("cross_entropy_smoothed_one_hot", "prediction", "one_hot", smoothed)
    case("cross_entropy_smoothed_over_time", "over_time", "classes_over_time", smoothed)

    case("binary_cross_entropy", "prediction", "bits", L.BinaryCrossentropy(from_logits=True))
    case("binary_cross_entropy_shares", "prediction", "shares", L.BinaryCrossentropy(from_logits=True))
    case("binary_cross_entropy_far", "far", "bits", L.BinaryCrossentropy(from_logits=True))
    smoothed = L.BinaryCrossentropy(from_logits=True, label_smoothing=0.2)
    case("binary_cross_entropy_smoothed", "prediction", "bits", smoothed)

    case("focal", "prediction", "classes", keras_focal())
    case("focal_one_hot", "prediction", "one_hot", keras_focal())
    case("focal_options", "prediction", "classes", keras_focal(alpha=0.6, gamma=1.5))
    case("focal_options_rows", "prediction", "rows", keras_focal(alpha=0.6, gamma=1.5))
    case("focal_far", "far", "one_hot", lambda t, p: focal(p, t, 0.25, 2.0))
    case("focal_over_time", "over_time", "classes_over_time", keras_focal())
    case("binary_focal", "prediction", "bits", L.BinaryFocalCrossentropy(from_logits=True))
    case("binary_focal_options", "prediction", "bits", L.BinaryFocalCrossentropy(from_logits=True, gamma=1.5))
    case("binary_focal_gamma_0", "prediction", "bits", L.BinaryFocalCrossentropy(from_logits=True, gamma=0.0))
    case("binary_focal_shares", "prediction", "shares", L.BinaryFocalCrossentropy(from_logits=True))
    case("binary_focal_far", "far", "bits", lambda t, p: binary_focal(p, t, 2.0))
    write("losses", tensors)


# Optimizers: `<case>` is (step, parameter), the parameters after each of ten steps along the same gradients.

O = keras.optimizers


def by_keras(optimizer, start, gradients):
    variable = keras.Variable(start.numpy(), dtype="float64")
    optimizer.build([variable])
    steps = []
    for gradient in gradients:
        optimizer.apply([gradient.clone()], [variable])
        steps.append(keras.ops.convert_to_numpy(variable).copy())
    return np.stack(steps)


def by_torch(start, gradients, **options):
    """PyTorch's SGD, where schema/ follows PyTorch: weight decay as a part of the gradient."""
    variable = leaf(start)
    optimizer = torch.optim.SGD([variable], **options)
    steps = []
    for gradient in gradients:
        variable.grad = gradient.clone()
        optimizer.step()
        steps.append(variable.detach().numpy().copy())
    return np.stack(steps)


def optimizers():
    start = draws(20, 7)
    gradients = draws(21, STEPS, 7)
    gradients[:, 3] = 0.0  # a parameter that nothing pulls at
    gradients[:, 4] *= 1e-4  # where epsilon shows
    gradients[4:7, 5] = 0.0
    gradients = single(gradients)
    tensors = {"start": start, "gradients": gradients}
    betas = dict(beta_1=0.8, beta_2=0.95, epsilon=1e-3)
    for case, optimizer in {
        "sgd": O.SGD(),
        "sgd_momentum": O.SGD(learning_rate=0.05, momentum=0.9),
        "sgd_nesterov": O.SGD(learning_rate=0.05, momentum=0.9, nesterov=True),
        "adam": O.Adam(),
        "adam_options": O.Adam(learning_rate=0.02, **betas),
        # Keras' own default of weight decay.
        "adamw": O.AdamW(),
        "adamw_options": O.AdamW(learning_rate=0.02, weight_decay=0.1, **betas),
        "rms_prop": O.RMSprop(),
        "rms_prop_options": O.RMSprop(learning_rate=0.02, rho=0.8, epsilon=1e-3),
        "rms_prop_momentum": O.RMSprop(learning_rate=0.02, momentum=0.7),
        "rms_prop_centered": O.RMSprop(learning_rate=0.02, centered=True, epsilon=1e-3),
        "rms_prop_centered_momentum": O.RMSprop(learning_rate=0.02, centered=True, momentum=0.7, epsilon=1e-3),
        "adagrad": O.Adagrad(),
        "adagrad_options": O.Adagrad(learning_rate=0.1, initial_accumulator_value=0.01, epsilon=1e-3),
        "nadam": O.Nadam(),
        "nadam_options": O.Nadam(learning_rate=0.02, **betas),
        "lion": O.Lion(),
        "lion_options": O.Lion(learning_rate=0.02, beta_1=0.8, beta_2=0.95, weight_decay=0.1),
    }.items():
        tensors[case] = by_keras(optimizer, start, gradients)
    for case, options in {
        "sgd_weight_decay": dict(lr=0.05, weight_decay=0.1),
        "sgd_momentum_weight_decay": dict(lr=0.05, momentum=0.9, weight_decay=0.1),
        "sgd_nesterov_weight_decay": dict(lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.1),
    }.items():
        tensors[case] = by_torch(start, gradients, **options)
    write("optimizers", tensors)


# Layers: `<case>.output` and the gradients of `mean(output · upstream)`, with respect to every input and parameter.


def graph(tensors, case, function, upstream, **leaves):
    leaves = {name: leaf(tensors[source]) for name, source in leaves.items()}
    y = function(**leaves)
    (y * tensors[upstream]).mean().backward()
    tensors[f"{case}.output"] = y
    for name, value in leaves.items():
        tensors[f"{case}.d_{name}"] = value.grad


def layers():
    tensors = {
        "features": draws(30, 3, 4),  # (batch, features)
        "sequence": draws(31, 3, 2, 4),  # (batch, time, features)
        "weight": draws(32, 4, 5),
        "bias": draws(33, 5),
        "upstream_features": draws(34, 3, 5),
        "upstream_sequence": draws(35, 3, 2, 5),
        "a": draws(36, 2, 2, 3),  # (batch, 2, 3)
        "b": draws(37, 2, 2, 3),
        "c": draws(38, 2, 2, 3),
        "row": draws(39, 2, 1, 3),
        "column": draws(40, 2, 2, 1),
        "beside": draws(41, 2, 2, 2),
        "below": draws(42, 2, 1, 3),
        "upstream": draws(43, 2, 2, 3),
        "upstream_beside": draws(44, 2, 2, 8),
        "upstream_below": draws(45, 2, 5, 3),
    }
    # Equal values of two and of all three, also across the axes that are repeated.
    tensors["b"][0, 0] = tensors["a"][0, 0]
    tensors["c"][0, 0, 1] = tensors["a"][0, 0, 1]
    tensors["c"][1, 1, 2] = tensors["b"][1, 1, 2]
    tensors["row"][1, 0, 1] = tensors["a"][1, 0, 1]
    tensors["column"][1, 0, 0] = tensors["a"][1, 0, 1]

    smooth = [A.linear, A.tanh, A.sigmoid, A.silu, A.softplus, A.gelu, A.softmax]
    for activation in [*smooth, A.relu, A.leaky_relu, sparsemax]:
        dense = lambda x, weight, bias: activation(x @ weight + bias)
        for shape in ["features", "sequence"]:
            case, upstream = f"dense_{activation.__name__}_{shape}", f"upstream_{shape}"
            graph(tensors, case, dense, upstream, x=shape, weight="weight", bias="bias")
    unbiased = lambda x, weight: A.tanh(x @ weight)
    graph(tensors, "dense_without_bias", unbiased, "upstream_features", x="features", weight="weight")

    # Keras folds two tensors at a time, so that of three equal ones the last gets half of the gradient. In schema/ all
    # get a third, as with torch.amax; for two tensors that is torch.maximum.
    def amax(*tensors):
        return torch.stack(torch.broadcast_tensors(*tensors)).amax(0)

    def amin(*tensors):
        return torch.stack(torch.broadcast_tensors(*tensors)).amin(0)

    merges = {
        "add": lambda *x: sum(x[1:], x[0]),
        "multiply": lambda *x: torch.stack(torch.broadcast_tensors(*x)).prod(0),
        "average": lambda *x: sum(x[1:], x[0]) / len(x),
        "maximum": amax,
        "minimum": amin,
    }
    for name, merge in merges.items():
        two = lambda a, b: merge(a, b)
        three = lambda a, b, c: merge(a, b, c)
        graph(tensors, name, two, "upstream", a="a", b="b")
        graph(tensors, f"{name}_three", three, "upstream", a="a", b="b", c="c")
        graph(tensors, f"{name}_row", two, "upstream", a="a", b="row")
        graph(tensors, f"{name}_broadcast", three, "upstream", a="column", b="row", c="a")
    subtract = lambda a, b: a - b
    graph(tensors, "subtract", subtract, "upstream", a="a", b="b")
    graph(tensors, "subtract_row", subtract, "upstream", a="a", b="row")
    graph(tensors, "subtract_from_row", subtract, "upstream", a="row", b="a")
    graph(tensors, "subtract_broadcast", subtract, "upstream", a="column", b="row")
    graph(tensors, "concat", lambda a, b, c: torch.cat([a, b, c], -1), "upstream_beside", a="a", b="beside", c="c")
    graph(tensors, "concat_axis_0", lambda a, b, c: torch.cat([a, b, c], 1), "upstream_below", a="a", b="below", c="b")
    write("layers", tensors)


# Training: the loss before each of ten steps, and every parameter after it, in f64 and in f32.


def trained(tensors, case, names, loss, optimizer):
    """`loss` takes the parameters and the data by name; `optimizer` makes a function that updates all parameters."""
    for dtype, suffix in [(torch.float64, ""), (torch.float32, "_f32")]:
        parameters = {name: leaf(tensors[f"{case}.{name}"].to(dtype)) for name in names}
        update = optimizer(list(parameters.values()))
        data = {name: tensors[f"{case}.{name}"] for name in ("x", "y")}
        data = {name: value.to(dtype) if value.is_floating_point() else value for name, value in data.items()}
        values, steps = [], {name: [] for name in names}
        for _ in range(STEPS):
            for parameter in parameters.values():
                parameter.grad = None
            value = loss(parameters, **data)
            value.backward()
            update()
            values.append(value.item())
            for name, parameter in parameters.items():
                steps[name].append(parameter.detach().numpy().copy())
        tensors[f"{case}.loss{suffix}"] = np.array(values, dtype=np.float64)
        for name in names:
            tensors[f"{case}.{name}.steps{suffix}"] = np.stack(steps[name])


def adam_of_keras(learning_rate):
    """Keras' Adam by hand: PyTorch's adds epsilon after the correction of the bias, Keras before."""

    def optimizer(parameters):
        means = [torch.zeros_like(parameter) for parameter in parameters]
        squares = [torch.zeros_like(parameter) for parameter in parameters]
        step = 0

        @torch.no_grad()
        def update():
            nonlocal step
            step += 1
            rate = learning_rate * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
            for parameter, mean, square in zip(parameters, means, squares):
                mean.mul_(0.9).add_(parameter.grad, alpha=1 - 0.9)
                square.mul_(0.999).addcmul_(parameter.grad, parameter.grad, value=1 - 0.999)
                parameter -= rate * mean / (square.sqrt() + 1e-7)

        return update

    return optimizer


def training():
    dense = lambda x, p, layer: x @ p[f"{layer}.weight"] + p[f"{layer}.bias"]
    tensors = {
        "mlp.x": draws(50, 12, 8),
        "mlp.y": torch.tensor(np.random.default_rng(51).integers(0, 3, 12)),
        "mlp.hidden_1.weight": draws(52, 8, 16, scale=0.4),
        "mlp.hidden_1.bias": draws(53, 16, scale=0.1),
        "mlp.hidden_2.weight": draws(54, 16, 8, scale=0.3),
        "mlp.hidden_2.bias": draws(55, 8, scale=0.1),
        "mlp.scores.weight": draws(56, 8, 3, scale=0.4),
        "mlp.scores.bias": draws(57, 3, scale=0.1),
        "residual.x": draws(60, 9, 6),
        "residual.y": draws(61, 9, 2),
        "residual.first.weight": draws(62, 6, 5, scale=0.4),
        "residual.first.bias": draws(63, 5, scale=0.1),
        "residual.shared.weight": draws(64, 5, 5, scale=0.4),
        "residual.shared.bias": draws(65, 5, scale=0.1),
        "residual.last.weight": draws(66, 5, 2, scale=0.4),
        "residual.last.bias": draws(67, 2, scale=0.1),
    }

    def mlp(p, x, y):
        hidden = torch.tanh(dense(x, p, "hidden_1"))
        hidden = torch.nn.functional.gelu(dense(hidden, p, "hidden_2"))
        entropy = torch.nn.functional.cross_entropy(dense(hidden, p, "scores"), y)
        return entropy + 0.01 * (p["hidden_2.weight"] ** 2).sum()

    def residual(p, x, y):
        hidden = torch.tanh(dense(x, p, "first"))
        # The penalty of a layer that is used three times counts once.
        for _ in range(3):
            hidden = hidden + torch.tanh(dense(hidden, p, "shared"))
        error = dense(hidden, p, "last") - y
        shared = p["shared.weight"]
        return (error**2).mean() + 0.002 * shared.abs().sum() + 0.005 * (shared**2).sum()

    names = lambda *layers: [f"{layer}.{name}" for layer in layers for name in ("weight", "bias")]
    trained(tensors, "mlp", names("hidden_1", "hidden_2", "scores"), mlp, adam_of_keras(0.01))
    momentum = lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9).step
    trained(tensors, "residual", names("first", "shared", "last"), residual, momentum)
    tensors["mlp.y"] = tensors["mlp.y"].numpy().astype(np.uint32)
    write("training", tensors)


if __name__ == "__main__":
    activations()
    losses()
    optimizers()
    layers()
    training()
