"""What the post tells of a registered letter: its events, and nothing about what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class TraceEvent:
    """One line: when (in the center's zone), where, what ("배달완료"), and more about it ("수취인불명")."""

    at: datetime
    place: str
    status: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer about one number.

    number     the 13 digits that the answer is about
    addressee  as the post shows it, with stars ("김*수"); "" when it does not
    status     of the letter as a whole ("배달완료 ( 배달 )")
    events     the oldest first
    content    the answer, byte for byte
    """

    number: str
    addressee: str
    status: str
    events: tuple[TraceEvent, ...]
    content: bytes = b""


class Tracking(Protocol):
    """Where a registered letter is."""

    def look(self, number: str) -> Trace | None:
        """What is known of a registration number; None while nothing is.

        Raises `TrackingDown`, `TrackingBusy`, `TrackingRefused`, `NotUnderstood`.
        """


class TrackingDown(Exception):
    """The interface does not answer, or says that it cannot: it is asked again later."""


class TrackingBusy(TrackingDown):
    """More was asked than is allowed for now."""


class TrackingRefused(Exception):
    """It does not know the center's key; a person has to see to it."""


class NotUnderstood(Exception):
    """An answer that is no answer about this number: cut short, changed, about another one."""
