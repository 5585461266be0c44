"""What a number is, by its figures: resident, telephone, card, account, business numbers.

Weights of the resident number: 주민등록법 시행규칙; numbers given since October 2020 need not satisfy them.
Business numbers as the 국세청 computes them; cards by Luhn (ISO/IEC 7812-1).
"""

from __future__ import annotations

from datetime import date

from stt.redaction.kinds import FOREIGNER, RESIDENT

MOBILE = ("010", "011", "016", "017", "018", "019")
AREAS = (
    "02", "031", "032", "033", "041", "042", "043", "044", "051", "052", "053", "054", "055", "061", "062", "063",
    "064", "070", "0502", "0503", "0504", "0505", "0506", "0507", "0508",
)  # fmt: skip
_CENTURIES = dict.fromkeys("1256", 1900) | dict.fromkeys("3478", 2000) | dict.fromkeys("90", 1800)
_RESIDENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)


def is_day(yymmdd: str) -> bool:
    """Whether six figures can be a birth date, in either century."""
    return any(_date(century + int(yymmdd[:2]), yymmdd[2:]) for century in (1900, 2000))


def is_full_day(yyyymmdd: str) -> bool:
    return _date(int(yyyymmdd[:4]), yyyymmdd[4:])


def _date(year: int, mmdd: str) -> bool:
    try:
        date(year, int(mmdd[:2]), int(mmdd[2:]))
    except ValueError:
        return False
    return True


def resident(digits: str) -> str:
    """RESIDENT or FOREIGNER for 13 figures that begin with a birth date and go on with its century, else ""."""
    if len(digits) != 13 or digits[6] not in "12345678":
        return ""
    if not _date(_CENTURIES[digits[6]] + int(digits[:2]), digits[2:6]):
        return ""
    return FOREIGNER if digits[6] in "5678" else RESIDENT


def resident_checks(digits: str) -> bool:
    total = sum(w * int(d) for w, d in zip(_RESIDENT_WEIGHTS, digits, strict=False))
    return (11 - total % 11) % 10 == int(digits[12]) or (13 - total % 11) % 10 == int(digits[12])


def business_checks(digits: str) -> bool:
    if len(digits) != 10:
        return False
    total = (
        sum(w * int(d) for w, d in zip(_BUSINESS_WEIGHTS, digits, strict=False)) + int(digits[8]) * 5 // 10
    )
    return (10 - total % 10) % 10 == int(digits[9])


def luhn(digits: str) -> bool:
    doubled = (int(d) * 2 if i % 2 else int(d) for i, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def is_card(digits: str) -> bool:
    return (len(digits) == 16 and digits[0] in "23456789") or (
        len(digits) == 15 and digits[:2] in ("34", "37") and luhn(digits)
    )


def is_mobile(digits: str) -> bool:
    if digits.startswith("010"):
        return len(digits) == 11
    return digits.startswith(MOBILE[1:]) and len(digits) in (10, 11)


def is_landline(digits: str) -> bool:
    if digits.startswith("02"):
        return len(digits) in (9, 10)
    return digits.startswith(AREAS) and len(digits) in (10, 11, 12)


def is_representative(digits: str) -> bool:
    """15xx, 16xx, 18xx: numbers of firms and offices, never of a person."""
    return len(digits) == 8 and digits[:2] in ("15", "16", "18")
