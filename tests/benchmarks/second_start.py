"""`python -m tests.benchmarks.second_start`: seconds from `./backoffice` to its first output, set up already."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from pathlib import Path

LAUNCHER = Path(__file__).resolve().parents[2] / "backoffice"
COMMANDS = (("--help",), ("doctor",), ("demo", "--once"))
TIMES = 3


def first_output(*arguments: str) -> float:
    """Seconds until the first byte comes; the command is then ended."""
    started = time.monotonic()
    with subprocess.Popen(
        [str(LAUNCHER), *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout is not None
        process.stdout.read(1)
        seconds = time.monotonic() - started
        process.terminate()
    return seconds


if __name__ == "__main__":
    subprocess.run([str(LAUNCHER), "--help"], stdout=subprocess.DEVNULL, check=True)
    for command in COMMANDS:
        seconds = [first_output(*command) for _ in range(TIMES)]
        print(json.dumps({"command": " ".join(command), "seconds": round(statistics.median(seconds), 2)}))
