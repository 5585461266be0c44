"""`python -m bots.sandbox.demo_model.make_model DATA WORK --minutes N`: trains the demo model on the examples in DATA.

Goes on from the checkpoint in WORK when there is one, takes up shards that appear in DATA while it runs, and writes
the model as it stands to WORK/model.pt every few minutes.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from bots.sandbox.demo_model.peers import Peers
from stt.training import model as models
from stt.training.batches import Batch, batch_of, grouped
from stt.training.learner import Learner
from stt.training.measure import total
from stt.training.shards import Example, read
from stt.training.tokens import Tokens
from stt.training.train import Pace, Progress, Training

DIMENSIONS = "state=160,heads=5,audio_layers=4,text_layers=2"
FACTS = {
    "label": "시연용(합성 음성 전용)",
    "spelling": "syllables",
    "prompt": False,
    "languages": ["ko"],
    "longest_window": 12.0,
    "pause": 0.6,
    "beams": 1,
    "sureness": 3.2,
    "temperatures": [0.0],
}
_HELD_OUT = 120


class Shards:
    """Batches from a folder that may still be filling; what has been seen least comes first."""

    def __init__(
        self, folder: Path, tokens: Tokens, rng: random.Random, seconds: float, longest: float
    ) -> None:
        self.folder, self.tokens, self.rng = folder, tokens, rng
        self.seconds, self.longest = seconds, longest
        self.seen: dict[Path, int] = {}

    def __iter__(self) -> Iterator[Batch]:
        while True:
            files = sorted(self.folder.glob("*.npz"))
            while len(files) < 2:
                time.sleep(5)
                files = sorted(self.folder.glob("*.npz"))
            least = min(self.seen.get(path, 0) for path in files)
            chosen = [path for path in files if self.seen.get(path, 0) == least]
            examples: list[Example] = []
            for path in self.rng.sample(chosen, min(3, len(chosen))):
                self.seen[path] = least + 1
                examples += [e for e in read(path) if e.mel.shape[1] <= self.longest * 100]
            for group in grouped(examples, self.rng, self.seconds):
                yield batch_of(group, self.tokens)


def held_out_error(
    model: object, examples: list[Example], tokens: Tokens
) -> tuple[float, list[tuple[str, str]]]:
    """The character error rate by Whisper's own decoding of 30 s windows."""
    from whisper import DecodingOptions
    from whisper.decoding import decode

    options = DecodingOptions(language="ko", without_timestamps=True, fp16=False, sample_len=120)
    pairs = []
    for example in examples:
        mel = np.repeat(example.mel[:, -1:], 3000, axis=1)
        mel[:, : example.mel.shape[1]] = example.mel
        heard = decode(model, torch.from_numpy(mel).float(), options)
        pairs.append((example.text, heard.text))
    return total(pairs).rate, pairs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--held-out", type=Path, default=None, help="a shard that is not in DATA")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--batch-seconds", type=float, default=48.0)
    parser.add_argument("--longest", type=float, default=30.0, help="leave out longer examples")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--falling", type=float, default=0.4)
    parser.add_argument("--warm-up", type=int, default=100)
    parser.add_argument("--dimensions", default=DIMENSIONS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--every", type=int, default=50)
    parser.add_argument("--measure-minutes", type=float, default=8.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", type=Path, default=None, help="a folder where several trainings meet")
    parser.add_argument("--meet-seconds", type=float, default=30.0)
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    chosen.work.mkdir(parents=True, exist_ok=True)
    tokens = Tokens("syllables")
    learner = Learner(models.new(models.dimensions(chosen.dimensions), chosen.seed), tokens.korean)
    pace = Pace(seconds=chosen.minutes * 60, rate=chosen.rate, falling=chosen.falling, warm_up=chosen.warm_up)
    training = Training(learner, pace, chosen.work / "checkpoint.pt")
    print(
        "goes on" if training.resume() else "begins", training.progress, "half" if training.half else "full"
    )
    held_out = read(chosen.held_out)[:_HELD_OUT] if chosen.held_out else []
    measured = training.progress.seconds
    peers = Peers(chosen.peers, chosen.work.name, chosen.meet_seconds) if chosen.peers else None

    def report(progress: Progress, told: dict[str, float]) -> None:
        nonlocal measured
        line = " ".join(f"{name} {value:.3f}" for name, value in told.items())
        print(
            f"{time.strftime('%H:%M:%S')} step {progress.step} {progress.seconds / 60:.1f} min "
            f"{progress.audio_seconds / 3600:.2f} h {line}",
            flush=True,
        )
        if peers and (met := peers.meet(training)):
            print(f"  met {met}", flush=True)
        if progress.seconds - measured > chosen.measure_minutes * 60:
            measured = progress.seconds
            export(training, held_out, tokens, chosen.work)

    # Told to stop, it keeps what it has.
    signal.signal(signal.SIGTERM, lambda *_: _stop(training))
    training.run(iter(Shards(chosen.data, tokens, random.Random(chosen.seed + training.progress.step),
                             chosen.batch_seconds, chosen.longest)), report, every=chosen.every)  # fmt: skip
    export(training, held_out, tokens, chosen.work)


def _stop(training: Training) -> None:
    training.save()
    sys.exit(0)


def export(training: Training, held_out: list[Example], tokens: Tokens, work: Path) -> None:
    """Writes the averaged weights as a model, and measures them."""
    kept = training.averaged()
    training.learner.put_back()
    model = training.learner.model.eval()
    digest = models.write(model, work / "model.pt", FACTS)
    rate, pairs = held_out_error(model, held_out, tokens) if held_out else (float("nan"), [])
    training.restore(kept)
    training.learner.train()
    for said, heard in pairs[:6]:
        print(f"  said  {said}\n  heard {heard}")
    print(f"  model {digest[:12]} step {training.progress.step} held-out CER {rate:.3f}", flush=True)


if __name__ == "__main__":
    main()
