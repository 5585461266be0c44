"""One question to the bank, from beginning to end, for those who have only one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bots.payments.line.errors import NeverLeft
from bots.payments.line.keeping import keep
from bots.payments.line.line import Line
from bots.payments.line.numbered import next_heads
from bots.payments.line.opening import open_day
from bots.payments.messages import Head, Message, encode
from config.bank_line import bank_line


@dataclass(frozen=True, slots=True)
class Asked:
    """`question_id` and `reply_id` are those of the kept messages."""

    question: Message
    reply: Message
    question_id: int
    reply_id: int


def ask_once(build: Callable[[Head], Message], line: Line | None = None) -> Asked:
    """Connect, open the day, ask `build(head)`, keep question and reply, hang up. Not for transfers.

    line  not connected yet, with what is done about notices and strays; if not given, notices are left to others
    Raises `NoBankLine`, `DayNotOpened`, `NeverLeft`, `Unanswered`, `MessageFault`.
    """
    return asyncio.run(_ask(line or Line(bank_line()), build))


async def ask_on(line: Line, build: Callable[[Head], Message]) -> Asked:
    """The same on a line that stands and whose day is open."""
    (head,) = await asyncio.to_thread(next_heads, line.chosen, 1)
    question = build(head)
    question_id = await asyncio.to_thread(keep, "out", encode(question))
    reply = await line.ask(question)
    return Asked(question, reply, question_id, await asyncio.to_thread(keep, "in", encode(reply)))


async def _ask(unconnected: Line, build: Callable[[Head], Message]) -> Asked:
    async with unconnected as line:
        if not await line.up(line.chosen.connect_seconds):
            raise NeverLeft(f"{line.chosen.place}: {line.why_down or 'no line'}")
        await open_day(line)
        return await ask_on(line, build)
