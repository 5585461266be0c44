"""Frames between a process and its child: a JSON object and, after it, plain bytes.

JSON rather than pickle: the child has opened files from outside and is not trusted with more.
"""

from __future__ import annotations

import json
import struct
from typing import Any, BinaryIO

_LENGTHS = struct.Struct(">II")
LARGEST = 512 * 1024 * 1024


class FrameError(Exception):
    """A frame broke off, or announces more than may be."""


def write_frame(file: BinaryIO, value: dict[str, Any], body: bytes = b"") -> None:
    """Write one frame and flush it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    file.write(_LENGTHS.pack(len(text), len(body)) + text + body)
    file.flush()


def read_frame(file: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next frame, or None at the end of the stream. Raises `FrameError`."""
    head = file.read(_LENGTHS.size)
    if not head:
        return None
    if len(head) < _LENGTHS.size:
        raise FrameError("the stream ended within a frame's head")
    text_length, body_length = _LENGTHS.unpack(head)
    if text_length + body_length > LARGEST:
        raise FrameError(f"a frame of {text_length + body_length} bytes")
    text, body = file.read(text_length), file.read(body_length)
    if len(text) < text_length or len(body) < body_length:
        raise FrameError("the stream ended within a frame")
    value = json.loads(text.decode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise FrameError("a frame holds no object")
    return value, body
