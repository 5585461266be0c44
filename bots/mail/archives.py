"""Files in a ZIP that came attached, with the names that Korean Windows gives them. A bomb ends at the limit."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from bots.mail.limits import Limits, TooMuch
from bots.mail.names import clean_name, text_of

_UTF8_FLAG, _SEALED_FLAG = 0x800, 0x1
# A document of an office program is a ZIP too, but one file to whoever sent it.
_DOCUMENT_PARTS = ("[Content_Types].xml", "mimetype", "META-INF/container.xml")
_PIECE = 64 * 1024


class NotOpened(Exception):
    """An archive that cannot be opened here: sealed with a password, broken, of an unknown method."""


def is_archive(content: bytes) -> bool:
    """Whether this is a ZIP of files, and not a document whose format happens to be ZIP."""
    if content[:4] not in (b"PK\x03\x04", b"PK\x05\x06"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return not any(name in _DOCUMENT_PARTS for name in archive.namelist()[:20])
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True


def files(content: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Name and content of every file, in the archive's order.

    Raises `NotOpened`; `TooMuch` when what comes out goes beyond `limits`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                if entry.flag_bits & _SEALED_FLAG:
                    raise NotOpened("password")
                yield clean_name(_name(entry)), _read(archive, entry, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise NotOpened(type(error).__name__) from None


def _name(entry: zipfile.ZipInfo) -> str:
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        return text_of(entry.filename.encode("cp437"))
    except UnicodeError:
        return entry.filename


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limits: Limits) -> bytes:
    pieces = []
    with archive.open(entry) as source:
        while piece := source.read(_PIECE):
            limits.count_bytes(len(piece))
            pieces.append(piece)
    return b"".join(pieces)


__all__ = ["NotOpened", "TooMuch", "files", "is_archive"]
