"""`python -m bots.sandbox.demo_model.make_data FOLDER --seed N --shards N`: files of examples, one after another."""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from bots.sandbox.demo_model.examples import examples
from stt.training.shards import write
from stt.training.text import Sentences


def make(folder: Path, *, seed: int, shards: int, count: int, longest: float, shortest: float) -> None:
    """Writes shards that are not there yet. Every shard has a seed of its own."""
    import torch

    torch.set_num_threads(1)
    sentences = Sentences(seed)
    for number in range(shards):
        path = folder / f"{seed:03d}-{number:04d}.npz"
        if path.exists():
            continue
        began = time.monotonic()
        rng = random.Random(seed * 100_003 + number)
        sentences.rng.seed(seed * 100_019 + number)
        made = examples(sentences.sentence, rng, count, longest, shortest)
        write(path, made)
        hours = sum(one.mel.shape[1] for one in made) / 360_000
        print(
            f"{path.name}: {len(made)} examples, {hours:.2f} h, {time.monotonic() - began:.0f} s", flush=True
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shards", type=int, default=100)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--longest", type=float, default=10.0)
    parser.add_argument("--shortest", type=float, default=0.5)
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    make(
        chosen.folder,
        seed=chosen.seed,
        shards=chosen.shards,
        count=chosen.count,
        longest=chosen.longest,
        shortest=chosen.shortest,
    )


if __name__ == "__main__":
    main()
