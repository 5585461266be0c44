"""Waiting: for the record beside the browser, and for what was done to stand in the site's list."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

T = TypeVar("T")
POLL = 0.5


async def do(act: Callable[[], T]) -> T:
    """The record's side, beside the browser's."""
    return await asyncio.to_thread(act)


def seconds_since(moment: datetime | None) -> float:
    """How long ago it was; very long for None."""
    return time.time() - (moment.timestamp() if moment is not None else 0.0)


async def settling(since: datetime | None, settle_seconds: float) -> bool:
    """Wait until what was done at `since` must stand in the site's list; whether there was need to."""
    left = settle_seconds - seconds_since(since)
    if since is None or left <= 0:
        return False
    await asyncio.sleep(min(left, max(POLL, left / 2)))
    return True
