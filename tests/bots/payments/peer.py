"""The other end of a line, which does exactly what a test says: a server of its own, byte by byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bots.payments.line import Line, Stray
from bots.payments.messages import Head, Message, decode, encode, requests
from config.bank_line import BankLine, now_there


def frame(message: Message) -> bytes:
    return b"0300" + encode(message)


def head(number: int) -> Head:
    return Head("JOBCENTER", "ULSANJOB01", "004", number, now_there())


def transfer(number: int, **other: Any) -> Message:
    told: dict[str, Any] = {
        "debit_account": "90123456789012",
        "password": "73519264",
        "amount_won": 10_000 + 10 * number,
        "to_bank": "088",
        "to_account": "110234567890",
    }
    return requests.transfer(head(number), **{**told, **other})


def notice(number: int, of: int) -> Message:
    """불능통지 of a transfer of `transfer`."""
    about = transfer(of)
    return requests.request(
        "3000/100",
        head(number),
        original_number=of,
        debit_account=about["debit_account"],
        to_bank="088",
        to_account=about["to_account"],
        asked=about["amount"],
        amount_failed=about["amount"],
        error="0011",
    )


@dataclass
class Peer:
    """`got`: every message that arrived, over all connections; `connections`: how many there were."""

    got: list[Message] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    def line(self, **other: Any) -> BankLine:
        told: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "tls": False,
            "identification": "JOBCENTER",
            "company_code": "ULSANJOB01",
            "bank_code": "004",
            "accounts": {"general": {"account": "90123456789012"}},
            "connect_seconds": 10,
            "reply_seconds": 10,
            "reconnect_seconds": 0.02,
            "reconnect_most_seconds": 0.05,
        }
        return BankLine(**{**told, **other})


Act = Callable[[Message, asyncio.StreamWriter], Awaitable[None] | None]


async def repeat(message: Message, writer: asyncio.StreamWriter) -> None:
    """The peer that does as it is told."""
    writer.write(frame(message.reply("0000")))


@asynccontextmanager
async def peer(act: Act = repeat, greeting: bytes = b"", **more: Any) -> AsyncIterator[Peer]:
    """A server that calls `act` for every message that comes; `greeting` is sent to whoever connects."""
    here = Peer()
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        here.connections += 1
        writers.append(writer)
        writer.write(greeting)
        try:
            while True:
                await reader.readexactly(4)
                message = decode(await reader.readexactly(300))
                here.got.append(message)
                done = act(message, writer)
                if done is not None:
                    await done
        except (asyncio.IncompleteReadError, OSError):
            writer.close()

    where = {} if "sock" in more else {"host": "127.0.0.1", "port": 0}
    server = await asyncio.start_server(serve, **where, **more)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        for writer in writers:
            writer.close()


@asynccontextmanager
async def line_to(
    here: Peer, *, on_notice: Callable[[Message, bytes], bool] | None = None, **other: Any
) -> AsyncIterator[tuple[Line, list[Stray]]]:
    """A line that stands, and what came on it that answers nothing."""
    strays: list[Stray] = []
    async with Line(here.line(**other), on_notice=on_notice, on_stray=strays.append) as line:
        assert await line.up(15), line.why_down
        yield line, strays


async def until(true: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait until something holds; AssertionError when it does not after so long."""
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.005)
