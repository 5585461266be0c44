"""A connection to the bank, encrypted where it leaves this machine's network."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from contextlib import suppress

from config.bank_line import BankLine

_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


async def connect(chosen: BankLine) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Raises OSError (also of TLS) and TimeoutError."""
    reader, writer = await asyncio.wait_for(
        asyncio.open_connection(chosen.host, chosen.port, ssl=tls(chosen)), chosen.connect_seconds
    )
    _be_strict(writer, chosen.reply_seconds)
    return reader, writer


def tls(chosen: BankLine) -> ssl.SSLContext | None:
    """How the line is encrypted; None: not at all. Raises OSError for a certificate that cannot be read."""
    if not chosen.tls:
        return None
    context = ssl.create_default_context(cafile=chosen.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if chosen.certificate_file:
        context.load_cert_chain(chosen.certificate_file, chosen.private_key_file)
    if not chosen.check_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def cut(writer: asyncio.StreamWriter) -> None:
    """End a connection at once; what has not reached the bank yet is thrown away, in the system's buffer too."""
    found: socket.socket | None = writer.get_extra_info("socket")
    if found is not None and found.fileno() >= 0:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """End a connection in the ordinary way."""
    writer.close()
    with suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 1.0)


def _be_strict(writer: asyncio.StreamWriter, seconds: float) -> None:
    """A peer that is gone without a word is noticed, and what it does not acknowledge in time is not kept."""
    writer.transport.set_write_buffer_limits(high=0)
    found: socket.socket | None = writer.get_extra_info("socket")
    if found is None:
        return
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in {**_KEEPALIVE, "TCP_USER_TIMEOUT": int(seconds * 1000)}.items():
        if hasattr(socket, name):
            found.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
