"""Numerals of Korean and what they come to: 삼백이십만, 3만 5천, 삼사백, 삼 점 오."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

DIGITS = {
    "영": 0,
    "공": 0,
    "일": 1,
    "이": 2,
    "삼": 3,
    "사": 4,
    "오": 5,
    "육": 6,
    "륙": 6,
    "칠": 7,
    "팔": 8,
    "구": 9,
}
SMALL = {"십": 10, "백": 100, "천": 1000}
BIG = {"만": 10**4, "억": 10**8, "조": 10**12}
TENS = {
    "열": 10,
    "스물": 20,
    "스무": 20,
    "서른": 30,
    "마흔": 40,
    "쉰": 50,
    "예순": 60,
    "일흔": 70,
    "여든": 80,
    "아흔": 90,
}
ONES = {
    "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "석": 3, "넷": 4, "네": 4, "넉": 4, "다섯": 5, "여섯": 6,
    "일곱": 7, "여덟": 8, "여덜": 8, "아홉": 9,
}  # fmt: skip
RANGES = {
    "한두": (1, 2), "두세": (2, 3), "서너": (3, 4), "두서너": (2, 4), "너댓": (4, 5), "네댓": (4, 5), "네다섯": (4, 5),
    "대여섯": (5, 6), "예닐곱": (6, 7), "일고여덟": (7, 8), "여덟아홉": (8, 9),
}  # fmt: skip
DAYS = {
    "하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9, "열흘": 10,
    "보름": 15,
}  # fmt: skip

_LONGEST = 24
"""Numerals that one number may have; what is longer is taken in parts."""
_ARABIC = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")
_POINT = re.compile(r"점 ?(?=[영공일이삼사오육칠팔구])")


@dataclass(frozen=True, slots=True)
class Piece:
    """One numeral word: kind "digit", "arabic", "small" (십, 백, 천), "big" (만, 억, 조) or "point"."""

    kind: str
    value: Decimal
    start: int
    end: int


def pieces_at(text: str, at: int) -> Iterator[Piece]:
    """Numerals from a place on, with at most one blank between two."""
    count = 0
    while at < len(text) and (count := count + 1) <= _LONGEST:
        if found := _ARABIC.match(text, at):
            yield Piece("arabic", Decimal(found.group().replace(",", "")), at, found.end())
            at = found.end()
        elif text[at] in DIGITS:
            yield Piece("digit", Decimal(DIGITS[text[at]]), at, at + 1)
            at += 1
        elif text[at] in SMALL:
            yield Piece("small", Decimal(SMALL[text[at]]), at, at + 1)
            at += 1
        elif text[at] in BIG:
            yield Piece("big", Decimal(BIG[text[at]]), at, at + 1)
            at += 1
        elif found := _POINT.match(text, at):
            yield Piece("point", Decimal(0), at, found.end())
            at = found.end()
        else:
            return
        if text[at : at + 1] == " " and (is_numeral(text, at + 1) or _POINT.match(text, at + 1)):
            at += 1


def is_numeral(text: str, at: int) -> bool:
    return at < len(text) and (
        text[at] in DIGITS or text[at] in SMALL or text[at] in BIG or text[at].isdigit()
    )


def one_by_one(text: str, pieces: Sequence[Piece]) -> str:
    """The figures where they were said one by one, else ""."""
    if len(pieces) == 1 and re.fullmatch(r"0\d+", text[pieces[0].start : pieces[0].end]):
        return text[pieces[0].start : pieces[0].end]
    if not all(p.kind == "digit" or (p.kind == "arabic" and p.end - p.start == 1) for p in pieces):
        return ""
    gaps = {b.start - a.end for a, b in pairwise(pieces)}
    if len(gaps) > 1 and len(pieces) < 5:
        return ""  # 일일 이후: the first is a word of its own
    said = text[pieces[0].start : pieces[-1].end]
    if len(pieces) < 2 or any(word in said for word in ("일일이", "사이사이", "이구동")):
        return ""
    return "".join(str(int(p.value)) for p in pieces)


def values(pieces: Sequence[Piece]) -> tuple[Decimal | None, Decimal | None]:
    """The value, and the upper one where two neighbours are said (삼사백만); None for what is no numeral."""
    for i in range(len(pieces) - 1):
        one, two = pieces[i], pieces[i + 1]
        if one.kind == two.kind == "digit" and two.value == one.value + 1 and one.end == two.start:
            low = _value([*pieces[:i], one, *pieces[i + 2 :]])
            high = _value([*pieces[:i], two, *pieces[i + 2 :]])
            return (low, high) if low is not None and high is not None else (None, None)
    return _value(pieces), None


def _value(pieces: Sequence[Piece]) -> Decimal | None:
    total, section, figure = Decimal(0), Decimal(0), None
    small, big = Decimal(10_000), None
    for i, piece in enumerate(pieces):
        if piece.kind == "point":
            return _with_decimals(total + section + (figure or 0), pieces[i + 1 :])
        if piece.kind in ("digit", "arabic"):
            if figure is not None or (piece.value >= small and (section or total)):
                return None
            figure = piece.value
        elif piece.kind == "small":
            if piece.value >= small or figure == 0:
                return None
            section += (1 if figure is None else figure) * piece.value
            small, figure = piece.value, None
        else:
            amount = section + (figure or 0)
            if (big is not None and piece.value >= big) or (not amount and total):
                return None
            total += (amount or 1) * piece.value
            section, figure, small, big = Decimal(0), None, Decimal(10_000), piece.value
    return total + section + (figure or 0)


def _with_decimals(whole: Decimal, pieces: Sequence[Piece]) -> Decimal | None:
    scaled = Decimal(1)
    if pieces and pieces[-1].kind == "big":
        scaled, pieces = pieces[-1].value, pieces[:-1]
    if not pieces or any(p.kind != "digit" for p in pieces):
        return None
    return (whole + Decimal("0." + "".join(str(int(p.value)) for p in pieces))) * scaled
