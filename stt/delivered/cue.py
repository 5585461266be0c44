"""What all formats have in common: something was said, from when until when, perhaps by whom."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from stt.transcript import Word

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,4}):(\d{1,2}(?:[.,]\d{1,9})?)")
_SECONDS = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?)\s*s?")


@dataclass(frozen=True, slots=True)
class Cue:
    """One entry of a transcript file. `start`, `end`: seconds, None when the file does not tell them legibly.

    label   who speaks, as the file calls it, "" when it does not say; channel: None when it does not say
    """

    start: float | None
    end: float | None
    text: str
    label: str = ""
    channel: int | None = None
    confidence: float = 1.0
    words: tuple[Word, ...] = ()


def seconds(told: str) -> float | None:
    """ "00:01:02,500", "01:02.5", "62.5", "62.5s" -> 62.5; None for anything else."""
    text = told.strip()
    if hit := _CLOCK.fullmatch(text):
        hours, minutes, rest = hit.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))
    if hit := _SECONDS.fullmatch(text):
        return float(hit[1].replace(",", "."))
    return None


def finite(told: object) -> float | None:
    """A number that can be a time or a share, None for anything else (True, NaN, infinity, numbers beyond a float)."""
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    try:
        number = float(told)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
