"""The text of the center's own QR codes: on separator sheets, and on every letter that it sends out.

    KEC1:S:AAAA                     a separator sheet: a new letter begins behind it
    KEC1:S:2026-UB-0012345:BBBB     the same, and what follows belongs to this case
    KEC1:L:2026-UB-0012345:CCCC     a letter of the center, about this case

Version, kind, receipt number, check. Only characters of QR's alphanumeric mode stand in it, so that the
symbol stays small and its modules large. The check (CRC-32, the lower 20 bits in base 32) is against codes
of others that look alike and against slips of hand, not against forgery: a receipt number says no more than
one that is printed in letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from zlib import crc32

VERSION = "KEC1"
RECEIPT_NO = "20[0-9]{2}-[A-Z]{2}-[0-9]{7}"
_CODE = re.compile(rf"{VERSION}:([A-Z]):(?:({RECEIPT_NO}):)?([0-9A-Z]{{4}})")
_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I, L, O, U


class CodeKind(StrEnum):
    """What a code stands on."""

    SEPARATOR = "S"
    LETTER = "L"


@dataclass(frozen=True, slots=True)
class CaseCode:
    """One code. `receipt_no` is "" only on a separator for letters of any case."""

    kind: CodeKind
    receipt_no: str = ""

    def __post_init__(self) -> None:
        if self.receipt_no and not re.fullmatch(RECEIPT_NO, self.receipt_no):
            raise ValueError("a receipt number looks like 2026-UB-0012345")
        if not self.receipt_no and self.kind != CodeKind.SEPARATOR:
            raise ValueError("a letter's code needs the receipt number of its case")

    @property
    def text(self) -> str:
        """What stands in the symbol."""
        body = ":".join(part for part in (VERSION, self.kind.value, self.receipt_no) if part)
        return f"{body}:{_check(body)}"


def read_code(text: str) -> CaseCode | None:
    """The code that a symbol's text holds, or None: somebody else's, of a later version, or damaged."""
    found = re.fullmatch(_CODE, text.strip())
    if found is None or found[1] not in tuple(CodeKind):
        return None
    try:
        code = CaseCode(CodeKind(found[1]), found[2] or "")
    except ValueError:
        return None
    return code if code.text == text.strip() else None


def _check(body: str) -> str:
    value = crc32(body.encode())
    return "".join(_DIGITS[value >> shift & 31] for shift in (15, 10, 5, 0))
