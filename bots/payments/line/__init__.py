"""The line to the bank over TCP: questions and their replies, notices of failure, the opening of the day."""

from bots.payments.line.errors import DayNotOpened, LineBroken, NeverLeft, NoReply, Unanswered
from bots.payments.line.line import Line, OnNotice, OnStray, Stray

__all__ = [
    "DayNotOpened",
    "Line",
    "LineBroken",
    "NeverLeft",
    "NoReply",
    "OnNotice",
    "OnStray",
    "Stray",
    "Unanswered",
]
