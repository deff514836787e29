#!/usr/bin/env python3
"""Runs this framework and others alternately and prints markdown tables of medians and ratios.

    PEERS=DIR BENCH=DIR benches/compare.py [--peers a,b] [--workloads a,b] [--threads 1,2] [--rounds N] [--save FILE]

BENCH holds the other frameworks' programs (`peers/python` is in it), PEERS what was built or installed for them: `target`
and the `venv-*`. OURS is the built bench `peers`; without it `cargo bench --bench peers --no-run` says where it is.

In one round each program runs each workload once, all programs in random order, one after another. A number is the median
over the rounds, and a ratio the median of the ratios within the rounds, so that a slow minute of the machine counts for
both. With one thread, programs are pinned to one core, whatever helper threads they start. `+keep` after the name of a
program sets glibc's malloc to keep freed memory. `--save` appends the lines of all programs to a file, so that
rounds can be run one by one, and `--table FILE…` prints the tables of saved lines without running anything.
"""
import argparse, datetime, json, os, random, statistics, subprocess, sys, time
from collections import defaultdict

from programs import ours

WORKLOADS = ["linreg", "burn4811", "mlp", "mlp_small_batch", "infer_linreg_1", "infer_burn4811_1", "infer_mlp_1"]
PEERS = ["torch", "torch-compile", "jax", "jax-scan", "onnxruntime", "keras-fit", "tf-function", "burn-flex", "burn-flex+keep",
         "burn-ndarray", "candle", "candle+keep", "candle-mkl", "candle-mkl+keep", "dfdx"]
KEEP = {"MALLOC_MMAP_THRESHOLD_": str(1 << 30), "MALLOC_TRIM_THRESHOLD_": str(1 << 32)}
OURS = "monograd"


def command(program, peers, bench):
    """The command line of a program, without its arguments."""
    python = lambda venv, script: [f"{peers}/{venv}/bin/python", f"{bench}/peers/python/{script}.py"]
    return {
        "torch": lambda: python("venv-torch", "torch_bench"),
        "torch-compile": lambda: python("venv-torch", "torch_bench") + ["--mode", "compile"],
        "onnxruntime": lambda: python("venv-torch", "ort_bench"),
        "keras-fit": lambda: python("venv-tf", "tf_bench") + ["--mode", "keras"],
        "tf-function": lambda: python("venv-tf", "tf_bench") + ["--mode", "function"],
        "jax": lambda: python("venv-jax", "jax_bench") + ["--mode", "step"],
        "jax-scan": lambda: python("venv-jax", "jax_bench") + ["--mode", "scan"],
        "burn-flex": lambda: [f"{peers}/target/burn/release/peer-burn", "--backend", "flex"],
        "burn-ndarray": lambda: [f"{peers}/target/burn-ndarray/release/peer-burn", "--backend", "ndarray"],
        "candle": lambda: [f"{peers}/target/candle/release/peer-candle"],
        "candle-mkl": lambda: [f"{peers}/target/candle-mkl/release/peer-candle"],
        "dfdx": lambda: [f"{peers}/target/dfdx/release/peer-dfdx"],
        OURS: lambda: [ours("peers")],
    }[program.removesuffix("+keep")]()


def applies(program, workload):
    if program == "onnxruntime":
        return workload.startswith("infer")
    return not (program == "jax-scan" and workload.startswith("infer"))


def run(program, workload, threads, options):
    """The lines of one run, with the program's full name."""
    words = command(program, options.peer_folder, options.bench)
    words += ["--workload", workload, "--threads", str(threads), "--repeat", str(options.repeat), "--budget", str(options.budget)]
    if threads == 1:
        words = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] + words
    words = ["timeout", str(options.limit)] + words
    environment = os.environ | (KEEP if program.endswith("+keep") else {})
    if program.startswith("candle-mkl"):
        environment["LD_LIBRARY_PATH"] = f"{options.peer_folder}/venv-mkl/lib"
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        print(f"{program}, {workload}, {threads}: no result\n{done.stderr[-500:]}", file=sys.stderr)
    return [line | {"peer": program} for line in lines if "skipped" not in line]


def measure(options):
    """All lines."""
    programs = [OURS] + options.peers
    for program in programs:
        executable = command(program, options.peer_folder, options.bench)[0]
        if not os.path.exists(executable):
            sys.exit(f"{program}: there is no {executable}")
    lines = []
    for _ in range(options.rounds):
        round_of = {"round": time.time()}
        for threads in options.threads:
            for workload in options.workloads:
                for program in random.sample(programs, len(programs)):
                    if not applies(program, workload):
                        continue
                    new = [line | round_of for line in run(program, workload, threads, options)]
                    print(f"{workload}, {threads}, {program}: {[number(value(line)) for line in new]}", file=sys.stderr)
                    lines += new
                    if options.save:
                        with open(options.save, "a") as file:
                            file.writelines(json.dumps(line) + "\n" for line in new)
    return lines


