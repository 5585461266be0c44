"""Korean numbers as they are spoken and as recognisers write them: "삼백이십만", "스물다섯", "3만 5천", "공일공".

What only looks like a number is none: 이/일/오/구/한/두 count before a counter or within a longer numeral.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from stt.numerals import BIG, DAYS, DIGITS, ONES, RANGES, SMALL, TENS, Piece, one_by_one, pieces_at, values
from stt.spoken_units import NATIVE_UNITS, NEVER_AFTER_I, WORDS_NOT_NUMBERS, ends_at, unit_at

_MONTHS = {"유": 6, "시": 10}
_FIRST = frozenset(
    word[0] for words in (DIGITS, SMALL, BIG, TENS, ONES, RANGES, DAYS, _MONTHS) for word in words
)
_WORD_CHAR = re.compile(r"[0-9A-Za-z가-힣]")
_DAY_AFTER = re.compile(
    r"(?:까지|에|동안|이내|안|간|부터|쯤|후|뒤|전|자|치|째|날|이면|이|은|로|정도|입니|이에|이요|인|,|\s|$|\.|\?)"
)


_SURELY_DAY = re.compile(r" ?(?:까지|동안|이내|안에|간|부터|쯤|후|뒤|전|자로|치)|에(?!요)")
_VERBS = re.compile(r"일일이 |[오사이](?:세요|시[는면고죠지니기]|실)(?!명)")
_COPULA = re.compile(r"(?:요|고|에요|라|래|인데|였|었|면|니|죠|지|거|네|구)")


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number in a text.

    start, end   its place; the counter stands after it: `unit`, up to `unit_end` (= end and "" without one)
    upto         the upper end where two are said: 이삼일 is 2 to 3
    digits       the figures one by one where it was said so ("공일공"), which keeps leading zeros
    unclear      may be read otherwise: 이십일 is 21 and the 20th
    """

    start: int
    end: int
    value: Decimal
    text: str
    unit: str = ""
    unit_end: int = 0
    upto: Decimal | None = None
    digits: str = ""
    unclear: bool = False


def find_numbers(text: str) -> list[SpokenNumber]:
    """All numbers of a text in their order, none overlapping another."""
    found: list[SpokenNumber] = []
    at = 0
    while at < len(text):
        number = None
        if (text[at] in _FIRST or text[at].isdigit()) and _may_begin(text, at, found):
            number = _number_at(text, at, found[-1] if found else None)
        if number is None:
            at += 1
        else:
            found.append(number)
            at = max(number.end, number.unit_end)
    return found


def in_digits(text: str) -> str:
    """The text with its numbers written in figures: "삼백이십만 원" becomes "3200000원"."""
    parts: list[str] = []
    at = 0
    for number in find_numbers(text):
        parts.append(text[at : number.start])
        parts.append(number.digits or _figures(number.value))
        if number.upto is not None:
            parts.append(f"~{_figures(number.upto)}")
        parts.append(number.unit)
        at = max(number.end, number.unit_end)
    return "".join([*parts, text[at:]])


def _figures(value: Decimal) -> str:
    return str(int(value)) if value == value.to_integral_value() else format(value.normalize(), "f")


def _may_begin(text: str, at: int, found: Sequence[SpokenNumber]) -> bool:
    """Numbers begin where a word does, right behind another number's counter, or after 제, 약, 총, 월, 만."""
    before = text[at - 1] if at else " "
    if not _WORD_CHAR.match(before) or (found and max(found[-1].end, found[-1].unit_end) == at):
        return True
    if text[at].isdigit():
        return not before.isdigit()
    return (
        before in "제약총월만각매" and (at == 1 or not _WORD_CHAR.match(text[at - 2])) and before not in BIG
    )


def _number_at(text: str, at: int, last: SpokenNumber | None) -> SpokenNumber | None:
    return _day(text, at) or _month(text, at) or _native(text, at) or _sino(text, at, last)


def _day(text: str, at: int) -> SpokenNumber | None:
    for word, days in DAYS.items():
        if text.startswith(word, at) and ends_at(text, at + len(word)):
            end = at + len(word)
            return SpokenNumber(at, end, Decimal(days), word, "일", end)
    return None


def _month(text: str, at: int) -> SpokenNumber | None:
    """유월 and 시월 lose a sound."""
    if text[at] in _MONTHS and text[at + 1 : at + 2] == "월" and ends_at(text, at + 2):
        return SpokenNumber(at, at + 1, Decimal(_MONTHS[text[at]]), text[at], "월", at + 2)
    return None


