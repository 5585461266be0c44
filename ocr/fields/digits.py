"""Numbers of a known length: every reading gives the runs that may be it, as they stand or mended."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ocr.confusions import digit_confusions

_SEPARATORS = "-–—−‐‑~～_=·ㆍ.,:;'`\"^*ㅡㅜ"
_RULES = "|¦│┃"
_PIECE = re.compile(r"(?:이|[^\s가-힣])+")
_LETTER = 0.85  # weight of one letter taken for a digit, beside its likeliness
_DROPPED = 0.12  # weight of leaving out one character too many (a dash or a rule read as a digit)
_DOUBLED = 0.06  # weight of a digit that was read once and stands there twice
_MISSING = 0.004  # weight of any other digit that was not read
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

    A number that blanks break into pieces is given whole and, where a piece is long enough to be a
    number itself, by pieces. Signs that look like no digit count as separators.
    """
    group: list[tuple[str, str, float]] = []
    end = 0
    for found in _PIECE.finditer(text):
        # A bar that stands alone is what is left of a rule between label and value, no 1.
        piece = None if found.group().strip(_RULES) == "" else _digits_of(found.group())
        broken = text[end : found.start()].strip() != ""
        if group and (piece is None or broken):
            yield from _joined(group)
            group = []
        if piece is not None:
            group.append(piece)
        end = found.end()
    if group:
        yield from _joined(group)


def _joined(pieces: list[tuple[str, str, float]]) -> Iterator[tuple[str, str, float]]:
    weight = 1.0
    for piece in pieces:
        weight *= piece[2]
    whole = "".join(p[0] for p in pieces)
    if len(whole) >= 4:
        yield whole, " ".join(p[1] for p in pieces), weight
    if len(pieces) > 1:
        yield from (p for p in pieces if len(p[0]) >= 8)


def _digits_of(piece: str) -> tuple[str, str, float] | None:
    """A piece without blanks as digits; None if it has more letters than digits."""
    digits, weight, letters, real = "", 1.0, 0, 0
    for ch in piece:
        if ch.isascii() and ch.isdigit():
            digits += ch
            real += 1
        elif ch not in _SEPARATORS and (likely := digit_confusions(ch)):
            digits += likely[0][0]
            weight *= _LETTER * likely[0][1]
            letters += 1
        elif ch.isalpha() and ch.isascii():
            letters += 1
    if letters > 1 + real / 2 or (not digits and piece.strip("-–—~_=.·ㆍ")):
        return None
    return digits, piece, weight


def of_length(text: str, groups: tuple[int, ...], valid: Callable[[str], bool]) -> Iterator[Digits]:
    """The numbers that `text` allows whose digits come in `groups` (6 and 7 for a resident number).

    As it stands; shortened by one or two characters when too long, or with one put in when too short,
    so that it is valid; and, when what stands there is not valid, with one digit put right. Where the
    paper's own separators show which group has one too many or too few, only that group is mended.
    """
    length = sum(groups)
    for digits, raw, weight in runs(text):
        if len(digits) == length:
            yield Digits(digits, raw, weight, False)
        if len(re.findall(r"[0-9]+\s*[-–—~]+(?=\s*[0-9])", raw)) >= len(groups):
            continue  # more groups than such a number has: another number, not to be mended into one
        if len(digits) == length:
            if not valid(digits):
                yield from _changed(digits, raw, weight, valid)
        elif length < len(digits) <= length + 2:
            by = len(digits) - length
            for shorter in _shortened(digits, by):
                if valid(shorter) and (by > 1 or _same_elsewhere(digits, shorter, raw, groups)):
                    yield Digits(shorter, raw, weight * _DROPPED**by, True)
        elif len(digits) == length - 1:
            for longer in _lengthened(digits):
                if valid(longer) and _same_elsewhere(digits, longer, raw, groups):
                    doubled = longer in _doubled(digits)
                    yield Digits(longer, raw, weight * (_DOUBLED if doubled else _MISSING), True)


def _same_elsewhere(read: str, mended: str, raw: str, groups: tuple[int, ...]) -> bool:
    """Whether mending left alone the groups that were read with the right number of digits."""
    parts = [p for p in re.split(r"[-–—−‐‑~～=·ㆍ_]+", raw) if p]
    sizes = [sum(1 for c in p if c.isdigit() or digit_confusions(c)) for p in parts]
    if len(sizes) != len(groups) or sum(sizes) != len(read):
        return True
    old = new = 0
    for size, group in zip(sizes, groups, strict=True):
        if size == group and read[old : old + size] != mended[new : new + group]:
            return False
        old, new = old + size, new + group
    return True


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


def _lengthened(digits: str) -> set[str]:
    return {digits[:i] + d + digits[i:] for i in range(len(digits) + 1) for d in "0123456789"}


def _doubled(digits: str) -> set[str]:
    return {digits[:i] + digits[i] + digits[i:] for i in range(len(digits))}
