"""What a case sink is: a system of record that is told what becomes of papers, each time under a key.

The same key again is the same act: it changes nothing and is answered alike. What has been taken back under
a key never happens any more, even if the call that asks for it arrives later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bots.cases.source import CaseRow, SourceError


class Declined(SourceError):
    """The system has understood and says no: asking again is of no use. `reason` is its own word, a code."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(text)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Registered:
    """A new case: the number that the system gave it, and the case as it is on file there."""

    receipt_no: str
    case: CaseRow


class CaseSink(Protocol):
    """All raise `SourceError` when there is no good answer, and `Declined` when the answer is no."""

    def deliver(self, key: str, attachment: Mapping[str, Any]) -> str:
        """A document belongs to a case, with the changes of the record that a person accepted."""

    def withdraw(self, key: str) -> None:
        """It does not after all; what was changed with it is as before."""

    def register(self, key: str, application: Mapping[str, Any]) -> Registered:
        """A paper applies for something: make a case of it (신규 접수)."""

    def unregister(self, key: str) -> None:
        """It was no new case. Declined ("worked_on") once somebody has worked on it."""

    def transfer(self, key: str, document: Mapping[str, Any]) -> str:
        """Pass a document on to another center (이송); returns the number of the transfer."""

    def recall(self, key: str) -> None:
        """Have it back. Declined ("taken") once the other center has taken it over."""

    def note(self, key: str, note: Mapping[str, Any]) -> str:
        """A counselor has signed the note of a talk (상담이력), in the system's own fields; returns its number there.
        Declined ("too_long", "unknown_receipt", ...) for what it does not take. A later version names the key of the
        one that it replaces."""

    def close(self) -> None: ...
