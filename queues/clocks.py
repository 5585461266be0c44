"""What people say of the time of a day: "14:30", "2시 반쯤", "오후", "점심때"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HOUR = 60
_NOON = 12 * _HOUR
#: Parts of a day in minutes after midnight, as people mean them.
_PARTS = {
    "새벽": (0, 6 * _HOUR),
    "아침": (6 * _HOUR, 10 * _HOUR),
    "오전": (0, _NOON),
    "점심": (11 * _HOUR, 14 * _HOUR),
    "낮": (11 * _HOUR, 16 * _HOUR),
    "오후": (_NOON, 24 * _HOUR),
    "저녁": (17 * _HOUR, 22 * _HOUR),
    "밤": (19 * _HOUR, 24 * _HOUR),
}
_EARLIEST_HOUR = 7  # a bare "3시" is in the afternoon: nobody says it of the night without saying so

CLOCK = re.compile(
    rf"(?P<part>{'|'.join(_PARTS)})?(?:때|에)?\s?"
    r"(?:(?P<h>\d\d?)시(?!간)\s?(?:(?P<m>\d\d?)분|(?P<half>반))?|(?<!\d)(?P<hh>\d\d?):(?P<mm>\d\d)(?!\d))"
    r"(?P<about>\s?(?:쯤|경|께|정도|무렵|즈음))?(?:에|께)?"
    rf"|(?<![가-힣])(?P<alone>{'|'.join(_PARTS)})(?:때|에|중)?(?![가-힣])"
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day with the slack that people mean; in minutes after midnight.

    exact   as it was said; `start` to `end` is what it may mean
    part    the part of the day, where nothing nearer was said
    """

    exact: int
    start: int
    end: int
    part: str = ""

    def after(self, other: Clock) -> int:
        """The same as the end of a range that begins with `other`: `오후 2시~4시`, `10시~2시`."""
        if self.part:
            return self.end
        minutes = self.exact
        while minutes <= other.exact and minutes < _NOON:
            minutes += _NOON
        return minutes


def read_clock(match: re.Match[str]) -> Clock | None:
    """What `CLOCK` found; None when there is no such time."""
    if alone := match["alone"]:
        start, end = _PARTS[alone]
        return Clock(start, start, end, alone)
    hour = int(match["h"] or match["hh"])
    minute = int(match["m"] or match["mm"] or (30 if match["half"] else 0))
    if hour > 24 or minute > 59:
        return None
    literal = (match["hh"] or "").startswith("0")
    minutes = _hour(hour, match["part"] or "", literal) * _HOUR + minute
    if match["m"] or match["mm"] or match["half"]:
        slack = 30 if match["about"] else 15
        return Clock(minutes, minutes - slack, minutes + slack)
    return Clock(minutes, minutes - 30, minutes + 60)


def _hour(hour: int, part: str, literal: bool) -> int:
    if part in ("오전", "새벽", "아침"):
        return 0 if hour == 12 and part != "아침" else hour
    if part == "밤" and hour == 12:
        return 24
    if part:
        return hour + 12 if hour < 12 and not (part in ("점심", "낮") and hour > 9) else hour
    return hour + 12 if 0 < hour < _EARLIEST_HOUR and not literal else hour
