"""Numbers of a known length: every reading gives the runs that may be it, as they stand or mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ocr.confusions import digit_confusions

_DASHES = "-–—−‐‑~～_=·.,:;'`\"^* "
_RUN = re.compile(
    r"[0-9A-Za-z|!\[\]?$&/○〇ㅇㅣ이\-–—−‐‑~～_=·.,'`]+(?: [0-9A-Za-z|!\[\]?$&○〇ㅇㅣ\-–—−‐‑~～_=·.,'`]+)*"
)
_LETTER = 0.7  # weight of one letter taken for a digit, beside its likeliness
_DROPPED = 0.12  # weight of leaving out one character too many (a dash or a rule read as a digit)
_CHANGED = 0.15  # weight of one digit put right, beside the likeliness of the confusion


@dataclass(frozen=True, slots=True)
class Digits:
    """A run of digits that a reading allows; `changed` if a digit was dropped or put right."""

    digits: str
    raw: str
    weight: float
    changed: bool


def runs(text: str) -> Iterator[tuple[str, str, float]]:
    """(digits, raw, weight) of every run of characters in `text` that are digits or look like them.

    Blanks inside a number are passed over; a run needs more digits than letters.
    """
    for found in _RUN.finditer(text):
        raw = found.group()
        digits, weight, letters = "", 1.0, 0
        for ch in raw:
            if ch.isascii() and ch.isdigit():
                digits += ch
            elif ch not in _DASHES and (likely := digit_confusions(ch)):
                digits += likely[0][0]
                weight *= _LETTER * likely[0][1]
                letters += 1
        if len(digits) > 2 * letters and len(digits) >= 4:
            yield digits, raw.strip(), weight


def of_length(text: str, length: int, valid: Callable[[str], bool]) -> Iterator[Digits]:
    """The numbers of `length` digits that `text` allows.

    As it stands; shortened by one or two characters when too long; and, when what stands there is
    not valid, with one digit put right so that it is.
    """
    for digits, raw, weight in runs(text):
        if len(digits) == length:
            yield Digits(digits, raw, weight, False)
            if not valid(digits):
                yield from _changed(digits, raw, weight, valid)
        elif length < len(digits) <= length + 2:
            for shorter in _shortened(digits, len(digits) - length):
                if valid(shorter):
                    yield Digits(shorter, raw, weight * _DROPPED ** (len(digits) - length), True)


def _changed(digits: str, raw: str, weight: float, valid: Callable[[str], bool]) -> Iterator[Digits]:
    for i, ch in enumerate(digits):
        for other, likely in digit_confusions(ch):
            changed = digits[:i] + other + digits[i + 1 :]
            if other != ch and valid(changed):
                yield Digits(changed, raw, weight * _CHANGED * likely, True)


def _shortened(digits: str, by: int) -> set[str]:
    out = {digits}
    for _ in range(by):
        out = {d[:i] + d[i + 1 :] for d in out for i in range(len(d))}
    return out
