"""What an accounting system is: it takes files of bookings under a name, and answers in files of its own.

The same name with the same content again is the same file: nothing is booked twice by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from queues.errors import BackOfficeError


class AccountingDown(BackOfficeError):
    """No good answer; whether the file arrived is not known. The same file is given again later."""


class AccountingRefuses(BackOfficeError):
    """It has understood and does not take the file: giving it again is of no use. `reason` is its own word."""

    def __init__(self, said: str, reason: str) -> None:
        super().__init__(said)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it is given: the same rows as CSV and as XLSX. `name` without ending, of letters and digits."""

    name: str
    csv: bytes
    xlsx: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """A file of answers, CSV."""

    name: str
    content: bytes


class AccountingSystem(Protocol):
    """All raise `AccountingDown` when there is no good answer."""

    def give(self, file: Given) -> None:
        """Raises `AccountingRefuses` when it is not taken."""

    def answers(self) -> Iterable[Answer]:
        """What lies ready and was not put away yet."""

    def put_away(self, answer: Answer) -> None:
        """It was read and everything in it is in the record."""

    def close(self) -> None: ...
