"""Values brought to one form before they are compared."""

from __future__ import annotations

import re
from functools import lru_cache

HIDDEN = "*"
_MASKS = str.maketrans(dict.fromkeys("*＊○●xX×•◯□?", HIDDEN))
_NOT_NAME = re.compile(r"[^가-힣A-Za-z*]")
_NOT_ADDRESS = re.compile(r"[^0-9A-Za-z가-힣]")
_LEGAL_FORM = re.compile(
    r"주식회사|유한회사|합자회사|합명회사|\(주\)|㈜|\(유\)|사단법인|재단법인|농업회사법인"
)
_RRN_LENGTH = 13


def digits(text: str) -> str:
    """The ASCII digits of `text`."""
    return "".join(c for c in text if c.isascii() and c.isdigit())


@lru_cache(maxsize=1 << 16)
def rrn_pattern(rrn: str, birth_date: str = "") -> str:
    """Thirteen characters, hidden or unread places as `*`; "" when too little is known.

    A birth date alone (`1996-01-21`) gives its six digits and hidden places.
    """
    kept = "".join(c for c in rrn.translate(_MASKS) if c == HIDDEN or (c.isascii() and c.isdigit()))
    if sum(c != HIDDEN for c in kept) >= 6 and len(kept) <= _RRN_LENGTH:
        return kept.ljust(_RRN_LENGTH, HIDDEN)
    date = digits(birth_date)
    if len(date) == 8:
        return date[2:] + HIDDEN * 7
    if len(date) == 6:
        return date + HIDDEN * 7
    return ""


@lru_cache(maxsize=1 << 16)
def receipt(text: str) -> str:
    """`2026-UB-0012345` as `2026UB0012345`, upper case; "" when there is no number in it."""
    kept = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    return kept if digits(kept) else ""


@lru_cache(maxsize=1 << 16)
def name(text: str) -> str:
    """Letters and syllables only; a hidden syllable (김○수, 김*수) as `*`."""
    return _NOT_NAME.sub("", text.translate(_MASKS))


@lru_cache(maxsize=1 << 16)
def company(text: str) -> str:
    """Without the legal form, blanks and signs: `주식회사 우진상사` and `우진상사(주)` are the same."""
    return _NOT_ADDRESS.sub("", _LEGAL_FORM.sub("", text))


@lru_cache(maxsize=1 << 16)
def address(text: str) -> str:
    """Letters, syllables and digits only."""
    return _NOT_ADDRESS.sub("", text)
