"""How many payments a second leave through the sandbox's bank, holder inquiry included, and how much memory it takes.

    python -m tests.benchmarks.payments --payments 100000 [--seed 1] [--json FILE]

One worker process of those that run does a batch; bank, PostgreSQL as shipped, people and record included, all on
this machine. Ends with 1 below `--least` payments a second, above `--memory` MiB in any process, or when the bank's
books and the ledger differ.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from pathlib import Path

from bots.sandbox.drill.run import Drill

_EVERY = 10.0


def main() -> int:
    """Prints what was measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--payments", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=100.0, help="payments a second")
    parser.add_argument("--memory", type=int, default=1024, help="MiB of the largest process")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    said = time.monotonic()

    def progress(states: Counter[str], _: int) -> None:
        nonlocal said
        if time.monotonic() - said > _EVERY:
            said = time.monotonic()
            print(f"  {dict(states)}", file=sys.stderr, flush=True)

    drill = Drill(asked.payments, asked.seed, faults=False, on_progress=progress)
    result = drill.run()
    largest = max(drill.peak.values()) / 2**20
    told = result.as_json() | {name: round(size / 2**20, 1) for name, size in drill.peak.items()}
    print(f"{result.paid} of {result.payments} paid in {drill.seconds:.1f} s: {result.per_second}/s")
    print(
        "memory at most: " + ", ".join(f"{name} {size / 2**20:.0f} MiB" for name, size in drill.peak.items())
    )
    if asked.json:
        asked.json.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    good = result.in_order and result.per_second >= asked.least and largest <= asked.memory
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
