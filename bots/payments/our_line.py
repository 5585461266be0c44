"""The line to the bank with what is done about notices of failure and words out of turn."""

from __future__ import annotations

from bots.payments import notices_of_failure, out_of_turn
from bots.payments.line import Line, Stray
from config.bank_line import bank_line


def our_line() -> Line:
    """A line that is not connected yet; use it as `async with`. Raises `config.bank_line.NoBankLine`."""
    return Line(bank_line(), on_notice=notices_of_failure.take, on_stray=_stray)


def _stray(stray: Stray) -> None:
    out_of_turn.take(stray.message, stray.raw, stray.note)
