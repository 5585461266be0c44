"""The bank's clock, which can be moved, and its hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass
class Clock:
    """Local time of the bank. `ahead`: seconds by which it has been moved; `closed`: daily windows, the end not
    included, that may go over midnight; `shut`: closed whatever the time.
    """

    zone: str = "Asia/Seoul"
    ahead: float = 0.0
    closed: tuple[tuple[time, time], ...] = ()
    shut: bool = False

    def now(self) -> datetime:
        return datetime.now(ZoneInfo(self.zone)) + timedelta(seconds=self.ahead)

    def set_to(self, hour: int, minute: int = 0) -> None:
        """Move it to a time of the day that it shows."""
        now = self.now()
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        self.ahead += (then - now).total_seconds()

    def is_open(self) -> bool:
        now = self.now().time()
        return not self.shut and not any(_within(now, begin, end) for begin, end in self.closed)


def _within(now: time, begin: time, end: time) -> bool:
    return begin <= now < end if begin <= end else now >= begin or now < end


def read_windows(text: str) -> tuple[tuple[time, time], ...]:
    """`"23:50-00:30,02:00-06:00"`; raises ValueError for anything else."""
    windows = []
    for part in filter(None, re.split(r"[,\s]+", text)):
        begin, _, end = part.partition("-")
        windows.append((time.fromisoformat(begin), time.fromisoformat(end)))
    return tuple(windows)
