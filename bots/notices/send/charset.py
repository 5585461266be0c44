"""What an SMS may hold: bytes in EUC-KR, and characters that it lacks."""

from __future__ import annotations

import unicodedata
from typing import Literal

Charset = Literal["euc-kr", "cp949"]

SMS_BYTES = 90
LMS_BYTES = 2000
SUBJECT_BYTES = 40
# Said the same with characters that every handset has.
_SAME = str.maketrans(
    {
        "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\u200b": "", "\ufeff": "", "\u2060": "",
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
        "\u301c": "~", "\uff5e": "~", "\u2022": "·", "\u30fb": "·", "\u2219": "·", "\u22c5": "·",
        "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u20a9": "원", "\uffe6": "원",
        "\r": "", "\t": " ",
    }
)  # fmt: skip


def plain(text: str) -> str:
    """The same words with plain dashes, blanks and quotes; Hangul that is written in parts is put together."""
    return unicodedata.normalize("NFC", text).translate(_SAME).strip()


def lacking(text: str, charset: Charset = "euc-kr") -> str:
    """The characters of a text that the charset lacks, each once, in their order."""
    return "".join(dict.fromkeys(c for c in text if c != "\n" and _encoded(c, charset) is None))


def size(text: str, charset: Charset = "euc-kr") -> int:
    """How many bytes a text takes. Raises ValueError when the charset lacks one of its characters."""
    total = 0
    for character in text:
        encoded = _encoded(character, charset)
        if encoded is None:
            raise ValueError(f"{charset} lacks a character of the text")
        total += len(encoded)
    return total


def kind_of(text: str, charset: Charset = "euc-kr") -> Literal["SMS", "LMS", ""]:
    """As what a message goes; "" when it is too long for any. Raises ValueError as `size` does."""
    length = size(text, charset)
    if length <= SMS_BYTES:
        return "SMS"
    return "LMS" if length <= LMS_BYTES else ""


def cut(text: str, most: int, charset: Charset = "euc-kr") -> str:
    """The beginning of a text in at most `most` bytes; for titles only. Characters that are lacking are left out."""
    kept, left = "", most
    for character in text:
        encoded = _encoded(character, charset)
        if encoded is None:
            continue
        left -= len(encoded)
        if left < 0:
            break
        kept += character
    return kept


def _encoded(character: str, charset: Charset) -> bytes | None:
    """A control character counts as lacking. Python's euc_kr writes syllables that are not in KS X 1001 as eight
    bytes of parts, which handsets show as parts: they count as lacking too."""
    if character != "\n" and unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn"):
        return None
    try:
        found = character.encode("cp949" if charset == "cp949" else "euc_kr")
    except UnicodeEncodeError:
        return None
    return found if len(found) <= 2 else None
