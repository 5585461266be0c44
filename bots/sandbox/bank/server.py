"""The bank on the line: TCP, with TLS as an option; every connection is a line of the one payer there is."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from bots.sandbox.bank import failures
from bots.sandbox.bank.books import Books
from bots.sandbox.bank.clock import Clock
from bots.sandbox.bank.faults import Faults
from bots.sandbox.bank.frames import PREFIX
from bots.sandbox.bank.line import PayersLine
from bots.sandbox.bank.teller import Teller

log = logging.getLogger(__name__)

_LOOK = 0.1
"""Seconds between two looks for failures that are to be told."""


@dataclass
class BankServer:
    """To be used within one event loop: `await start()`, `await stop()`.

    port     0 takes a free one, which then stands here
    latency  seconds that every answer takes
    tls      of the server's side; None: plain
    """

    books: Books
    faults: Faults = field(default_factory=Faults)
    clock: Clock = field(default_factory=Clock)
    host: str = "127.0.0.1"
    port: int = 0
    latency: float = 0.0
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self.lines: list[PayersLine] = []
        self.refuses_lines = False
        self.teller = Teller(self.books, self.faults, self.clock, self.later)
        self._server: asyncio.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Answers from now on. Raises OSError when the port is taken."""
        self._loop = asyncio.get_running_loop()
        self._server = await self._loop.create_server(
            lambda: PayersLine(self), self.host, self.port, ssl=self.tls, reuse_address=True
        )
        self.port = self._server.sockets[0].getsockname()[1]
        self.teller.resume()
        self._looking = asyncio.create_task(self._tell_failures())

    async def stop(self) -> None:
        """Every line breaks."""
        if self._looking is not None:
            self._looking.cancel()
        if self._server is not None:
            self._server.close()
        self.break_lines()

    def later(self, seconds: float, what: Callable[[], object]) -> None:
        """Do something after so many seconds, if the bank is still up."""
        assert self._loop is not None
        self._loop.call_later(seconds, what)

    def break_lines(self) -> None:
        for line in list(self.lines):
            line.break_off()

    def say(self, data: bytes, *, framed: bool = True) -> None:
        """Send something that nobody asked for over every line; not `framed`: without the length before it."""
        for line in list(self.lines):
            line.say(PREFIX + data if framed else data)

    async def _tell_failures(self) -> None:
        while True:
            try:
                self._tell()
            except Exception:
                log.exception("the sandbox's bank could not tell a failure")
            await asyncio.sleep(_LOOK)

    def _tell(self) -> None:
        """Over the line on which the payer was heard last, of which a new line is one; without a line they stay due."""
        if not self.clock.is_open():
            return
        by_word = sorted(self.lines, key=lambda line: line.heard)
        for number, notice in self.teller.notices():
            if by_word:
                by_word[-1].say(PREFIX + notice)
                failures.told(self.books, number, self.faults.delays.again)
