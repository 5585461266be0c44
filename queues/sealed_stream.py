"""Sealing of whole files, piece by piece, so that a large one needs no large memory.

Layout: "BOF1", length and name of the key, 16 bytes of salt, then pieces of up to 1 MiB, each with a
tag of its own. Every file has its own key, derived from the named one and the salt; the nonce of a
piece is its number and whether it is the last, so that pieces cannot be moved, dropped or added.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from queues.errors import Unreadable
from queues.keys import key_ring

_MAGIC = b"BOF1"
_SALT = 16
_TAG = 16
PIECE = 1024 * 1024


def seal_stream(source: BinaryIO, target: BinaryIO) -> None:
    """Copy `source` to `target`, sealed under the current key."""
    ring = key_ring()
    name = ring.current.encode()
    salt = os.urandom(_SALT)
    header = _MAGIC + bytes([len(name)]) + name + salt
    cipher = AESGCM(ring.derive(ring.current, "files", salt))
    target.write(header)
    number, piece = 0, source.read(PIECE)
    while True:
        following = source.read(PIECE)
        target.write(cipher.encrypt(_nonce(number, not following), piece, header))
        if not following:
            return
        number, piece = number + 1, following


def open_stream(source: BinaryIO) -> Iterator[bytes]:
    """The pieces of what was sealed. Raises `Unreadable` when it was altered or cut short."""
    header, cipher = _begin(source)
    number, piece = 0, source.read(PIECE + _TAG)
    while True:
        following = source.read(PIECE + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), piece, header)
        except InvalidTag:
            raise Unreadable(f"a stored file was altered or cut short (piece {number})") from None
        if not following:
            return
        number, piece = number + 1, following


def open_range(source: BinaryIO, sealed_size: int, start: int, end: int) -> Iterator[bytes]:
    """The bytes from `start` up to before `end` of what was sealed, opening only the pieces that hold them.

    sealed_size  bytes of the sealed file. Raises `Unreadable` when a piece was altered, moved or cut off.
    """
    header, cipher = _begin(source)
    pieces = _pieces_of(sealed_size - len(header))
    for number in range(start // PIECE, min((end + PIECE - 1) // PIECE, pieces)):
        source.seek(len(header) + number * (PIECE + _TAG))
        try:
            piece = cipher.decrypt(_nonce(number, number == pieces - 1), source.read(PIECE + _TAG), header)
        except InvalidTag:
            raise Unreadable(f"a stored file was altered or cut short (piece {number})") from None
        first = number * PIECE
        yield piece[max(0, start - first) : max(0, end - first)]


def opened_size(source: BinaryIO, sealed_size: int) -> int:
    """How many bytes were sealed into a file of `sealed_size` bytes. Raises `Unreadable`."""
    sealed = sealed_size - len(_begin(source)[0])
    return sealed - _pieces_of(sealed) * _TAG


def _pieces_of(sealed: int) -> int:
    return max(1, -(-sealed // (PIECE + _TAG)))


def _begin(source: BinaryIO) -> tuple[bytes, AESGCM]:
    """The header, which is read, and the cipher of this file. Raises `Unreadable`."""
    header = source.read(len(_MAGIC) + 1)
    if len(header) != len(_MAGIC) + 1 or not header.startswith(_MAGIC):
        raise Unreadable("this file was not sealed by this program")
    rest = source.read(header[-1] + _SALT)
    name, salt = rest[:-_SALT], rest[-_SALT:]
    return header + rest, AESGCM(key_ring().derive(name.decode(errors="replace"), "files", salt))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
