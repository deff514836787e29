#!/usr/bin/env python3
"""Trains the networks of networks.rs with this framework and with others, alternately, and prints a markdown table.

    PEERS=DIR benches/networks.py [--threads 1,2] [--rounds N] [NAME …]

PEERS holds the virtual environments `venv-jax` and `venv-torch`. OURS is the built bench `networks`; without it
`cargo bench --bench networks --no-run` says where it is. JAX trains a whole epoch in one `lax.scan`, with its shuffle; PyTorch
runs its layers one by one, with a fused optimizer. Data, first values and shuffles are each program's own, so losses are not to
be compared. A number is the median over the rounds, a ratio the median of the ratios within the rounds, to the faster of the
two. Programs are pinned to as many cores as they have threads.
"""
import argparse, functools, json, os, re, statistics, time
from collections import defaultdict

from programs import HERE, last_line, ours

SECONDS, LEAST_EPOCHS = 1.5, 3
ROW = re.compile(r"^    (\w+): (\d+) \[([\d ]*)\] (\d+), (\w+), (\w+) of \w+, (\w+)\(([\d.]+)\), (\d+) by (\d+);$", re.M)


def networks():
    """Each network's name, widths, activation, loss, optimizer, learning rate, number of samples and batch size."""
    text = (HERE / "networks.rs").read_text()
    assert len(ROW.findall(text)) == len(re.findall(r" by \d+;$", text, re.M)), "a row of networks.rs is not read"
    for name, inputs, hidden, outputs, function, loss, optimizer, rate, samples, batch in ROW.findall(text):
        widths = [int(width) for width in [inputs, *hidden.split(), outputs]]
        yield name, widths, function, loss, optimizer, float(rate), int(samples), int(batch)


def measure(epoch, samples):
    """Samples a second of the median epoch, after one that is not counted."""
    epoch()
    began, seconds = time.perf_counter(), []
    while len(seconds) < LEAST_EPOCHS or time.perf_counter() - began < SECONDS:
        start = time.perf_counter()
        epoch()
        seconds.append(time.perf_counter() - start)
    return samples / statistics.median(seconds)


def train_with_jax(network, threads):
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.environ["JAX_PLATFORMS"] = "cpu"
    import jax, jax.numpy as jnp, numpy as np, optax

    _, widths, function, loss, optimizer, rate, samples, batch = network
    random = np.random.default_rng(1)
    activation = {"relu": jax.nn.relu, "gelu": lambda x: jax.nn.gelu(x, approximate=False), "tanh": jnp.tanh,
                  "sigmoid": jax.nn.sigmoid}[function]
    bound = lambda inputs, outputs: (6 / (inputs + outputs)) ** 0.5
    layers = [(jnp.asarray(random.uniform(-bound(i, o), bound(i, o), (i, o)), jnp.float32), jnp.zeros(o))
              for i, o in zip(widths, widths[1:])]
    x = jnp.asarray(random.normal(size=(samples, widths[0])), jnp.float32)
    if loss == "cross_entropy":
        y = jnp.asarray(random.integers(0, widths[-1], samples))
    else:
        y = jnp.asarray(random.integers(0, 2, (samples, widths[-1])), jnp.float32)
    optimizer = {"Adam": optax.adam, "Sgd": optax.sgd}[optimizer](rate)

    def value(layers, x, y):
        for weight, bias in layers[:-1]:
            x = activation(x @ weight + bias)
        scores = x @ layers[-1][0] + layers[-1][1]
        return {"cross_entropy": lambda: optax.softmax_cross_entropy_with_integer_labels(scores, y),
                "binary_cross_entropy": lambda: optax.sigmoid_binary_cross_entropy(scores, y),
                "mse": lambda: (scores - y) ** 2}[loss]().mean()

    def step(state, rows):
        layers, moments = state
        loss, gradients = jax.value_and_grad(value)(layers, x[rows], y[rows])
        changes, moments = optimizer.update(gradients, moments, layers)
        return (optax.apply_updates(layers, changes), moments), loss

    whole = samples // batch * batch

    @functools.partial(jax.jit, donate_argnums=0)
    def train(state, key):
        key, order = jax.random.split(key)
        order = jax.random.permutation(order, samples)
        state, losses = jax.lax.scan(step, state, order[:whole].reshape(-1, batch))
        if whole < samples:
            state, _ = step(state, order[whole:])
        return state, key, losses.mean()

    now = [(layers, optimizer.init(layers)), jax.random.PRNGKey(0)]

    def epoch():
        *now[:], loss = train(*now)
        loss.block_until_ready()

    return measure(epoch, samples)


def train_with_torch(network, threads):
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(threads)
    import torch
    from torch import nn
    from torch.nn import functional

    _, widths, function, loss, optimizer, rate, samples, batch = network
    torch.set_num_threads(threads)
    activation = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}[function]
    layers = [layer for i, o in zip(widths, widths[1:]) for layer in (nn.Linear(i, o), activation())]
    network = nn.Sequential(*layers[:-1])
    x = torch.randn(samples, widths[0])
    if loss == "cross_entropy":
        y = torch.randint(0, widths[-1], (samples,))
    else:
        y = torch.randint(0, 2, (samples, widths[-1])).float()
    loss = {"cross_entropy": functional.cross_entropy, "mse": functional.mse_loss,
            "binary_cross_entropy": functional.binary_cross_entropy_with_logits}[loss]
    optimizer = {"Adam": torch.optim.Adam, "Sgd": torch.optim.SGD}[optimizer](network.parameters(), rate, fused=True)

    def epoch():
        order = torch.randperm(samples)
        for first in range(0, samples, batch):
            rows = order[first:first + batch]
            optimizer.zero_grad()
            loss(network(x[rows]), y[rows]).backward()
            optimizer.step()

    return measure(epoch, samples)


def run(program, name, threads):
    """Samples a second of a program of its own."""
    if program == "monograd":
        command = [ours("networks"), "--threads", str(threads), name]
    else:
        venv = {"jax-scan": "venv-jax", "torch": "venv-torch"}[program]
        command = [f"{os.environ['PEERS']}/{venv}/bin/python", __file__, "--threads", str(threads), "--train-with", program, name]
    return last_line(command, threads)["samples_per_second"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--train-with", choices=["jax-scan", "torch"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    chosen = [network for network in networks() if not arguments.names or network[0] in arguments.names]
    unknown = set(arguments.names) - {network[0] for network in chosen}
    if unknown:
        parser.error(f"found {', '.join(sorted(unknown))}, expected names of networks.rs")
    if arguments.train_with:
        train = {"jax-scan": train_with_jax, "torch": train_with_torch}[arguments.train_with]
        for network in chosen:
            print(json.dumps({"samples_per_second": train(network, int(arguments.threads))}))
        return
    programs = ["monograd", "jax-scan", "torch"]
    print("| network | threads | " + " | ".join(programs) + " | how many times as fast |")
    print("|---|---:|" + "---:|" * len(programs) + "---:|")
    for threads in map(int, arguments.threads.split(",")):
        for network in chosen:
            speeds = defaultdict(list)
            for number in range(arguments.rounds):
                for program in programs if number % 2 == 0 else reversed(programs):
                    speeds[program].append(run(program, network[0], threads))
            ratios = [own / max(others) for own, *others in zip(*(speeds[program] for program in programs))]
            cells = [f"{statistics.median(speeds[program]):,.0f}" for program in programs]
            print(f"| {network[0]} | {threads} | {' | '.join(cells)} | {statistics.median(ratios):.2f} |", flush=True)


if __name__ == "__main__":
    main()
