"""Words lost and doubled where windows share a second: `python -m tests.benchmarks.joins [--seams N]`.

The words of the scripted talks, said without a pause at 4 to 7 syllables a second, cut in the middle of speech. Each
window hears its words with times that are off by up to 0.1 s, and of a word at its edge only a part.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from stt.joins import join
from stt.transcript import Word
from tests.benchmarks.talk_overhead import Scripted
from tests.stt.test_joins import heard_in, texts, two


def said(draw: random.Random, count: int, script: Scripted) -> list[Word]:
    """Words one after the other."""
    words, at, pace = [], 0.0, draw.uniform(4.0, 7.0)
    for _ in range(count):
        text = next(script.words).strip(".,?!…")
        words.append(Word(text, round(at, 3), round(at + len(text) / pace, 3), 0.9))
        at += len(text) / pace + draw.choice([0.0, 0.02, 0.08])
    return words


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seams", type=int, default=2000)
    draw, script = random.Random(6), Scripted()
    for timed in (True, False):
        all_words = lost = doubled = whole = 0
        seams = arguments.parse_args().seams
        for _ in range(seams):
            words = said(draw, 40, script)
            first, second = two(words, draw.uniform(0.3, 0.7) * words[-1].end)
            drift = draw.uniform(-0.1, 0.1)
            pairs = [
                (first, heard_in(first, words, timed=timed)),
                (second, heard_in(second, words, timed=timed, drift=drift)),
            ]
            there, found = Counter(w.text for w in words), Counter(texts(join(pairs)))
            all_words += len(words)
            lost += sum((there - found).values())
            doubled += sum((found - there).values())
            whole += there == found
        known = "times of words told" if timed else "times of words guessed"
        print(
            f"{known}: {seams} seams, {whole} without a fault; of {all_words} words {lost} lost, {doubled} too many"
        )


if __name__ == "__main__":
    main()
