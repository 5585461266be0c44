"""Whether a sound file on disk has its end: by the few bytes in which its format says so. Nothing is decoded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

_STREAMED = (0, 0xFFFFFFFF, 0x7FFFFFFF)
_OGG_LAST = 0x04
_TAIL = 65_536
_MOST_BOXES = 64


def ends_properly(path: Path) -> bool:
    """False where the format certainly says that more is to come; what says nothing counts as ended.

    An empty file has not begun.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(0)
            head = file.read(12)
            if size == 0:
                return False
            if head[:4] == b"RIFF":
                return _riff(head, size)
            if head[4:8] == b"ftyp":
                return _has_moov(file, size)
            if head[:4] == b"OggS":
                return _ogg(file, size)
    except OSError:
        return False
    return True


def _riff(head: bytes, size: int) -> bool:
    """A recorder that does not know the length beforehand writes 0 or the largest number."""
    told = int.from_bytes(head[4:8], "little")
    return told in _STREAMED or size >= told + 8


def _has_moov(file: BinaryIO, size: int) -> bool:
    """M4A: the table without which nothing can be played is often written last."""
    place = 0
    for _ in range(_MOST_BOXES):
        file.seek(place)
        head = file.read(16)
        if len(head) < 8:
            return False
        length, kind = int.from_bytes(head[:4], "big"), head[4:8]
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if kind in (b"moov", b"moof"):
            return length == 0 or place + length <= size
        if length < 8:
            return False
        place += length
    return False


def _ogg(file: BinaryIO, size: int) -> bool:
    """The last page bears the mark of the end."""
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    last = tail.rfind(b"OggS")
    return last >= 0 and len(tail) > last + 5 and bool(tail[last + 5] & _OGG_LAST)
