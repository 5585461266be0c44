"""Hours in what was said: "오후 두 시 반"."""

from __future__ import annotations

import re
from typing import NamedTuple

from stt.note.written import Written

_HALF = "(?P<half>오전|오후|아침|낮|점심|저녁|밤|새벽)"
_CLOCK = re.compile(
    rf"(?:{_HALF}\s*(?:에\s*)?)?(?<![\d~])(?P<hour>\d{{1,2}})\s*(?:시(?!\s*간|작|기|도)\s*(?:(?P<minute>\d{{1,2}})\s*분|(?P<thirty>반(?!드시|장|응)))?"
    r"|:(?P<digits>\d{2})(?!\d))|(?P<noon>정오)"
)
_EARLY, _LATE = ("오전", "아침", "새벽"), ("오후", "낮", "점심", "저녁", "밤")


class Clock(NamedTuple):
    """An hour, with its place in what was said; `at` "14:00", or "" when it may be two hours."""

    start: int
    end: int
    at: str


def clocks(text: Written) -> list[Clock]:
    """The hours of a text. Without 오전 or 오후 the hours of an office are meant: 1 to 6 are in the afternoon, 9 to 12
    as they are said; 7 and 8 may be either, so they stay open."""
    found = []
    for hit in _CLOCK.finditer(text.text):
        start, end = text.said(*hit.span())
        found.append(Clock(start, end, "12:00" if hit["noon"] else _at(hit)))
    return found


def _at(hit: re.Match[str]) -> str:
    hour = int(hit["hour"])
    minute = 30 if hit["thirty"] else int(hit["minute"] or hit["digits"] or 0)
    if hour > 24 or minute > 59:
        return ""
    half = hit["half"] or ""
    if half in _LATE and hour < 12:
        hour += 0 if half == "밤" and hour < 5 else 12
    elif not half and hour < 7 and not hit["digits"]:
        hour += 12
    elif (not half and hour in {7, 8}) or (half in _EARLY and hour > 12):
        return ""
    if half == "새벽" and hour == 12:
        hour = 0
    return f"{hour % 24:02d}:{minute:02d}"
