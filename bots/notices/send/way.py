"""What a channel can do, and the answers that there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlmodel import Session

from queues.errors import BackOfficeError
from queues.models import Dispatch, Notice


@dataclass(frozen=True)
class Outgoing:
    """What is about to leave, made before the dispatch is committed as leaving.

    key      what the outside will know it by
    to       the address of the channel, normalised
    content  what goes out, byte for byte
    detail   codes for the record, nothing personal
    """

    key: str
    to: str
    content: bytes
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """The outside has it.

    number  that the outside gave it; state: its own word; proof: what it answered, to be kept
    won     what it costs
    """

    number: str = ""
    state: str = ""
    proof: dict[str, Any] = field(default_factory=dict)
    won: int = 0


@dataclass(frozen=True)
class Fate:
    """What the outside knows of what it took over.

    end      "delivered", "returned", or "" while it knows no end
    request, receipt   its own words for the request and for the receipt, kept apart
    at       when that was, by its own clock
    code     of ours ("sms_off"); won: what it costs after all, None: as before
    """

    end: str = ""
    request: str = ""
    receipt: str = ""
    at: datetime | None = None
    code: str = ""
    number: str = ""
    won: int | None = None
    proof: bytes = b""


class Leaving(BackOfficeError):
    """Something about a notice that leaves. `text` in Korean, nothing personal in it."""

    def __init__(self, text: str, code: str = "") -> None:
        super().__init__(text)
        self.text, self.code = text, code


class CannotGo(Leaving):
    """It certainly did not leave, and by this channel it never will: another is to be found."""


class NotYet(Leaving):
    """It certainly did not leave; later it may. `pause` in seconds, None: as the bot's policy says."""

    def __init__(self, text: str, code: str = "", pause: float | None = None) -> None:
        super().__init__(text, code)
        self.pause = pause


class SetUpWrong(NotYet):
    """The outside refuses us, not this notice (password, certificate, sender, account): a person must look."""


class Doubtful(Leaving):
    """The outside may have it. `pause` in seconds until it is asked."""

    def __init__(self, text: str, code: str = "", pause: float | None = None) -> None:
        super().__init__(text, code)
        self.pause = pause


class NobodyKnows(Leaving):
    """The outside may have it, and there is nobody to ask but people."""


class Way(Protocol):
    """One channel to the outside. None of these touches the record but `prepare`, which only reads it."""

    def prepare(self, session: Session, notice: Notice, dispatch: Dispatch) -> Outgoing:
        """What would leave. Raises `CannotGo`, `SetUpWrong`."""

    def send(self, outgoing: Outgoing, mark: Callable[[], None]) -> Taken:
        """Have it leave. `mark` is called, and commits, right before the outside could keep it.

        Raises `CannotGo`, `NotYet`, `SetUpWrong`, `Doubtful`.
        """

    def ask(self, key: str, tried_at: datetime) -> Taken | None:
        """Whether the outside has this key that began to go last at `tried_at`; None: certainly not.

        Raises `Doubtful` (not known yet), `NobodyKnows`, `SetUpWrong`.
        """

    def fate(self, key: str, number: str) -> Fate:
        """What became of what it took over. Raises `NotYet`, `SetUpWrong`."""
