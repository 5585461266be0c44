"""How often one address, or one known browser, may get a password wrong.

An account locks by itself after a few failures (`queues.accounts`); this stops one address from
trying one password on every account, and gives each known browser its own few failures. Kept in
memory: it slows an attacker, it is no record.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable


class Throttle:
    """Counts failures by address over a sliding window of `seconds`."""

    def __init__(
        self, limit: int = 20, seconds: float = 600.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._failures: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def failed(self, address: str) -> None:
        """Note a failure."""
        with self._lock:
            self._failures.setdefault(address, deque(maxlen=self._limit)).append(self._clock())
            self._forget_old()

    def wait_seconds(self, address: str) -> float:
        """How long `address` has to wait before it may try again; 0 when it may try now."""
        with self._lock:
            self._forget_old()
            times = self._failures.get(address)
            if not times or len(times) < self._limit:
                return 0.0
            return max(0.0, times[0] + self._seconds - self._clock())

    def _forget_old(self) -> None:
        edge = self._clock() - self._seconds
        for address in [a for a, times in self._failures.items() if times[-1] <= edge]:
            del self._failures[address]
        for times in self._failures.values():
            while times and times[0] <= edge:
                times.popleft()
