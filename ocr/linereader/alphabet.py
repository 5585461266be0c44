"""The characters that the line recogniser knows: its output classes, in order."""

from __future__ import annotations

import functools
from pathlib import Path

BLANK = 0  # class 0 is CTC's blank; character i of the alphabet is class i + 1


@functools.cache
def alphabet() -> str:
    """All characters, in class order: digits, Latin, punctuation, 1,400 Hangul syllables, signs of forms.

    The syllables are those of the project's vocabulary and, of KS X 1001, the most frequent in
    dictionary words; together they cover 99.9 % of the syllables of a Korean spelling dictionary.
    """
    rows = (Path(__file__).parent / "alphabet.txt").read_text(encoding="utf-8").split("\n")
    return "".join(rows)


@functools.cache
def class_of() -> dict[str, int]:
    """Class number by character."""
    return {c: i + 1 for i, c in enumerate(alphabet())}


def encode(text: str) -> list[int]:
    """Classes of a text; raises KeyError for a character outside the alphabet."""
    known = class_of()
    return [known[c] for c in text]


def knows(text: str) -> bool:
    """Whether every character of a text is in the alphabet."""
    known = class_of()
    return all(c in known for c in text)
