"""Messages on a TCP line: each is preceded by its length in four digits."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from config.bank_messages import message_table
from queues.errors import BackOfficeError

_PREFIX = 4
_LOOK_SECONDS = 0.05


@dataclass
class BadFrame(BackOfficeError):
    """What came is not a length and a message: where the next one begins nobody can tell. `raw`: what came."""

    raw: bytes
    note: str

    def __str__(self) -> str:
        return self.note


def framed(content: bytes) -> bytes:
    """A message with its length before it."""
    return b"%04d" % len(content) + content


async def next_message(reader: asyncio.StreamReader) -> bytes | None:
    """The next message, None at the end of the line.

    Raises `BadFrame` for another length than the table's and for an end in mid-message; OSError.
    """
    size = message_table().size
    try:
        prefix = await reader.readexactly(_PREFIX)
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            return None
        raise BadFrame(error.partial, "broken off in the length") from None
    if prefix != b"%04d" % size:
        raise BadFrame(prefix + await _what_is_there(reader, size), "bad length prefix")
    try:
        return await reader.readexactly(size)
    except asyncio.IncompleteReadError as error:
        raise BadFrame(prefix + error.partial, f"broken off after {len(error.partial)} bytes") from None


async def _what_is_there(reader: asyncio.StreamReader, size: int) -> bytes:
    try:
        return await asyncio.wait_for(reader.read(size), _LOOK_SECONDS)
    except (TimeoutError, OSError):
        return b""