def _native(text: str, at: int) -> SpokenNumber | None:
    for word in sorted(RANGES, key=len, reverse=True):
        if text.startswith(word, at) and (unit := unit_at(text, at + len(word))) and unit[0] in NATIVE_UNITS:
            low, high = RANGES[word]
            return SpokenNumber(at, at + len(word), Decimal(low), word, *unit, upto=Decimal(high))
    value, end, parts = 0, at, 0
    if tens := _longest(text, end, TENS):
        value, end, parts = TENS[tens], end + len(tens), 1
    gap = 1 if parts and text[end : end + 1] == " " else 0
    if (ones := _longest(text, end + gap, ONES)) and (
        parts == 0 or unit_at(text, end + gap + len(ones)) or not gap
    ):
        value, end, parts = value + ONES[ones], end + gap + len(ones), parts + 1
    if not parts:
        return None
    unit = unit_at(text, end)
    if unit and (unit[0] in NATIVE_UNITS or parts > 1) and not _is_word(text, at, unit[1]):
        return SpokenNumber(at, end, Decimal(value), text[at:end], *unit)
    strong = parts > 1 or (tens and tens not in ("열", "스무")) or (ones and ones not in _BEFORE_COUNTERS)
    if strong and ends_at(text, end):
        return SpokenNumber(at, end, Decimal(value), text[at:end], "", end)
    return None


_BEFORE_COUNTERS = frozenset(("한", "두", "세", "네", "석", "넉", "하나"))


def _longest(text: str, at: int, words: dict[str, int]) -> str:
    fits = [w for w in words if text.startswith(w, at)]
    return max(fits, key=len) if fits else ""


def _sino(text: str, at: int, last: SpokenNumber | None) -> SpokenNumber | None:
    """The longest run of numerals from here that makes a number and stands as one in its sentence."""
    pieces = list(pieces_at(text, at))
    if text[:at].rstrip().endswith("제"):
        pieces = list(
            takewhile(lambda piece: text[piece.start] != "조", pieces)
        )  # 제3조: an article of a law
    if pieces and pieces[0].kind == "big" and pieces[0].value == 10**4 and _full_age(text, at, pieces):
        return None
    for count in range(len(pieces), 0, -1):
        some = pieces[:count]
        if count > 1 and some[-2].kind in ("digit", "arabic") and _is_copula(text, some):
            continue
        if (number := _stands(text, some, last)) is not None:
            return number
    return None


def _full_age(text: str, at: int, pieces: Sequence[Piece]) -> bool:
    """만 34세: 만 says that full years are counted."""
    rest = text[at + 1 :].lstrip()
    return re.match(r"[가-힣\d ]{1,6}?(?:세|살)", rest) is not None and (
        text[at + 1 : at + 2] == " " or (len(pieces) > 1 and pieces[1].kind == "arabic")
    )


def _stands(text: str, pieces: Sequence[Piece], last: SpokenNumber | None) -> SpokenNumber | None:
    start, end = pieces[0].start, pieces[-1].end
    if pieces[-1].kind == "point" or _VERBS.match(text, start):
        return None
    if (special := _ends_in_day(text, pieces, last)) is not None:
        return special
    unit = unit_at(text, end)
    if unit and (_is_word(text, start, unit[1]) or _means_this(text, pieces, unit, last)):
        unit = None
    if unit is None:
        return _before_copula(text, pieces) or _without_counter(text, pieces)
    low, high = values(pieces)
    digits = one_by_one(text, pieces) if low is None or pieces[0].kind == "arabic" else ""
    if low is not None:
        return SpokenNumber(start, end, low, text[start:end], *unit, upto=high, digits=digits)
    if len(digits) < 3 and unit[0] not in _COUNTED_IN_FIGURES:
        return None
    return (
        SpokenNumber(start, end, Decimal(digits), text[start:end], *unit, digits=digits) if digits else None
    )


_COUNTED_IN_FIGURES = ("년", "년생", "년도", "번", "호", "동")


def _without_counter(text: str, pieces: Sequence[Piece]) -> SpokenNumber | None:
    start, end = pieces[0].start, pieces[-1].end
    digits = one_by_one(text, pieces) if not _goes_on(text, end) else ""
    low, high = values(pieces)
    if high is not None and pieces[-1].kind == "digit":
        return None
    if (low is None and not digits) or not _strong(text, pieces, digits) or not ends_at(text, end):
        return None
    value = low if low is not None else Decimal(digits)
    return SpokenNumber(start, end, value, text[start:end], "", end, upto=high, digits=digits)


