"""By which channel a notice goes: the first of its program's order that consent, address and law allow."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlmodel import Session

from queues.models import Notice


@dataclass(frozen=True, slots=True)
class Choice:
    """A channel, and where it goes there (as `queues.dispatches.plan` takes it)."""

    channel: str
    to: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person is offered. `channel` is "" when nothing is left; `reasons` are codes."""

    channel: str
    reasons: tuple[str, ...] = ()


class NoChannel(Exception):
    """No channel may be used as things stand: a person is asked.

    reason   "notice_address" (an address is doubtful) or "notice_no_channel"
    channel  the one that the order would have taken, "" for none
    reasons  codes, nothing personal
    """

    def __init__(self, reason: str, channel: str = "", reasons: tuple[str, ...] = ()) -> None:
        super().__init__(f"{reason}: {channel} {', '.join(reasons)}")
        self.reason, self.channel, self.reasons = reason, channel, reasons


def choose(session: Session, notice: Notice) -> Choice:
    """The channel of a notice that is ready. Raises `NoChannel`."""
    raise NoChannel("notice_no_channel")


def next_channel(session: Session, notice: Notice) -> Proposal:
    """The channel to propose after an attempt did not reach the recipient."""
    return Proposal("")
