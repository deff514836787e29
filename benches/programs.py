"""What the scripts of this folder share: our built programs, and runs of a program by itself."""
import json, os, pathlib, subprocess

HERE = pathlib.Path(__file__).resolve().parent


def ours(bench):
    """Our program of a bench: $OURS, or what cargo builds."""
    if "OURS" not in os.environ:
        build = ["cargo", "bench", "--bench", bench, "--no-run", "--message-format=json"]
        output = subprocess.run(build, stdout=subprocess.PIPE, text=True, check=True, cwd=HERE).stdout
        artifacts = [json.loads(line) for line in output.splitlines()]
        os.environ["OURS"] = next(a["executable"] for a in artifacts if a.get("executable"))
    return os.environ["OURS"]


def last_line(command, threads):
    """The last line that a program prints, read as JSON. It is pinned to as many cores as it has threads."""
    cores = sorted(os.sched_getaffinity(0))[-threads:]
    pin = lambda: os.sched_setaffinity(0, cores)
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, preexec_fn=pin).stdout
    return json.loads(output.splitlines()[-1])
