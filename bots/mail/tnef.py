"""Attachments in a ``winmail.dat``: what Outlook makes of them for those who it believes use Exchange.

Source: [MS-OXTNEF] Transport Neutral Encapsulation Format. A signature and a key, then attributes:
level (1 byte), id and type (4), length (4), data, checksum (2), all little-endian. An attachment begins with
attAttachRendData; its long name stands among the MAPI properties in attAttachment.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bots.mail.names import clean_name, text_of

SIGNATURE = b"\x78\x9f\x3e\x22"
_BEGIN, _TITLE, _DATA, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME = 0x3707, 0x3704, 0x3001
_STRING, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_FIXED = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x000A: 4,
    0x000B: 4,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
_NAMED, _MULTIPLE = 0x8000, 0x1000


class NotTnef(Exception):
    """The bytes are not TNEF, or break off."""


@dataclass
class _Attachment:
    title: str = ""
    long_name: str = ""
    content: bytes | None = None


def attachments(content: bytes) -> list[tuple[str, bytes]]:
    """Name and content of every attachment. Raises `NotTnef` when any of it is missing or cannot be read."""
    found: list[_Attachment] = []
    for attribute, data in _attributes(content):
        if attribute == _BEGIN:
            found.append(_Attachment())
        elif found and attribute == _TITLE:
            found[-1].title = text_of(data.rstrip(b"\0"))
        elif found and attribute == _DATA:
            found[-1].content = data
        elif found and attribute == _PROPERTIES:
            found[-1].long_name = _long_name(data)
    if any(a.content is None for a in found):
        raise NotTnef("an attachment without content")
    return [(clean_name(a.long_name or a.title), a.content or b"") for a in found]


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    if content[:4] != SIGNATURE:
        raise NotTnef("no signature")
    at = 6
    while at < len(content):
        if at + 9 > len(content):
            raise NotTnef("breaks off")
        _level, attribute, length = struct.unpack_from("<BII", content, at)
        data = content[at + 9 : at + 9 + length]
        checksum = content[at + 9 + length : at + 11 + length]
        if len(data) < length or len(checksum) < 2:
            raise NotTnef("breaks off")
        if sum(data) & 0xFFFF != int.from_bytes(checksum, "little"):
            raise NotTnef("checksum")
        yield attribute, data
        at += 11 + length


def _long_name(data: bytes) -> str:
    """The attachment's long name among its MAPI properties; "" where they cannot be followed."""
    names: dict[int, str] = {}
    try:
        (count,) = struct.unpack_from("<I", data, 0)
        at = 4
        for _ in range(min(count, 500)):
            kind, number = struct.unpack_from("<HH", data, at)
            at += 4
            if number >= _NAMED:
                at = _past_name(data, at)
            values, at = _values(data, at, kind)
            if number in (_LONG_NAME, _SHORT_NAME, _DISPLAY_NAME) and values:
                names[number] = _string(values[0], kind)
    except (struct.error, NotTnef):
        pass
    return names.get(_LONG_NAME) or names.get(_DISPLAY_NAME) or ""


def _past_name(data: bytes, at: int) -> int:
    """After the GUID and the number or text by which a named property is known."""
    (by_text,) = struct.unpack_from("<I", data, at + 16)
    if not by_text:
        return at + 24
    (length,) = struct.unpack_from("<I", data, at + 20)
    return at + 24 + _padded(length)


def _values(data: bytes, at: int, kind: int) -> tuple[list[bytes], int]:
    plain = kind & ~_MULTIPLE
    many = bool(kind & _MULTIPLE) or plain in (_STRING, _UNICODE, _OBJECT, _BINARY)
    count = 1
    if many:
        (count,) = struct.unpack_from("<I", data, at)
        at += 4
    values = []
    for _ in range(min(count, 500)):
        if plain in _FIXED:
            length = _FIXED[plain]
        elif plain in (_STRING, _UNICODE, _OBJECT, _BINARY):
            (length,) = struct.unpack_from("<I", data, at)
            at += 4
        else:
            raise NotTnef(f"property type {plain:#x}")
        values.append(data[at : at + length])
        at += _padded(length)
    return values, at


def _string(value: bytes, kind: int) -> str:
    if kind & ~_MULTIPLE == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return text_of(value.rstrip(b"\0"))


def _padded(length: int) -> int:
    return -(-length // 4) * 4
