"""Writes a winmail.dat as Outlook does ([MS-OXTNEF]), for tests."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from bots.mail.tnef import SIGNATURE


def winmail(files: Sequence[tuple[str, bytes]], *, unicode_names: bool = True) -> bytes:
    """A mail of Outlook's with these attachments."""
    parts = [SIGNATURE, struct.pack("<H", 1), _attribute(1, 0x00089006, struct.pack("<I", 0x00010000))]
    for name, content in files:
        parts.append(_attribute(2, 0x00069002, struct.pack("<HIHHHH", 1, 0xFFFFFFFF, 0, 0, 0, 0)))
        parts.append(_attribute(2, 0x00018010, name.encode("cp949", "replace")[:8] + b"~1.PDF\0"))
        parts.append(_attribute(2, 0x0006800F, content))
        parts.append(_attribute(2, 0x00069005, _properties(name, unicode_names)))
    return b"".join(parts)


def _attribute(level: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def _properties(name: str, unicode_names: bool) -> bytes:
    long_name = (name + "\0").encode("utf-16-le" if unicode_names else "cp949")
    named = (
        struct.pack("<HH", 0x001F, 0x8001) + b"\x01" * 16 + struct.pack("<II", 1, 6) + b"a\0b\0c\0" + b"\0\0"
    )
    return b"".join(
        (
            struct.pack("<I", 4),
            struct.pack("<HHI", 0x0003, 0x0E20, 1234),
            named + _text("x\0\0\0".encode("latin-1")),
            struct.pack("<HH", 0x0102, 0x3702) + _text(b""),
            struct.pack("<HH", 0x001F if unicode_names else 0x001E, 0x3707) + _text(long_name),
        )
    )


def _text(value: bytes) -> bytes:
    return struct.pack("<II", 1, len(value)) + value + b"\0" * (-len(value) % 4)
