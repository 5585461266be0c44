"""The alarms, asked for at most every few seconds however many people have a screen open."""

from __future__ import annotations

import threading
import time

from queues import database
from queues.alarms import Alarm
from queues.alarms import alarms as ask

KEPT_SECONDS = 10.0
_guard = threading.Lock()
_kept: tuple[float, str, list[Alarm]] | None = None


def alarms() -> list[Alarm]:
    """What is not in order, at most `KEPT_SECONDS` old."""
    global _kept  # noqa: PLW0603 (one answer per process)
    address = database.url()
    with _guard:
        if _kept is None or _kept[1] != address or time.monotonic() - _kept[0] > KEPT_SECONDS:
            with database.session() as session:
                found = ask(session)
            _kept = (time.monotonic(), address, found)
        return _kept[2]


def forget() -> None:
    """Ask anew at the next look, after somebody has changed something."""
    global _kept  # noqa: PLW0603
    with _guard:
        _kept = None
