#!/usr/bin/env python3
"""Predicts several samples at a time with this framework and with ONNX Runtime, alternately, and prints a markdown table.

    PEERS=DIR benches/predictions.py [--threads 1,2] [--rounds N] [SAMPLES …]

PEERS holds the virtual environment `venv-torch`, which has onnx and onnxruntime. OURS is the built bench `predictions`; without it
`cargo bench --bench predictions --no-run` says where it is. The network is the mlp of the peers: 784-512-256-10 with relu, and a
softmax. A number is the median over the rounds, in microseconds of a call, a ratio the median of the ratios within the rounds.
Programs are pinned to as many cores as they have threads. Theirs is called from Python, which counts with few samples.
"""
import argparse, json, os, statistics, time
from collections import defaultdict

from programs import last_line, ours

TURNS, SAMPLES = 9, 2000
WIDTHS = [784, 512, 256, 10]


def predict_with_onnxruntime(samples, threads):
    import numpy as np, onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(1)
    nodes, values, name = [], [], "x"
    for number, (inputs, outputs) in enumerate(zip(WIDTHS, WIDTHS[1:])):
        weight = random.uniform(-0.05, 0.05, (inputs, outputs)).astype(np.float32)
        values += [numpy_helper.from_array(weight, f"w{number}"),
                   numpy_helper.from_array(np.zeros(outputs, np.float32), f"b{number}")]
        nodes.append(helper.make_node("Gemm", [name, f"w{number}", f"b{number}"], [f"z{number}"]))
        is_last = number == len(WIDTHS) - 2
        name = "y" if is_last else f"h{number}"
        nodes.append(helper.make_node("Softmax" if is_last else "Relu", [f"z{number}"], [name]))
    tensor = lambda name, width: helper.make_tensor_value_info(name, TensorProto.FLOAT, ["samples", width])
    graph = helper.make_graph(nodes, "mlp", [tensor("x", WIDTHS[0])], [tensor("y", WIDTHS[-1])], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    x = random.normal(size=(samples, WIDTHS[0])).astype(np.float32)
    calls, microseconds = max(1, SAMPLES // samples), []
    for turn in range(TURNS + 1):
        start = time.perf_counter()
        for _ in range(calls):
            session.run(None, {"x": x})
        if turn > 0:
            microseconds.append((time.perf_counter() - start) * 1e6 / calls)
    return statistics.median(microseconds)


def run(program, samples, threads):
    """Microseconds of a call, of a program of its own."""
    if program == "monograd":
        command = [ours("predictions"), "--threads", str(threads), str(samples)]
    else:
        python = f"{os.environ['PEERS']}/venv-torch/bin/python"
        command = [python, __file__, "--threads", str(threads), "--alone", str(samples)]
    return last_line(command, threads)["microseconds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("samples", nargs="*", type=int, default=[1, 2, 4, 8, 16, 32, 64, 128, 256, 1024])
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if min(arguments.samples) < 1:
        parser.error(f"found {min(arguments.samples)} samples, expected at least 1")
    if arguments.alone:
        for samples in arguments.samples:
            print(json.dumps({"microseconds": predict_with_onnxruntime(samples, int(arguments.threads))}))
        return
    programs = ["monograd", "onnxruntime"]
    print("| samples | threads | " + " | ".join(programs) + " | how many times as fast |")
    print("|---:|---:|" + "---:|" * len(programs) + "---:|")
    for threads in map(int, arguments.threads.split(",")):
        for samples in arguments.samples:
            times = defaultdict(list)
            for number in range(arguments.rounds):
                for program in programs if number % 2 == 0 else reversed(programs):
                    times[program].append(run(program, samples, threads))
            ratios = [other / own for own, other in zip(*(times[program] for program in programs))]
            cells = [f"{statistics.median(times[program]):,.0f}" for program in programs]
            print(f"| {samples} | {threads} | {' | '.join(cells)} | {statistics.median(ratios):.2f} |", flush=True)


if __name__ == "__main__":
    main()
