"""Numbers that carry their own check: resident, business, phone and receipt numbers.

All functions take bare digits (no hyphens) unless said otherwise. Weights and the exception of
October 2020: 주민등록법 시행규칙 (numbers given since then end in six random digits, so that the check
digit need not hold); business numbers as the 국세청 computes them.
"""

from __future__ import annotations

from datetime import date

_RRN_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
_CENTURY = dict.fromkeys("1256", 1900) | dict.fromkeys("3478", 2000) | dict.fromkeys("90", 1800)
RANDOM_SINCE = date(2020, 10, 5)
MOBILE_PREFIXES = ("010", "011", "016", "017", "018", "019")
_AREA_CODES = (
    "02", "031", "032", "033", "041", "042", "043", "044", "051", "052", "053", "054", "055", "061", "062",
    "063", "064", "070", "050",
)  # fmt: skip


def rrn_birth_date(digits: str) -> date | None:
    """The birth date that a resident number (13 digits, or its first 7) says, or None if it says none."""
    if len(digits) < 7 or not digits[:7].isdigit():
        return None
    try:
        return date(_CENTURY[digits[6]] + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


def rrn_check(digits: str) -> bool:
    """Whether the 13th digit of a resident number is the check digit of the first twelve."""
    if len(digits) != 13 or not digits.isdigit():
        return False
    total = sum(w * int(d) for w, d in zip(_RRN_WEIGHTS, digits, strict=False))
    return (11 - total % 11) % 10 == int(digits[12])


def rrn_may_break_check(digits: str) -> bool:
    """Whether the number was surely given since October 2020, so that the check digit says nothing.

    Older people get such numbers too (naturalised, corrected), but that cannot be seen.
    """
    born = rrn_birth_date(digits)
    return born is not None and born >= RANDOM_SINCE


def business_no_check(digits: str) -> bool:
    """Whether a business registration number (10 digits) satisfies its check digit."""
    if len(digits) != 10 or not digits.isdigit():
        return False
    total = sum(w * int(d) for w, d in zip(_BUSINESS_WEIGHTS, digits, strict=False))
    total += int(digits[8]) * 5 // 10
    return (10 - total % 10) % 10 == int(digits[9])


def phone_is_valid(digits: str) -> bool:
    """Whether `digits` can be a Korean telephone number (mobile, area, internet, 15xx)."""
    if digits.startswith("010"):
        return len(digits) == 11
    if digits.startswith(MOBILE_PREFIXES):
        return len(digits) in (10, 11)
    if digits.startswith("02"):
        return len(digits) in (9, 10)
    if digits.startswith(_AREA_CODES):
        return len(digits) in (10, 11, 12)
    return len(digits) == 8 and digits[:2] in ("15", "16", "18")


def format_rrn(digits: str) -> str:
    return f"{digits[:6]}-{digits[6:]}"


def format_business_no(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def format_phone(digits: str) -> str:
    """`010-1234-5678`, `02-123-4567`, `1588-1234`; digits that fit nothing stay bare."""
    if len(digits) == 8 and digits[0] == "1":
        return f"{digits[:4]}-{digits[4:]}"
    head = 2 if digits.startswith("02") else 4 if digits.startswith("050") and len(digits) == 12 else 3
    if len(digits) - head not in (7, 8):
        return digits
    return f"{digits[:head]}-{digits[head:-4]}-{digits[-4:]}"
