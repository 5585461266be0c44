"""Numbers that look like the real ones: resident, business, account, phone and receipt numbers."""

from __future__ import annotations

import random
from datetime import date

RRN_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
BUSINESS_WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
# Numbers given since this day carry six random digits and no check digit.
RANDOM_RRN_SINCE = date(2020, 10, 5)

# Groups of digits as banks print them. Public lists contradict each other: these are plausible, not binding.
ACCOUNT_GROUPS: dict[str, tuple[tuple[int, ...], ...]] = {
    "국민은행": ((6, 2, 6), (3, 2, 4, 3)),
    "신한은행": ((3, 3, 6), (3, 2, 6)),
    "우리은행": ((4, 3, 6), (3, 6, 2, 3)),
    "하나은행": ((3, 6, 5), (3, 2, 5, 1)),
    "농협은행": ((3, 4, 4, 2), (3, 2, 6)),
    "기업은행": ((3, 6, 2, 3), (3, 2, 6)),
    "새마을금고": ((4, 4, 4, 1), (4, 2, 6, 1)),
    "우체국": ((6, 2, 6), (5, 2, 6)),
    "카카오뱅크": ((4, 2, 7),),
    "토스뱅크": ((4, 4, 4),),
    "케이뱅크": ((3, 3, 6),),
    "수협은행": ((3, 2, 6, 1), (4, 4, 4)),
    "신협": ((3, 3, 6), (5, 2, 6)),
    "대구은행": ((3, 2, 6, 1),),
    "부산은행": ((3, 4, 4, 2),),
    "광주은행": ((4, 3, 6),),
    "경남은행": ((3, 2, 7),),
    "SC제일은행": ((3, 2, 6),),
}

PROGRAM_LETTERS = {
    "ub_application": "UB",
    "ub_recognition": "UB",
    "epi_application": "EP",
    "nes_application": "NE",
    "vtc_application": "VT",
    "pl_application": "PL",
}

AREA_CODES = {
    "서울": "02",
    "부산": "051",
    "대구": "053",
    "인천": "032",
    "광주": "062",
    "대전": "042",
    "울산": "052",
    "세종": "044",
    "경기": "031",
    "강원": "033",
    "충청북": "043",
    "충청남": "041",
    "전라북": "063",
    "전북": "063",
    "전라남": "061",
    "경상북": "054",
    "경상남": "055",
    "제주": "064",
}


def rrn_check_digit(first_twelve: str) -> int:
    """The 13th digit of a resident number given before October 2020, from the twelve before it."""
    total = sum(int(d) * w for d, w in zip(first_twelve, RRN_WEIGHTS, strict=True))
    return (11 - total % 11) % 10


def make_rrn(rng: random.Random, born: date, woman: bool, foreigner: bool, given: date) -> str:
    """A resident number `YYMMDD-SNNNNNN`; the 7th digit tells century, sex and foreigner (1 to 8)."""
    seventh = (5 if foreigner else 1) + (2 if born.year >= 2000 else 0) + int(woman)
    head = f"{born:%y%m%d}{seventh}"
    if given >= RANDOM_RRN_SINCE:
        return f"{head[:6]}-{head[6:]}{rng.randrange(10**6):06d}"
    body = head + f"{rng.randrange(10**5):05d}"
    return f"{body[:6]}-{body[6:]}{rrn_check_digit(body)}"


def rrn_satisfies_check(rrn: str) -> bool:
    digits = rrn.replace("-", "")
    return rrn_check_digit(digits[:12]) == int(digits[12])


def business_check_digit(first_nine: str) -> int:
    """The 10th digit of a business registration number, from the nine before it."""
    total = sum(int(d) * w for d, w in zip(first_nine, BUSINESS_WEIGHTS, strict=True))
    return (10 - (total + int(first_nine[8]) * 5 // 10) % 10) % 10


def make_business_no(rng: random.Random, corporate: bool) -> str:
    middle = rng.choice((81, 86, 87, 88)) if corporate else rng.randrange(1, 80)
    nine = f"{rng.randrange(101, 820)}{middle:02d}{rng.randrange(10**4):04d}"
    return f"{nine[:3]}-{nine[3:5]}-{nine[5:]}{business_check_digit(nine)}"


def make_account(rng: random.Random, bank: str) -> str:
    groups = rng.choice(ACCOUNT_GROUPS[bank])
    return "-".join(f"{rng.randrange(10 ** (n - 1) if n > 1 else 0, 10**n):0{n}d}" for n in groups)


def make_mobile(rng: random.Random) -> str:
    return f"010-{rng.randrange(2000, 10000)}-{rng.randrange(10**4):04d}"


def make_landline(rng: random.Random, province: str) -> str:
    area = next(code for start, code in AREA_CODES.items() if province.startswith(start))
    return f"{area}-{rng.randrange(200, 1000)}-{rng.randrange(10**4):04d}"


def receipt_no(year: int, program: str, serial: int) -> str:
    return f"{year}-{PROGRAM_LETTERS[program]}-{serial:07d}"
