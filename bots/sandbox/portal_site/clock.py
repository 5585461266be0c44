"""The sandbox's clock: it begins at the true time and may run faster, so that an hour passes in seconds."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


class Clock:
    """`speed` seconds of the sandbox pass in one of ours; `skip` puts it forward at once."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        self._began, self._begin = time.monotonic(), datetime.now(SEOUL)
        self._skipped = 0.0

    def seconds(self) -> float:
        """Seconds of the sandbox since the clock was made."""
        return (time.monotonic() - self._began) * self.speed + self._skipped

    def now(self) -> datetime:
        """The time in Seoul, by this clock."""
        return self.at(self.seconds())

    def at(self, seconds: float) -> datetime:
        """The time in Seoul so many seconds of the sandbox after the clock was made."""
        return self._begin + timedelta(seconds=seconds)

    def skip(self, seconds: float) -> None:
        """Put the clock forward."""
        self._skipped += seconds
