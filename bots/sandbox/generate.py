"""Write a labelled set of made-up deliveries, in the format of the labelled sets.

python -m bots.sandbox.generate OUT --deliveries 40 --seed 1 --split tune
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bots.sandbox.labelled import write_set


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--deliveries", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--split", choices=("tune", "test"), default="tune")
    parser.add_argument(
        "--people", type=int, default=None, help="people on file; default 5/4 of the deliveries"
    )
    given = parser.parse_args(arguments)
    write_set(given.out, deliveries=given.deliveries, seed=given.seed, split=given.split, people=given.people)


if __name__ == "__main__":
    main()
