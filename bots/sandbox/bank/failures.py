"""Transfers that fail after they succeeded, and what the payer has to be told about them until it says it knows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date

from bots.sandbox.bank.books import Books

FIRST_NUMBER = 950_001
"""Payers may use numbers up to 950,000."""


@dataclass(frozen=True, slots=True)
class Failed:
    """One failure to be told. `number`: of the bank's message; `told`: how often it was; key: of the transfer."""

    number: int
    day: date
    key: str
    code: str
    told: int


def plan(books: Books, key: str, day: date, code: str, after: float) -> None:
    """A paid transfer fails in `after` seconds; planned twice it fails once."""
    with books.writing():
        row = books.one("SELECT coalesce(max(number), ?) + 1 FROM failure", (FIRST_NUMBER - 1,))
        assert row is not None
        books.execute(
            "INSERT OR IGNORE INTO failure VALUES (?, ?, ?, ?, ?, 0, NULL)",
            (row[0], day.isoformat(), key, code, time.time() + after),
        )


def due(books: Books) -> list[Failed]:
    """Failures whose time has come and of which the payer has not said that it knows."""
    rows = books.rows(
        "SELECT number, day, key, code, told FROM failure WHERE acknowledged IS NULL AND due <= ? ORDER BY number",
        (time.time(),),
    )
    return [Failed(row[0], date.fromisoformat(row[1]), *row[2:]) for row in rows]


def hasten(books: Books) -> int:
    """All planned failures happen now; returns how many were still to come."""
    now = time.time()
    return books.execute("UPDATE failure SET due = ? WHERE acknowledged IS NULL AND due > ?", (now, now))


def told(books: Books, number: int, again: float) -> None:
    """It was sent; it is sent again after `again` seconds unless it is acknowledged."""
    books.execute(
        "UPDATE failure SET told = told + 1, due = ? WHERE number = ?", (time.time() + again, number)
    )


def acknowledge(books: Books, number: int) -> bool:
    """The payer knows; False when nothing of that number was to be told."""
    return bool(
        books.execute(
            "UPDATE failure SET acknowledged = coalesce(acknowledged, ?) WHERE number = ?",
            (time.time(), number),
        )
    )


def unknown_to_payer(books: Books) -> int:
    """How many failures, past or to come, are not acknowledged."""
    row = books.one("SELECT count(*) FROM failure WHERE acknowledged IS NULL", ())
    return int(row[0]) if row else 0
