"""How much of a text was heard wrong."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Errors:
    """Letters that differ (put in, left out, changed) of how many were said."""

    wrong: int = 0
    letters: int = 0

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.wrong + other.wrong, self.letters + other.letters)

    @property
    def rate(self) -> float:
        """The character error rate; 0 when nothing was said and nothing heard."""
        return self.wrong / self.letters if self.letters else float(self.wrong > 0)


def plain(text: str) -> str:
    """Letters and digits alone: spaces and punctuation do not count, nor how Hangul is composed."""
    return "".join(letter for letter in unicodedata.normalize("NFC", text).casefold() if letter.isalnum())


def compared(said: str, heard: str) -> Errors:
    """Character errors of `heard`, spaces and punctuation ignored."""
    wanted, found = plain(said), plain(heard)
    return Errors(_distance(wanted, found), len(wanted))


def total(pairs: Sequence[tuple[str, str]]) -> Errors:
    return sum((compared(said, heard) for said, heard in pairs), Errors())


def _distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (letter != other))
    return row[-1]
