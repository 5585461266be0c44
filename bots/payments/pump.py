"""Many messages under way at once: prepared and committed in blocks, written at once, settled in blocks.

The record's side is blocking code and runs in threads; the line's side never waits for the database. Memory holds
what is under way and nothing else, however long the run is.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bots.payments.line import Line, LineBroken, NeverLeft, Unanswered
from bots.payments.messages import Message
from queues.errors import BackOfficeError

log = logging.getLogger(__name__)

_SETTLED_AT_ONCE = 256
_VAIN_BLOCKS = 5


class LineDown(BackOfficeError):
    """There is no line to the bank, or nothing gets out over it; what was under way is noted."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A message that is committed and may leave until `before` (`time.monotonic`). `about`: what the exchange needs."""

    message: Message
    about: Any
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `how`: "reply", "never_left" (certainly not a byte), "no_reply" or "line_broken" (both: it may
    have been read and done)."""

    ask: Ask
    how: Literal["reply", "never_left", "no_reply", "line_broken"]
    reply: Message | None = None


class Exchange(Protocol):
    """The record's side. `prepare` and `settle` are called in threads, never the same twice at once."""

    def prepare(self, room: int) -> Sequence[Ask] | None:
        """At most `room` messages, committed as leaving. Empty: nothing to send as things stand; None: stop."""

    def heard(self, outcome: Outcome) -> None:
        """At once, before it is committed, and without waiting for anything."""

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Commit what came of them."""


async def pump(line: Line, exchange: Exchange, *, window: int, patience: float) -> None:
    """Until nothing is left to send and everything under way has come to an end.

    window    messages under way at most
    patience  seconds to wait for the line

    Raises `LineDown`, and whatever the exchange raises; before that, what is under way is waited for and settled.
    """
    await _Run(line, exchange, window, patience).whole()


class _Run:
    def __init__(self, line: Line, exchange: Exchange, window: int, patience: float) -> None:
        self.line, self.exchange, self.window, self.patience = line, exchange, window, patience
        self.under_way: set[asyncio.Task[None]] = set()
        self.outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
        self.unsettled = self.settled = 0
        self.changed = asyncio.Event()
        self.vain = 0

    async def whole(self) -> None:
        settler = asyncio.create_task(self._settle_all())
        try:
            await self._send_all(settler)
        finally:
            await self._wind_up(settler)

    async def _send_all(self, settler: asyncio.Task[None]) -> None:
        while not settler.done():
            if not await self.line.up(self.patience):
                raise LineDown("은행 회선이 연결되지 않습니다. 회선과 은행 연결 설정을 확인하십시오.")
            room = await self._room()
            if room == 0:
                continue
            settled = self.settled
            asks = await asyncio.to_thread(self.exchange.prepare, room)
            if asks is None:
                return
            for ask in asks:
                self._leave(ask)
            if asks or settled != self.settled:
                continue
            if not self.unsettled:
                return
            await self._change()

    async def _room(self) -> int:
        """How many more may leave; a few at a time cost as much as many, so it is waited for some."""
        free = self.window - len(self.under_way)
        if free * 4 >= self.window:
            return free
        await self._change()
        return 0

    async def _change(self) -> None:
        self.changed.clear()
        await self.changed.wait()

    def _leave(self, ask: Ask) -> None:
        self.unsettled += 1
        task = asyncio.create_task(self._one(ask))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def _one(self, ask: Ask) -> None:
        try:
            reply = await self.line.ask(ask.message, before=ask.before)
        except NeverLeft:
            outcome = Outcome(ask, "never_left")
        except LineBroken:
            outcome = Outcome(ask, "line_broken")
        except Unanswered:
            outcome = Outcome(ask, "no_reply")
        except Exception as error:
            log.error("message %d: %s", ask.message.number, type(error).__name__)
            outcome = Outcome(ask, "line_broken")  # nobody knows whether it left
        else:
            outcome = Outcome(ask, "reply", reply)
        self.exchange.heard(outcome)
        self.vain = self.vain + 1 if outcome.how == "never_left" else 0
        self.outcomes.put_nowait(outcome)
        self.changed.set()

    async def _settle_all(self) -> None:
        try:
            while True:
                batch = [await self.outcomes.get()]
                while not self.outcomes.empty() and len(batch) < _SETTLED_AT_ONCE:
                    batch.append(self.outcomes.get_nowait())
                await asyncio.to_thread(self.exchange.settle, batch)
                self.unsettled -= len(batch)
                self.settled += len(batch)
                self.changed.set()
                if self.vain > _VAIN_BLOCKS * self.window:
                    raise LineDown(
                        "은행 회선으로 아무것도 나가지 않습니다. 나가지 않은 지급은 다시 보낼 수 있습니다."
                    )
        finally:
            self.changed.set()

    async def _wind_up(self, settler: asyncio.Task[None]) -> None:
        """Wait for what has left, note it, and let the first error out."""
        if self.under_way:
            await asyncio.wait(self.under_way)
        while self.unsettled and not settler.done():
            await self._change()
        if not settler.done():
            settler.cancel()
        with suppress(asyncio.CancelledError):
            await settler
