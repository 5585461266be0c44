"""`python -m tests.benchmarks.word_times [MODEL]`: are words where the recogniser says they are?

Synthetic voices tell when each syllable is spoken. Of the words that were heard rightly: how many of their syllables
a beep over the word would cover, and how far the word's beginning is off. MODEL: as for BACKOFFICE_STT_MODEL, "demo"
by default.
"""

from __future__ import annotations

import argparse
from difflib import SequenceMatcher
from pathlib import Path
from statistics import median

import numpy as np

from bots.sandbox.voices.espeak import VARIANTS, Voice, speak
from stt.audio.beep import AROUND
from stt.engines.engine import SAMPLE_RATE, Engine
from stt.engines.loading import engine
from stt.engines.models import WHISPER
from stt.guards import bare
from stt.transcript import Word

SENTENCES = Path(__file__).with_name("open_sentences.txt")
BEFORE = 0.4
"""Seconds of silence before each sentence."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("model", nargs="?", default="demo")
    asked.add_argument("--sentences", type=int, default=60)
    told = asked.parse_args()
    listener = engine(told.model, WHISPER)
    covered, errors, words = [], [], 0
    for number, text in enumerate(SENTENCES.read_text("utf-8").splitlines()[: told.sentences]):
        said = sum(1 for word in text.split() if bare(word))
        words += said
        for inside, error in measured(
            listener, text, Voice(VARIANTS[number % len(VARIANTS)], 160 + number % 20)
        ):
            covered += inside
            errors.append(error)
    print(f"words heard rightly: {len(errors)} of {words}")
    if errors:
        print(f"their syllables under a beep of the word +- {AROUND} s: {np.mean(covered):.1%}")
        print(f"beginning off by {median(errors):.2f} s (median), {np.percentile(errors, 95):.2f} s (95 %)")


def measured(listener: Engine, text: str, voice: Voice) -> list[tuple[list[bool], float]]:
    """For each rightly heard word: whether each of its syllables is inside, and how far off it begins (s)."""
    spoken = speak(text, voice)
    silence = np.zeros(int(BEFORE * SAMPLE_RATE), np.float32)
    heard = listener.hear(np.concatenate([silence, spoken.samples * 0.5, silence]))
    found = [word for segment in heard.segments for word in segment.words]
    told = _true_words(text, spoken.syllables)
    matcher = SequenceMatcher(
        None, [bare(word) for word, _ in told], [bare(word.text) for word in found], autojunk=False
    )
    return [
        _against(told[block.a + n][1], found[block.b + n])
        for block in matcher.get_matching_blocks()
        for n in range(block.size)
    ]


def _true_words(text: str, syllables: tuple[float, ...]) -> list[tuple[str, list[float]]]:
    """Each word with the times of its syllables, in seconds of what the engine is given."""
    at, told = 0, []
    for word in text.split():
        count = sum("가" <= sign <= "힣" for sign in word)
        if times := [BEFORE + time for time in syllables[at : at + count]]:
            told.append((word, times))
        at += count
    return told


def _against(times: list[float], word: Word) -> tuple[list[bool], float]:
    inside = [word.start - AROUND <= time <= word.end + AROUND for time in times]
    return inside, abs(word.start - times[0])


if __name__ == "__main__":
    main()
