"""A line to the bank: many questions under way at once, each written once and never again.

What was written must reach the bank soon or never: a transfer that lay in a buffer for minutes could arrive after
the bank has said that it knows nothing of it. So nothing is written while something before it is still in our
buffer, the system gives up on what stays unacknowledged (`connecting`), and a line that breaks is cut, not emptied.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from bots.payments.line.connecting import connect, cut, hang_up
from bots.payments.line.errors import LineBroken, NeverLeft, NoReply
from bots.payments.line.frames import BadFrame, framed, next_message
from bots.payments.line.keeping import keep_stray
from bots.payments.line.under_way import UnderWay
from bots.payments.messages import Message, MessageFault, decode, encode
from bots.payments.messages.requests import acknowledgement
from config.bank_line import BankLine, now_there

log = logging.getLogger(__name__)

_NOTICE = "3000"
_WAITING_MOST = 1000
_CLOSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Stray:
    """What came and answers nothing. `message`: None where it cannot be read.

    note  "late", "repeated", "unexpected", "unreadable: not_digits at 129", "bad length prefix", ...
    """

    raw: bytes
    note: str
    message: Message | None = None


OnNotice = Callable[[Message, bytes], bool]
OnStray = Callable[[Stray], None]


def _keep(stray: Stray) -> None:
    keep_stray(stray.raw, stray.note)


class Line:
    """Connects in the background, and again after a break, with growing pauses. Use it as `async with`.

    on_notice  gets each notice of failure (3000/100) with its bytes. True: it is committed, and the bank is told
               so (3100/100). Else, and when it raises, the bank tells it again. None: none is taken.
    on_stray   gets what answers nothing; if not given, it is kept with the bank's messages.

    Both are called in a thread, one after the other, never at the same time. `notices`: how many were taken.
    """

    def __init__(
        self, chosen: BankLine, *, on_notice: OnNotice | None = None, on_stray: OnStray = _keep
    ) -> None:
        self.chosen = chosen
        self._on_notice = on_notice
        self._on_stray = on_stray
        self._under_way = UnderWay()
        self._writer: asyncio.StreamWriter | None = None
        self._up = asyncio.Event()
        self._closing = False
        self._window = asyncio.Semaphore(chosen.window)
        self._write_turn = asyncio.Lock()
        self._came: asyncio.Queue[tuple[Stray, asyncio.StreamWriter]] = asyncio.Queue(_WAITING_MOST)
        self._tasks: list[asyncio.Task[None]] = []
        self.why_down = ""
        self.notices = 0

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._stay_connected()), asyncio.create_task(self._attend())]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    async def up(self, seconds: float) -> bool:
        """Wait until the line stands; False when it does not after so long (`why_down` says why)."""
        try:
            await asyncio.wait_for(self._up.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def ask(
        self, message: Message, timeout: float | None = None, before: float | None = None
    ) -> Message:
        """Write a message, whose number is committed, and wait for its reply.

        before  `time.monotonic()` after which it is not written any more
        Raises `MessageFault` and `NeverLeft` when nothing left; `NoReply` and `LineBroken` (both `Unanswered`)
        when the bank may have got it; ValueError for a number that was used on this line before.
        """
        frame = framed(encode(message))
        seconds = self.chosen.reply_seconds if timeout is None else timeout
        async with self._window:
            future = await self._write(message, frame, before)
            try:
                return await asyncio.wait_for(future, seconds)
            except TimeoutError:
                self._cut_if_stuck()
                raise NoReply(f"message {message.number}: no reply after {seconds:g} s") from None
            finally:
                self._under_way.end(message)

    async def close(self, seconds: float = _CLOSE_SECONDS) -> None:
        """Write nothing more; what has come is still attended to, for so long at most; then hang up."""
        self._closing = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._came.join(), seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    async def _write(self, message: Message, frame: bytes, before: float | None) -> asyncio.Future[Message]:
        async with self._write_turn:
            writer = self._writer
            if writer is None or self._closing:
                raise NeverLeft(f"{self.chosen.place}: {self.why_down or 'no line'}")
            try:
                await self._emptied(writer, before)
            except OSError as error:
                raise NeverLeft(f"{self.chosen.place}: {type(error).__name__} before anything left") from None
            if before is not None and time.monotonic() >= before:
                raise NeverLeft(f"message {message.number}: too late to be written")
            if writer is not self._writer or writer.is_closing():
                raise NeverLeft(f"{self.chosen.place}: the line broke before anything left")
            if message.day != now_there().date():
                raise NeverLeft(f"message {message.number}: its day is over, its number counts no more")
            future = self._under_way.add(message)
            writer.write(frame)
            return future

    async def _emptied(self, writer: asyncio.StreamWriter, before: float | None) -> None:
        """Wait until what was written before has left our buffer, or until it is too late."""
        if writer.transport.get_write_buffer_size() == 0:
            return
        with suppress(TimeoutError):
            await asyncio.wait_for(
                writer.drain(), None if before is None else max(0.0, before - time.monotonic())
            )

    async def _stay_connected(self) -> None:
        pause = self.chosen.reconnect_seconds
        while True:
            try:
                reader, writer = await connect(self.chosen)
            except (OSError, TimeoutError, ValueError) as error:  # ValueError: a name that can be no host
                self._down(f"no connection: {error or type(error).__name__}")
            else:
                began = time.monotonic()
                try:
                    await self._use(reader, writer)
                finally:
                    self._writer = None
                    self._up.clear()
                    asked = self._under_way.break_off(LineBroken(f"{self.chosen.place}: the line broke"))
                    if asked:
                        cut(writer)
                    await hang_up(writer)
                if time.monotonic() - began > pause:
                    pause = self.chosen.reconnect_seconds
            await asyncio.sleep(pause)
            pause = min(2 * pause, self.chosen.reconnect_most_seconds)

    async def _use(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the line ends, for whatever reason."""
        self._writer = writer
        self.why_down = ""
        self._up.set()
        try:
            while (content := await next_message(reader)) is not None:
                await self._receive(content, writer)
            self._down("the bank hung up")
        except BadFrame as bad:
            self._down(bad.note)
            await self._came.put((Stray(bad.raw, bad.note), writer))
        except OSError as error:
            self._down(type(error).__name__)

    async def _receive(self, content: bytes, writer: asyncio.StreamWriter) -> None:
        try:
            message = decode(content)
            note = self._under_way.give(message) if message.is_reply else "unexpected"
        except MessageFault as fault:
            await self._came.put((Stray(content, f"unreadable: {fault.note}"), writer))
        except ValueError:
            await self._came.put((Stray(content, "unreadable: no day"), writer))
        else:
            if note:
                await self._came.put((Stray(content, note, message), writer))

    async def _attend(self) -> None:
        """To notices and strays, in the order in which they came."""
        while True:
            stray, writer = await self._came.get()
            try:
                message = stray.message
                if message is not None and message.class_code == _NOTICE:
                    await self._notice(message, stray.raw, writer)
                else:
                    log.warning("%s: %s (%d bytes)", self.chosen.place, stray.note, len(stray.raw))
                    await asyncio.to_thread(self._on_stray, stray)
            except Exception as error:
                log.error("%s: %s of what came: %s", self.chosen.place, stray.note, type(error).__name__)
            finally:
                self._came.task_done()

    async def _notice(self, notice: Message, raw: bytes, writer: asyncio.StreamWriter) -> None:
        if self._on_notice is None:
            return
        if not await asyncio.to_thread(self._on_notice, notice, raw):
            return
        self.notices += 1
        async with self._write_turn:
            if not writer.is_closing():
                writer.write(framed(encode(acknowledgement(notice))))
                with suppress(OSError):
                    await writer.drain()

    def _cut_if_stuck(self) -> None:
        writer = self._writer
        if writer is not None and writer.transport.get_write_buffer_size() > 0:
            cut(writer)

    def _down(self, why: str) -> None:
        if why != self.why_down:
            log.warning("%s: %s", self.chosen.place, why)
        self.why_down = why
