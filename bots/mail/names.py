"""Words of headers and names of files, whatever a mail program made of them.

Beside RFC 2047 and RFC 2231 as they are meant: encoded words where only RFC 2231 is allowed, characters cut
in two between encoded words, bytes of EUC-KR or UTF-8 that are not encoded at all, percent signs without a
charset, and Hangul in single letters as macOS writes it.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
import unicodedata
from email.message import Message
from itertools import groupby
from urllib.parse import unquote_to_bytes

LONGEST_NAME = 150
_KOREAN = re.compile(r"(?i)^(ks_?c_?-?5601.*|euc-?kr|x?-?windows-949|ms949|uhc|cp949|korean)$")
_ENCODED = re.compile(r"=\?([^?*\s]+)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(=\?)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


def text_of(content: bytes, charset: str = "") -> str:
    """Bytes as text: by the charset that is told, else UTF-8, else the Korean of Windows. Never raises."""
    # Python's euc_kr alone knows the eight bytes by which EUC-KR spells a rare syllable; cp949 has all others.
    told = ("euc_kr", "cp949") if _KOREAN.match(charset.strip()) else (charset.strip(),)
    for name in (*told, "utf-8", "cp949"):
        try:
            if name:
                return content.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
    return content.decode("utf-8", "replace")


def header(message: Message, name: str) -> str:
    """The first header of that name as people read it, on one line; "" for none."""
    return next(iter(headers(message, name)), "")


def headers(message: Message, name: str) -> list[str]:
    """All headers of that name, in their order."""
    return [header_text(_text_of_raw(value)) for value in _raw(message, name)]


def _raw(message: Message, name: str) -> list[str]:
    """As they stand: `Message.get` makes question marks of bytes beyond ASCII."""
    return [str(value) for known, value in message.raw_items() if known.lower() == name.lower()]


def header_text(text: str) -> str:
    """Encoded words as people read them, on one line."""
    text = _BETWEEN.sub(r"\1\2", re.sub(r"\r?\n[ \t]?", " ", text))
    pieces: list[tuple[str, bytes | str]] = []
    last = 0
    for found in _ENCODED.finditer(text):
        if found.start() > last:
            pieces.append(("", text[last : found.start()]))
        pieces.append((found[1].lower(), _decoded_word(found[2], found[3])))
        last = found.end()
    pieces.append(("", text[last:]))
    return "".join(_joined(charset, [p for _, p in run]) for charset, run in groupby(pieces, lambda p: p[0]))


def file_name(part: Message) -> str:
    """The name that a part gives its file, without folders and control characters; "" when it gives none."""
    for place, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        plain = Message()
        for value in _raw(part, place)[:1]:
            plain[place] = _text_of_raw(value)
        try:
            told = plain.get_param(parameter, header=place)
        except (ValueError, TypeError, LookupError, IndexError):
            continue
        if isinstance(told, tuple):
            charset, _, value = told
            name = text_of(str(value).encode("utf-8", "surrogateescape"), str(charset or ""))
            if charset is not None:  # email has made characters of the bytes one by one
                name = text_of(_single_bytes(str(value)), str(charset))
        elif told:
            name = header_text(told)
        else:
            continue
        if cleaned := clean_name(name):
            return cleaned
    return ""


def clean_name(name: str) -> str:
    """A file name that is safe to keep and show: last part of a path, printable, not longer than 150."""
    if _PERCENT.search(name):
        name = _unquoted(name)
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1])
    name = "".join(c for c in name if c.isprintable()).strip(" .")
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, end = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - 12]}…{dot}{end}" if dot and len(end) < 10 else name[:LONGEST_NAME]


def _unquoted(name: str) -> str:
    try:
        return unquote_to_bytes(name).decode("utf-8")
    except UnicodeError:
        return name


def _text_of_raw(text: str) -> str:
    """Bytes beyond ASCII that email could not place, read as UTF-8 or Korean."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text_of(text.encode("utf-8", "surrogateescape"))
    return text


def _single_bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeError:
        return text.encode("utf-8", "surrogateescape")


def _decoded_word(how: str, word: str) -> bytes:
    raw = word.encode("utf-8", "surrogateescape")
    if how in "qQ":
        return quopri.decodestring(raw.replace(b"_", b"=20"), header=False)
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4))
    except (binascii.Error, ValueError):
        return raw


def _joined(charset: str, pieces: list[bytes | str]) -> str:
    if not charset:
        return "".join(str(p) for p in pieces)
    return text_of(b"".join(p for p in pieces if isinstance(p, bytes)), charset)
