"""Writes the files beside this one: weights as PyTorch and Keras keep them, and what these frameworks predict with them.

    pip install "torch==2.15.0" "keras==3.15.1" "numpy==2.4.6" "safetensors==0.8.0"
    python runtime/tests/weights/generate.py          writes the files
    python runtime/tests/weights/generate.py check    reads a file that Monograd wrote, and compares predictions

The files in the repository were made with these versions on Python 3.11, on a CPU. Every file has the samples `x` and the
predictions `y` beside it, as `….expected.safetensors`.
"""

import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import keras
import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

HERE = Path(__file__).parent
GOLDEN = HERE.parent / "golden"


def samples(features):
    return torch.tensor(np.random.default_rng(3).normal(size=(5, features)).astype(np.float32))


class Perceptron(torch.nn.Module):
    """4 features, a square layer (whose transposition no shape gives away), PReLU, 3 classes."""

    def __init__(self):
        super().__init__()
        self.fc1 = torch.nn.Linear(4, 6)
        self.fc2 = torch.nn.Linear(6, 6)
        self.act = torch.nn.PReLU(6)
        self.head = torch.nn.Linear(6, 3, bias=False)

    def forward(self, x):
        x = torch.relu(self.fc1(x))
        return torch.softmax(self.head(self.act(self.fc2(x))), -1)


def pytorch():
    torch.manual_seed(1)
    model = Perceptron().eval()
    with torch.no_grad():
        model.act.weight.copy_(torch.linspace(-0.5, 0.5, 6))
    x = samples(4)
    write("pytorch", model.state_dict(), x, model(x))
    for name, dtype in [("f16", torch.float16), ("bf16", torch.bfloat16)]:
        rounded = {key: value.to(dtype) for key, value in model.state_dict().items()}
        model_of_rounded = Perceptron().eval()
        model_of_rounded.load_state_dict({key: value.float() for key, value in rounded.items()})
        write(f"pytorch_{name}", rounded, x, model_of_rounded(x))


def keras_model():
    keras.utils.set_random_seed(1)
    inputs = keras.Input((4,))
    h = keras.layers.Dense(6, activation="relu", bias_initializer="normal", name="first")(inputs)
    h = keras.layers.Dense(6, activation="tanh", bias_initializer="normal", name="second")(h)
    outputs = keras.layers.Dense(1, activation="sigmoid", name="last")(h)
    model = keras.Model(inputs, outputs)
    x = samples(4)
    weights = {variable.path: torch.tensor(keras.ops.convert_to_numpy(variable)) for variable in model.weights}
    write("keras", weights, x, model(x))


def write(name, weights, x, y):
    weights = {key: value.detach().clone().contiguous() for key, value in weights.items()}
    save_file(weights, HERE / f"{name}.safetensors", metadata={"format": "pt"})
    save_file({"x": x, "y": y.detach().clone()}, HERE / f"{name}.expected.safetensors")
    print(f"{name}: {', '.join(f'{key} {list(value.shape)}' for key, value in weights.items())}")


def check():
    """Monograd's file in PyTorch: `Dense` keeps (in, out), `nn.Linear` (out, in)."""
    path = GOLDEN / "v1.safetensors"
    tensors, expected = load_file(path), load_file(GOLDEN / "v1.expected.safetensors")
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    assert metadata["format"] == "monograd" and metadata["format_version"] == "1", metadata
    first, last = torch.nn.Linear(4, 8), torch.nn.Linear(8, 3)
    for layer, name in [(first, "dense_1"), (last, "dense_2")]:
        layer.weight.data = tensors[f"{name}.weight"].T.contiguous()
        layer.bias.data = tensors[f"{name}.bias"]
    y = torch.softmax(last(torch.relu(first(expected["x"]))), -1)
    difference = (y - expected["y"]).abs().max().item()
    assert difference < 1e-6, difference
    print(f"{path.name}: PyTorch reads {len(tensors)} tensors; predictions differ by {difference:.1e} or less")


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        check()
    else:
        pytorch()
        keras_model()
