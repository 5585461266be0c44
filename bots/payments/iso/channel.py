"""What a way to the bank for files has to do, and what its answers mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from queues.errors import BackOfficeError


class ChannelError(BackOfficeError):
    """The root of these; `text`: Korean, for staff; `code` short; `pause`: seconds to wait, None as usual."""

    def __init__(self, text: str, code: str, *, pause: float | None = None) -> None:
        super().__init__(f"{code}: {text}")
        self.text, self.code, self.pause = text, code, pause


class NeverThere(ChannelError):
    """Certainly not a byte of it reached the bank: it may be tried again as it is."""


class Doubtful(ChannelError):
    """The bank may have it: nothing is done again before its own list was asked."""


class Refused(ChannelError):
    """The bank said that it does not take it. Its list is asked all the same."""


class NotYet(ChannelError):
    """What was asked could not be answered; asking again does no harm."""


class SetUpWrong(NotYet):
    """The bank does not let us in, or the settings are not usable: a person has to put something right."""


@dataclass(frozen=True, slots=True)
class Held:
    """A file of ours that the bank has. `sha256` "" where its list does not tell it."""

    number: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that the bank has for us. `reference`: by which it is told from all others for ever, also where the
    bank begins its numbers anew; `number`: by which it is fetched."""

    reference: str
    number: str
    name: str
    sha256: str = ""


class Channel(Protocol):
    """One way. Names of files are MsgIds: nothing personal stands in them."""

    def upload(self, msg_id: str, content: Path) -> Held:
        """Give a file to the bank, once. Raises `NeverThere`, `Refused`, `Doubtful`, `SetUpWrong` (nothing left)."""

    def find(self, msg_id: str) -> Held | None:
        """What the bank's own list says of a file; None: it is not there now. Raises `NotYet`."""

    def incoming(self) -> Iterator[Incoming]:
        """What the bank has for us, oldest first; what was taken before stands there, too. Raises `NotYet`."""

    def fetch(self, one: Incoming, target: Path) -> None:
        """Its content, whole. Raises `NotYet` for one that is broken off or not what the list says."""
