"""Numbers, dates, amounts, names and the like as they are said, drawn at random."""

from __future__ import annotations

import random

from stt.training.words import words

SINO = "영일이삼사오육칠팔구"
_NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
_NATIVE_ONES = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉")
_MONTHS = ("일", "이", "삼", "사", "오", "유", "칠", "팔", "구", "시", "십일", "십이")
_COUNTERS = words("counters")
_SINO_COUNTERS = words("sino_counters")
_SURNAMES = words("surnames")
_GIVEN = words("given_syllables")
_LETTERS = words("letters")
_PLACES = words("places")


def sino(value: int) -> str:
    """0 to 9,999,999,999 in Sino-Korean: 320 is 삼백이십."""
    if value == 0:
        return "영"
    said = ""
    for unit, name in ((10**8, "억"), (10**4, "만"), (1, "")):
        part, value = divmod(value, unit)
        if part:
            said += ("" if part == 1 and name == "만" and not said else _thousands(part)) + name
    return said


def _thousands(value: int) -> str:
    said = ""
    for unit, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            said += ("" if digit == 1 and name else SINO[digit]) + name
    return said


def native(value: int) -> str:
    """1 to 99 as counted things are: 25 is 스물다섯."""
    tens, ones = divmod(value, 10)
    return "스무" if value == 20 else _NATIVE_TENS[tens] + _NATIVE_ONES[ones]


def digits(rng: random.Random, count: int) -> str:
    """Digits said one by one, zero as 공."""
    return "".join(rng.choice("공일이삼사오육칠팔구") for _ in range(count))


def amount(rng: random.Random) -> str:
    top = rng.choice((10, 100, 1000, 10000))
    kind = rng.random()
    if kind < 0.6:
        return sino(rng.randrange(1, top) * 10_000) + rng.choice((" 원", "원", " 원"))
    if kind < 0.8:
        return sino(rng.randrange(1, top) * 1000) + " 원"
    return sino(rng.randrange(1, top * 100) * 10) + " 원"


def day(rng: random.Random) -> str:
    month = _MONTHS[rng.randrange(12)] + "월"
    date = sino(rng.randrange(1, 32)) + "일"
    kind = rng.random()
    if kind < 0.6:
        return f"{month} {date}"
    if kind < 0.75:
        return f"{sino(rng.randrange(1950, 2040))}년 {month} {date}"
    if kind < 0.85:
        return f"{sino(rng.randrange(1950, 2040))}년"
    return rng.choice((month, date))


def weekday(rng: random.Random) -> str:
    before = rng.choice(("", "이번 주 ", "다음 주 ", "지난주 ", "다다음 주 ", "매주 ", "오는 "))
    return before + rng.choice("월화수목금토일") + "요일"


def clock(rng: random.Random) -> str:
    hour = (
        _NATIVE_TENS[1] + _NATIVE_ONES[rng.randrange(3)]
        if rng.random() < 0.3
        else native(rng.randrange(1, 10))
    )
    before = rng.choice(("", "", "오전 ", "오후 ", "아침 ", "저녁 ", "밤 "))
    after = rng.choice(("", "", " 반", f" {sino(rng.randrange(1, 12) * 5)}분"))
    return f"{before}{hour} 시{after}"


def telephone(rng: random.Random) -> str:
    head = rng.choice(
        ("공일공", "공일공", "공일공", "공이", "공삼일", "공오일", "공칠공", "일오사사", "일삼오공")
    )
    joint = rng.choice((" ", " ", "에 ", " 다시 "))
    return head + joint + digits(rng, rng.choice((3, 4, 4, 4))) + joint + digits(rng, 4)


def resident_number(rng: random.Random) -> str:
    return digits(rng, 6) + rng.choice((" 다시 ", " ", "에 ")) + digits(rng, 7)


def name(rng: random.Random) -> str:
    given = rng.choice(_GIVEN) + (rng.choice(_GIVEN) if rng.random() < 0.93 else "")
    after = rng.choice(("", "", "", " 씨", " 님", " 선생님", " 과장", " 대리", " 팀장님", " 주무관"))
    return rng.choice(_SURNAMES) + given + after


def place(rng: random.Random) -> str:
    after = rng.choice(("", "시", "구", "역", "센터", "동", "로", "터미널", "시장", "대학교", "병원", "지점"))
    number = f" {sino(rng.randrange(1, 300))}" if after in {"동", "로"} and rng.random() < 0.4 else ""
    return rng.choice(_PLACES) + after + number


def letters(rng: random.Random) -> str:
    return "".join(rng.choice(_LETTERS) for _ in range(rng.randrange(1, 4)))


def counted(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return f"{native(rng.randrange(1, 100))} {rng.choice(_COUNTERS)}"
    top = rng.choice((10, 100, 1000, 100_000))
    return f"{sino(rng.randrange(1, top))}{rng.choice(('', ' '))}{rng.choice(_SINO_COUNTERS)}"


KINDS = (
    (amount, 16), (day, 16), (clock, 10), (weekday, 8), (telephone, 8), (resident_number, 3), (name, 18), (place, 12),
    (letters, 3), (counted, 18),
)  # fmt: skip


def anything(rng: random.Random) -> str:
    """One of all of these."""
    kind = rng.choices([kind for kind, _ in KINDS], [weight for _, weight in KINDS])[0]
    return kind(rng)
