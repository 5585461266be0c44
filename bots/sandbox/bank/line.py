"""One connection of a payer: messages are read from it and answers written to it, with all that can befall them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from bots.sandbox.bank import frames
from bots.sandbox.bank.frames import Unreadable
from bots.sandbox.bank.teller import Answer

if TYPE_CHECKING:
    from bots.sandbox.bank.server import BankServer

_LONGEST_BEHIND = 0.5
"""Seconds that an answer waits at most for others to go first."""
_BETWEEN_PIECES = 0.02
_WHOLE = len(frames.PREFIX) + frames.SIZE


class PayersLine(asyncio.Protocol):
    """`heard`: when it was connected or a message came over it last, by the monotonic clock."""

    def __init__(self, server: BankServer) -> None:
        self._server = server
        self._read = b""
        self._behind: list[Answer] = []
        self._pieces: deque[bytes] = deque()
        self.transport: asyncio.Transport | None = None
        self.heard = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.lines.append(self)
        if self._server.refuses_lines:
            self.break_off()

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        self._server.lines.remove(self)
        if self._read:
            self._server.teller.counts["half a message"] += 1

    def data_received(self, data: bytes) -> None:
        self._read += data
        while self.transport is not None and len(self._read) >= len(frames.PREFIX):
            if not self._read.startswith(frames.PREFIX):
                self._broken_by_payer("wrong prefix")
                return
            if len(self._read) < _WHOLE:
                return
            message, self._read = self._read[len(frames.PREFIX) : _WHOLE], self._read[_WHOLE:]
            self._take(message)

    def say(self, data: bytes) -> None:
        """Bytes as they are, with no prefix of ours."""
        if self.transport is None or self.transport.is_closing():
            return
        if self._pieces:
            self._pieces.append(data)
        else:
            self.transport.write(data)

    def send(self, answer: Answer) -> None:
        """An answer, late or soon, whole or not, as it says itself."""
        if answer.after:
            soon = replace(answer, after=0.0)
            self._server.later(answer.after, lambda: self.send(soon))
            return
        if answer.elsewhere and (others := [line for line in self._server.lines if line is not self]):
            others[-1].send(replace(answer, elsewhere=False))
            return
        if answer.behind:
            self._behind.append(answer)
            self._server.later(_LONGEST_BEHIND, lambda: self._let_go(answer))
            return
        self._write(answer)
        self._let_others_go()

    def break_off(self) -> None:
        """As when a cable is pulled."""
        if self.transport is not None:
            self.transport.abort()
            self.transport = None

    def _take(self, message: bytes) -> None:
        self.heard = time.monotonic()
        try:
            done = self._server.teller.handle(message)
        except Unreadable:
            self._broken_by_payer("unreadable header")
            return
        for answer in done.answers:
            self.send(replace(answer, after=answer.after + self._server.latency))
        if done.drop:
            self.break_off()

    def _broken_by_payer(self, what: str) -> None:
        self._server.teller.counts[what] += 1
        self._read = b""
        self.break_off()

    def _write(self, answer: Answer) -> None:
        framed = frames.PREFIX + answer.data
        if answer.cut_at is not None:
            self.say(framed[: answer.cut_at])
            if self.transport is not None:
                self.transport.close()
        elif answer.pieces > 1 and not self._pieces:
            size = -(-len(framed) // answer.pieces)
            self._pieces.extend(framed[start : start + size] for start in range(0, len(framed), size))
            self._next_piece()
        else:
            self.say(framed)

    def _next_piece(self) -> None:
        if self._pieces and self.transport is not None and not self.transport.is_closing():
            self.transport.write(self._pieces.popleft())
            self._server.later(_BETWEEN_PIECES, self._next_piece)

    def _let_others_go(self) -> None:
        for answer in list(self._behind):
            self._behind.remove(answer)
            self._behind.append(replace(answer, behind=answer.behind - 1))
        for answer in [one for one in self._behind if one.behind <= 0]:
            self._behind.remove(answer)
            self._write(answer)

    def _let_go(self, answer: Answer) -> None:
        """Time is over for one that let others go first."""
        for one in list(self._behind):
            if one.data == answer.data:
                self._behind.remove(one)
                self._write(one)