def _is_copula(text: str, pieces: Sequence[Piece]) -> bool:
    """Whether the last of several is 이 that belongs to 이요, 이고, 이에요 behind them."""
    last = pieces[-1]
    if text[last.start] != "이" or pieces[-2].end != last.start:
        return False
    return _COPULA.match(text, last.end) is not None and ends_at(text, last.end)


def _before_copula(text: str, pieces: Sequence[Piece]) -> SpokenNumber | None:
    """이십이요: rather 20 and 이요 than 22 and 요."""
    if len(pieces) < 2 or pieces[-2].kind not in ("small", "big") or not _is_copula(text, pieces):
        return None
    low, high = values(pieces[:-1])
    begin, end = pieces[0].start, pieces[-2].end
    if low is None:
        return None
    return SpokenNumber(begin, end, low, text[begin:end], "", end, upto=high, unclear=True)


def _goes_on(text: str, at: int) -> bool:
    """Whether another numeral follows: what was said one by one ends where numerals end."""
    if text[at : at + 1] == "이" and _COPULA.match(text, at + 1):
        return False
    at += text[at : at + 1] == " "
    return at < len(text) and (text[at] in DIGITS or text[at] in SMALL or text[at] in BIG)


def _ends_in_day(text: str, pieces: Sequence[Piece], last: SpokenNumber | None) -> SpokenNumber | None:
    """삼일: the third, or three days; 이십일 may also be 21, which is said where a counter does not follow."""
    end = pieces[-1].end
    if len(pieces) == 1 or pieces[-1].kind != "digit" or text[pieces[-1].start] != "일":
        return None
    if (unit_at(text, end) and not _DAY_AFTER.match(text, end)) or not ends_at(text, end):
        return None
    low, high = values(pieces[:-1])
    if low is None or _is_word(text, pieces[0].start, end):
        return None
    after_month = last is not None and last.unit == "월" and not text[last.unit_end : pieces[0].start].strip()
    if (
        len(pieces) == 2
        and pieces[0].kind == "digit"
        and not after_month
        and text[pieces[0].start] in "일구공영"
    ):
        return None
    whole, _ = values(pieces)
    unclear = not after_month and whole is not None and pieces[-2].kind in ("small", "big")
    unclear = unclear and not _SURELY_DAY.match(text, end)
    if unit_at(text, end) and not after_month and whole is not None:
        return None
    begin = pieces[0].start
    number_end = pieces[-2].end
    return SpokenNumber(begin, number_end, low, text[begin:number_end], "일", end, upto=high, unclear=unclear)


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether numeral and counter, written together, are a word of their own."""
    return text[start:end] in WORDS_NOT_NUMBERS


def _means_this(text: str, pieces: Sequence[Piece], unit: tuple[str, int], last: SpokenNumber | None) -> bool:
    """이 as "this"; 일, 오, 사, 구 before what they are never counted with."""
    if len(pieces) > 1 or pieces[0].kind != "digit":
        return False
    word, counter = text[pieces[0].start], unit[0]
    if counter == "분" and last is not None and last.unit == "시":
        return False
    if word == "이" and (
        counter in NEVER_AFTER_I or (counter in ("주", "일", "차", "원") and text[pieces[0].end] == " ")
    ):
        return re.match(r" ?(?:뒤|후|동안|이내|안에|간|전|치|마다|정도|쯤)", text[unit[1] :]) is None
    return counter in ("시", "시간", "사람", "달", "곳", "가지", "군데") or (
        word in "공영" and counter not in ("원", "점", "개")
    )


def _strong(text: str, pieces: Sequence[Piece], digits: str) -> bool:
    """Whether it is a number even without a counter after it."""
    if digits:
        return len(digits) >= 3
    if any(p.kind in ("arabic", "point") for p in pieces):
        return True
    words = text[pieces[0].start : pieces[-1].end]
    if not any(p.kind in ("small", "big") for p in pieces) or len(pieces) == 1:
        return False
    return len(pieces) > 2 or (
        pieces[0].kind == "digit" and words not in ("이천", "사천", "오만", "이만", "구만", "구천", "영천")
    )
