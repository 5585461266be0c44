"""Why a question to the bank has no answer. What counts is whether the bank may have got it."""

from __future__ import annotations

from queues.errors import BackOfficeError


class NeverLeft(BackOfficeError):
    """Not one byte of the message was written: the bank does not know of it."""


class Unanswered(BackOfficeError):
    """The message left, or part of it; what the bank did is unknown. Never send it again: ask (7000/100)."""


class NoReply(Unanswered):
    """The line stands, the reply did not come in time."""


class LineBroken(Unanswered):
    """The line broke before the reply came."""


class DayNotOpened(BackOfficeError):
    """The bank did not open the day (1000/100): nothing else may be sent to it."""