def value(line):
    """Samples a second, or the microseconds of a call."""
    return line["seconds"] * 1e6 if line["workload"].startswith("infer") else line["samples_per_second"]


def by_round(lines):
    """The median of each round, by threads, workload and program."""
    repeats = defaultdict(lambda: defaultdict(list))
    for line in lines:
        repeats[line["threads"], line["workload"], line["peer"]][line["round"]].append(value(line))
    return {key: {r: statistics.median(values) for r, values in rounds.items()} for key, rounds in repeats.items()}


def ratio(workload, ours, theirs):
    """How many times as fast ours is: the median of the ratios within the rounds that both ran in."""
    ratios = [ours[r] / theirs[r] for r in ours.keys() & theirs.keys()]
    if workload.startswith("infer"):
        ratios = [1 / ratio for ratio in ratios]
    return statistics.median(ratios) if ratios else None


def number(x):
    return f"{x:,.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}" if x >= 1 else f"{x:.3f}"


def cell(rounds):
    if not rounds:
        return "–"
    values = rounds.values()
    return number(statistics.median(values)) + ("?" if max(values) > 1.25 * min(values) else "")


def tables(lines):
    """Markdown: for each number of threads a table of medians and one of ratios, above 1 where ours is faster."""
    if not lines:
        sys.exit("nothing was measured")
    result = by_round(lines)
    found = {peer for _, _, peer in result}
    peers = [peer for peer in [OURS] + PEERS if peer in found]
    losses = {}
    for line in lines:
        losses.setdefault((line["workload"], line["peer"]), line["final_loss"])
    for threads in sorted({threads for threads, _, _ in result}):
        workloads = [w for w in WORKLOADS if any((threads, w, peer) in result for peer in peers)]
        print(f"\n### {threads} thread{'s' if threads > 1 else ''}, {datetime.date.today()}\n")
        print("Samples a second, and microseconds of a call of `infer_…`; ? where the rounds differ by more than a quarter.\n")
        print("| workload | " + " | ".join(peers) + " |")
        print("|---|" + "---:|" * len(peers))
        for workload in workloads:
            keys = [(threads, workload, peer) for peer in peers]
            print(f"| {workload} | " + " | ".join(cell(result.get(key)) for key in keys) + " |")
        others = peers[1:]
        print("\nHow many times as fast ours is:\n")
        print("| workload | the best other | " + " | ".join(others) + " |")
        print("|---|" + "---:|" * (len(others) + 1))
        for workload in workloads:
            ours = result.get((threads, workload, OURS), {})
            ratios = {peer: ratio(workload, ours, result.get((threads, workload, peer), {})) for peer in others}
            ratios = {peer: x for peer, x in ratios.items() if x is not None}
            if ratios:
                best = min(ratios, key=ratios.get)
                print(f"| {workload} | **{ratios[best]:.2f}** ({best}) | " + " | ".join(
                    f"{ratios[peer]:.2f}" if peer in ratios else "–" for peer in others) + " |")
    print("\nLoss after the first repeat; every program has its own first values and its own shuffle.\n")
    print("| workload | " + " | ".join(peers) + " |")
    print("|---|" + "---:|" * len(peers))
    for workload in WORKLOADS:
        row = [losses.get((workload, peer)) for peer in peers]
        if any(loss is not None for loss in row):
            print(f"| {workload} | " + " | ".join("–" if loss is None else f"{loss:.4f}" for loss in row) + " |")
    print("\nVersions: " + ", ".join(sorted({f"{l['peer'].removesuffix('+keep')} {l['version']}" for l in lines if l["peer"] != OURS})))


def main():
    words = lambda text: text.split(",")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", type=words, default=PEERS)
    parser.add_argument("--workloads", type=words, default=WORKLOADS)
    parser.add_argument("--threads", type=lambda text: [int(word) for word in words(text)], default=[1, 2])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=3, help="repeats of a workload in one run")
    parser.add_argument("--budget", type=float, default=4, help="seconds after which a run begins no further repeat")
    parser.add_argument("--limit", type=float, default=60, help="seconds after which a run is ended")
    parser.add_argument("--save", help="append the lines to this file")
    parser.add_argument("--table", nargs="+", help="print the tables of these files, and run nothing")
    options = parser.parse_args()
    if options.table:
        return tables([json.loads(line) for path in options.table for line in open(path)])
    for name in ["PEERS", "BENCH"]:
        if name not in os.environ:
            sys.exit(f"set {name}; see --help")
    options.peer_folder, options.bench = os.environ["PEERS"], os.environ["BENCH"]
    tables(measure(options))


if __name__ == "__main__":
    main()
