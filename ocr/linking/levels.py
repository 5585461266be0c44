"""How like two values are, in levels that say what an OCR error would have had to do.

A level comes with `ways`: how many different strings an error of that kind makes of one value, so
that the chance of one particular wrong reading is the chance of the level divided by its ways.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import NamedTuple

from ocr.confusions import char_similarity, digit_likeness, hangul_similarity
from ocr.linking.normal import HIDDEN

EXACT = "exact"
DIFFERENT = "different"
_LIKELY_DIGIT = 0.05
_ALIKE_SYLLABLE = 0.6


class Level(NamedTuple):
    """`ways` is 0 for "exact" (one way) and "different" (any value at all)."""

    name: str
    ways: float
    partial: bool = False


@lru_cache(maxsize=1 << 17)
def digits_level(read: str, true: str) -> Level:  # noqa: PLR0911
    """Compare two numbers or patterns place by place; hidden places (`*`) match anything."""
    if len(read) != len(true):
        return _gap_level(read, true)
    pairs = [(r, t) for r, t in zip(read, true, strict=True) if HIDDEN not in (r, t)]
    n = len(pairs)
    partial = n < len(read)
    wrong = [i for i, (r, t) in enumerate(pairs) if r != t]
    if not wrong:
        return Level(EXACT, 1, partial)
    if len(wrong) == 1:
        r, t = pairs[wrong[0]]
        if digit_likeness(r, t) >= _LIKELY_DIGIT:
            return Level("confusable", 3.0 * n, partial)
        return Level("one_digit", 6.0 * n, partial)
    if len(wrong) == 2:
        i, j = wrong
        if j == i + 1 and pairs[i][0] == pairs[j][1] and pairs[i][1] == pairs[j][0]:
            return Level("transposed", float(n - 1), partial)
        return Level("two_digits", comb(n, 2) * 81.0, partial)
    if not partial and _shifted(read, true, wrong[0], wrong[-1]):
        return Level("gap", 5.0 * n * n)
    return Level(DIFFERENT, 0, partial)


def _shifted(read: str, true: str, first: int, last: int) -> bool:
    """Whether one place was put in and another lost, so that the digits between moved by one."""
    if last - first > len(read) - 4:
        return False
    return read[first:last] == true[first + 1 : last + 1] or read[first + 1 : last + 1] == true[first:last]


def _gap_level(read: str, true: str) -> Level:
    """One place dropped or added, everything else alike."""
    short, long = sorted((read, true), key=len)
    if len(long) - len(short) == 1 and len(short) >= 6:
        i = 0
        while i < len(short) and short[i] == long[i]:
            i += 1
        if short[i:] == long[i + 1 :]:
            return Level("gap", 11.0 * len(long))
    return Level(DIFFERENT, 0)


@lru_cache(maxsize=1 << 17)
def name_level(read: str, true: str) -> Level:  # noqa: PLR0911
    """Compare two names syllable by syllable; hidden syllables match anything."""
    if read == true:
        return Level(EXACT, 1)
    if len(read) != len(true):
        short, long = sorted((read, true), key=len)
        if len(long) - len(short) == 1 and len(short) >= 2 and _is_subsequence(short, long):
            return Level("gap", 30.0)
        return Level(DIFFERENT, 0)
    pairs = [(r, t) for r, t in zip(read, true, strict=True) if HIDDEN not in (r, t)]
    partial = len(pairs) < len(read)
    wrong = [(r, t) for r, t in pairs if r != t]
    if not wrong:
        return Level(EXACT if pairs else DIFFERENT, 1 if pairs else 0, partial)
    if len(wrong) == 1 and len(pairs) >= 2:
        if char_similarity(*wrong[0]) >= _ALIKE_SYLLABLE:
            return Level("alike", 8.0 * len(pairs), partial)
        return Level("one_syllable", 60.0 * len(pairs), partial)
    if all(char_similarity(r, t) >= _ALIKE_SYLLABLE for r, t in wrong):
        return Level("one_syllable", 60.0 * len(pairs), partial)
    return Level(DIFFERENT, 0, partial)


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(c in rest for c in short)


@lru_cache(maxsize=1 << 15)
def text_level(read: str, true: str) -> Level:
    """Compare two longer texts (company, address) as a whole."""
    if read == true:
        return Level(EXACT, 1)
    if len(read) >= 3 and len(true) >= 3:
        if read in true or true in read:
            return Level("part", 6.0)
        if hangul_similarity(read, true) >= 0.8:
            return Level("alike", 100.0)
    return Level(DIFFERENT, 0)


def address_level(read: str, true: str) -> Level:
    """As `text_level`; but another house number is another address, however like the rest is."""
    level = text_level(read, true)
    if level.name in (EXACT, DIFFERENT):
        return level
    numbers = [_numbers(read), _numbers(true)]
    if level.name == "part" or digits_level(*numbers).name in (EXACT, "confusable"):
        return level
    return Level(DIFFERENT, 0)


def _numbers(text: str) -> str:
    return "".join(c for c in text if c.isascii() and c.isdigit())
