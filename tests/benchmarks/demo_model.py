"""How much the demo model hears wrong in synthetic voices: `python -m tests.benchmarks.demo_model`.

Three kinds of text, none of them trained on: drawn like its training text, the demo's talks, and open sentences
that another hand wrote about other things. Character error rate, spaces and punctuation ignored, through the engine
that is used for talks; and whether what it got wrong shows as low confidence.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bots.sandbox.demo_model.examples import over_a_line, random_voice
from bots.sandbox.voices.espeak import SAMPLE_RATE, Samples, speak
from bots.sandbox.voices.talk import say, talks
from stt.engines.engine import Engine
from stt.engines.loading import engine as loaded
from stt.training.measure import Errors, compared, plain

OPEN = Path(__file__).with_name("open_sentences.txt")
AIMS = {"like_training": 0.05, "demo_talks": 0.15, "open": 0.30}
LOW = 0.6
_MARGIN = int(0.15 * SAMPLE_RATE)
_FRESH_SEED = 990_001


@dataclass(slots=True)
class Found:
    """errors; right, wrong: the confidences of words that were said, and of words that were not."""

    errors: Errors
    right: list[float]
    wrong: list[float]
    invented: int = 0
    windows: int = 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="demo", help="another model, by name or file")
    parser.add_argument("--count", type=int, default=100, help="sentences like the training text")
    parser.add_argument("--show", type=int, default=0, help="so many windows of each kind, said and heard")
    parser.add_argument("--json", type=Path, default=None)
    chosen = parser.parse_args()
    heard_by = loaded(chosen.model, "whisper")
    figures = {}
    for kind, windows in (
        ("like_training", like_training(chosen.count)),
        ("demo_talks", demo_talks()),
        ("open", open_sentences()),
    ):
        found = measured(heard_by, windows, chosen.show)
        low = sum(c < LOW for c in found.wrong) / max(len(found.wrong), 1)
        kept = sum(c >= LOW for c in found.right) / max(len(found.right), 1)
        figures[kind] = {
            "cer": round(found.errors.rate, 4),
            "letters": found.errors.letters,
            "wrong_words_low": round(low, 3),
            "right_words_not_low": round(kept, 3),
        }
        print(
            f"{kind}: CER {found.errors.rate:.3f} of {found.errors.letters} letters in {found.windows} windows "
            f"(aim {AIMS[kind]}); of words heard wrong {low:.0%} below {LOW}, of words heard right {kept:.0%} not"
        )
    silent = sum(bool(plain(text_of(heard_by, samples))) for samples in noise_only(20))
    figures["noise_only"] = {"invented": silent, "windows": 20}
    print(f"noise only: {silent} of 20 windows with words")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


def measured(heard_by: Engine, windows: Iterator[tuple[str, Samples]], show: int) -> Found:
    found = Found(Errors(), [], [])
    for said, samples in windows:
        heard = heard_by.hear(samples)
        text = " ".join(segment.text for segment in heard.segments)
        found.errors += compared(said, text)
        found.windows += 1
        known = plain(said)
        for segment in heard.segments:
            for word in segment.words:
                (found.right if plain(word.text) in known else found.wrong).append(word.confidence)
        if found.windows <= show:
            print(f"  said  {said}\n  heard {text}")
    return found


def text_of(heard_by: Engine, samples: Samples) -> str:
    return " ".join(segment.text for segment in heard_by.hear(samples).segments)


def like_training(count: int) -> Iterator[tuple[str, Samples]]:
    """New sentences of the generator, in a seed that was never trained on."""
    from stt.training.text import Sentences

    rng = random.Random(_FRESH_SEED)
    sentences = Sentences(_FRESH_SEED)
    for _ in range(count):
        yield _spoken(sentences.sentence(), rng)


def open_sentences() -> Iterator[tuple[str, Samples]]:
    rng = random.Random(_FRESH_SEED)
    for line in OPEN.read_text(encoding="utf-8").splitlines():
        yield _spoken(line, rng)


def _spoken(text: str, rng: random.Random) -> tuple[str, Samples]:
    return text, over_a_line(speak(text, random_voice(rng)).samples, rng)


def demo_talks() -> Iterator[tuple[str, Samples]]:
    """The turns of the talks that the demo has recognised, cut where they are said."""
    for talk in talks():
        if talk.delivered is None:
            spoken = say(talk)
            for turn in spoken.turns:
                channel = 1 if talk.channels == 2 and turn.line.speaker == "person" else 0
                first = max(int(turn.start * SAMPLE_RATE) - _MARGIN, 0)
                yield turn.line.text, spoken.samples[channel, first : int(turn.end * SAMPLE_RATE) + _MARGIN]


def noise_only(count: int) -> Iterator[Samples]:
    from bots.sandbox.voices.line import noise

    for seed in range(count):
        draw = np.random.default_rng(seed)
        yield (noise(4 * SAMPLE_RATE, draw) * 10 ** draw.uniform(-3.5, -1.5)).astype(np.float32)


if __name__ == "__main__":
    main()
