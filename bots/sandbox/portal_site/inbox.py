"""Received faxes as the provider keeps them: the newest first, some marked as fetched."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bots.sandbox.portal_site.clock import Clock

RECEIVED, COMING_IN, FAILED = "수신완료", "수신중", "수신실패"


@dataclass
class Fax:
    """One received fax. `caller` is what the network told, "" when it was withheld; `sender` the TSI."""

    number: str
    received_at: datetime
    caller: str
    sender: str
    pages: int
    content: bytes
    media: str
    state: str = RECEIVED
    fetched: bool = False

    @property
    def file_name(self) -> str:
        kind = "pdf" if self.media == "application/pdf" else "tif"
        return f"{self.received_at:%Y%m%d%H%M%S}_{self.caller or '번호없음'}.{kind}"


class Inbox:
    """Thread-safe. `downloads` and `marks` count by fax number what was asked for and done."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._faxes: list[Fax] = []
        self._twice: set[str] = set()
        self._count = 0
        self.downloads: Counter[str] = Counter()
        self.marks: Counter[str] = Counter()

    def receive(
        self,
        content: bytes,
        *,
        caller: str = "",
        sender: str = "",
        pages: int = 1,
        received_at: datetime | None = None,
        state: str = RECEIVED,
    ) -> str:
        """Take a fax in; returns the number that the provider gives it.

        content  a TIFF or a PDF
        caller   with hyphens as sites write it, "" for a withheld number
        """
        media = "application/pdf" if content.startswith(b"%PDF") else "image/tiff"
        with self._lock:
            self._count += 1
            when = received_at or self._clock.now()
            number = f"{when:%Y%m%d}{self._count:06d}"
            self._faxes.append(Fax(number, when, caller, sender, pages, content, media, state))
            return number

    def listing(self) -> list[Fax]:
        """All, the newest first; one that is listed twice stands there twice."""
        with self._lock:
            rows = sorted(self._faxes, key=lambda fax: (fax.received_at, fax.number), reverse=True)
            return [fax for row in rows for fax in [row] * (2 if row.number in self._twice else 1)]

    def list_twice(self, number: str) -> None:
        with self._lock:
            self._twice.add(number)

    def find(self, number: str) -> Fax | None:
        with self._lock:
            return next((fax for fax in self._faxes if fax.number == number), None)

    def change(self, number: str, change: Callable[[Fax], None]) -> None:
        """Change a fax in place, as a reception that ends or a person who marks it by hand."""
        fax = self.find(number)
        if fax is None:
            raise KeyError(number)
        with self._lock:
            change(fax)

    def remove(self, number: str) -> None:
        """A person deletes it, or the provider keeps it no longer; rows behind it move up."""
        with self._lock:
            self._faxes = [fax for fax in self._faxes if fax.number != number]

    def mark(self, numbers: list[str]) -> int:
        """Mark as fetched; returns how many there were."""
        with self._lock:
            found = [fax for fax in self._faxes if fax.number in numbers]
            for fax in found:
                fax.fetched = True
                self.marks[fax.number] += 1
            return len(found)

    @property
    def numbers(self) -> list[str]:
        """Of all faxes, the oldest first."""
        return [fax.number for fax in sorted(self._faxes, key=lambda fax: (fax.received_at, fax.number))]

    @property
    def unfetched(self) -> list[str]:
        return [fax.number for fax in self.listing() if not fax.fetched]
