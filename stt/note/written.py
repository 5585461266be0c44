"""Spoken numbers as digits, each letter knowing where it was said: what days, hours and amounts are read from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from stt.spoken_numbers import find_numbers


@dataclass(frozen=True, slots=True)
class Written:
    """`text` with digits for every number; `places[i]` is where letter i stands in what was said, and
    `places[len(text)]` its end."""

    text: str
    places: tuple[int, ...]

    def said(self, start: int, end: int) -> tuple[int, int]:
        """Where the letters `start`..`end` stand in what was said."""
        return self.places[start], self.places[end]


def written(said: str) -> Written:
    """The text with digits in the place of number words: "십이월 삼 일" becomes "12월 3 일". What names days by a word
    of its own ("사흘") and what is said digit by digit stays as it is; 두세 becomes "2~3"."""
    letters: list[str] = []
    places: list[int] = []
    at = 0
    for number in find_numbers(said):
        if number.digits or (number.unit and number.unit_end == number.end):
            continue
        letters += said[at : number.start]
        places += range(at, number.start)
        figures = plain(number.value) + (f"~{plain(number.upto)}" if number.upto is not None else "")
        letters += figures
        places += [number.start] * len(figures)
        at = number.end
    letters += said[at:]
    places += range(at, len(said))
    return Written("".join(letters), (*places, len(said)))


def plain(value: Decimal) -> str:
    """A number in digits, without commas or needless zeros."""
    return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")
