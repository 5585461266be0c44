"""Does what the paper says agree with the record? For showing; deciding it is the linker's work."""

from __future__ import annotations

import re
from typing import Literal

from rapidfuzz.distance import Levenshtein

Agreement = Literal["agree", "near", "differ", "unknown"]

_NOISE = re.compile(r"[^0-9A-Za-z가-힣]")
_BUSINESS_NO = re.compile(r"\(?\s*\d{3}-?\d{2}-?\d{5}\s*\)?")
_DIGITS = frozenset({"rrn", "phone", "account", "business_no", "birth_date", "receipt_no", "caller_number"})


def plain(field: str, value: str) -> str:
    """The characters that count: digits of numbers, letters and digits of words."""
    if field == "company":
        value = _BUSINESS_NO.sub("", value)  # papers print it behind the name
    bare = _NOISE.sub("", value)
    if field == "company":
        bare = re.sub("^(주식회사|주|유한회사|유)|(주식회사|주|유한회사|유)$", "", bare)
    return bare.casefold()


def compare(field: str, on_paper: str, on_file: str) -> Agreement:
    """agree, near (a character or two apart, as a misreading would be), differ, or unknown."""
    if not on_paper or not on_file:
        return "unknown"
    a, b = plain(field, on_paper), plain(field, on_file)
    if not a or not b:
        return "unknown"
    if a == b or (field == "rrn" and "*" in on_paper and b.startswith(a[:6])):
        return "agree"
    if field == "address":
        shorter, longer = sorted((a, b), key=len)
        if longer.startswith(shorter[: max(8, len(shorter) - 4)]):
            return "agree"
    allowed = 2 if field in _DIGITS and len(a) >= 8 else 1
    if len(a) >= 3 and len(b) >= 3 and Levenshtein.distance(a, b) <= allowed:
        return "near"
    return "differ"
