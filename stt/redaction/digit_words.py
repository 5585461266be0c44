"""Figures said one by one, in a text: "공일공에", "팔 팔 공일공일 다시", "010-1234", "하나 둘 삼 넷"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stt.redaction.figures import AMOUNT_UNITS, BETWEEN, ENDING, FIGURE, FILLERS, JOINING, SEPARATORS, figures
from stt.spoken_numbers import find_numbers
from stt.spoken_units import unit_at

_GROUP = rf"(?:\d+|(?:{FIGURE})+)"
_MORE = rf"(?:{BETWEEN}){_GROUP}|(?<=\d\d\d)(?:(?![일이])(?:{FIGURE})+|(?:{FIGURE}){{3,}})|(?<!\d)\d{{3,}}"
_WORD = re.compile(rf"(?P<body>{_GROUP}(?:{_MORE})*)(?P<ending>{ENDING})?$")
_NEXT_GROUP = re.compile(
    rf"(?:{FIGURE}){{2,}}{ENDING}?(?![가-힣])|(?:{FIGURE}) (?:{FIGURE})|일(?= (?:하이픈|다시|대시|그다음)|[-,])"
)
_AFTER_I = re.compile(r"에요|요|고|구|ㅂ니다|네|죠|지|라|거든|며|면|세|시|신|다|래|야|었")
_PART = re.compile(rf"(?P<arabic>\d+)|(?P<spoken>(?:{FIGURE})+)|(?P<between>{BETWEEN})")
_SINGLE = rf"(?:{FIGURE})"
_ONE_BY_ONE = re.compile(rf"(?<![가-힣0-9]){_SINGLE}(?: {_SINGLE}){{2,}}(?={ENDING}?(?![가-힣]))")
_TOKEN = re.compile(
    r"(?P<amount>\d{1,3}(?:,\d{3})+(?!\d))|(?P<dash>[-‐‑–—−~/·_()])|(?P<word>[0-9가-힣]+)|(?P<latin>[A-Za-z]+)"
)
_LONGEST_WORD = 60
"""Characters; longer ones are nobody's speech, and are only looked through for figures."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text as numbers see it.

    kind    "digits", "hundreds" (삼백이십), "mangled" (misheard, perhaps), "between" (에, 다시, a dash), "filler"
            (네, 어) or "other", which ends a number
    digits  for "digits"; spoken: in Korean words and not in figures
    weak    a single syllable that may be a word of its own (이, 일, 사, 오, 구)
    loose   its last figure is 이 before 요, 고, 에요 ..., and may as well belong to the ending: 육칠이요
    """

    kind: str
    start: int
    end: int
    digits: str = ""
    spoken: bool = False
    weak: bool = False
    loose: bool = False


def digit_tokens(text: str) -> list[Token]:
    """The text as tokens, blanks and full stops left out."""
    text = as_plain(text)
    tokens: list[Token] = []
    apart = {found.start(): found.end() for found in _ONE_BY_ONE.finditer(text)}
    at = 0
    while found := _TOKEN.search(text, at):
        start, at = found.span()
        if start in apart:
            at = apart[start]
            tokens.append(_apart(text, start, at))
        elif found["dash"]:
            tokens.append(Token("between", start, at))
        elif found["word"]:
            tokens.extend(_word(text, start, at))
        else:
            tokens.append(Token("other", start, at))
    return tokens


def _apart(text: str, start: int, end: int) -> Token:
    """공 일 공: figures said one by one, whatever counters they look like."""
    loose = text[end - 1] == "이" and _AFTER_I.match(text[end:]) is not None
    return Token("digits", start, end, figures(text[start:end]), True, False, loose)


def as_plain(text: str) -> str:
    """Full-width figures and letters made plain, every character in its place."""
    if text.isascii():
        return text
    return "".join(n if len(n := unicodedata.normalize("NFKC", c)) == 1 else c for c in text)


def _word(text: str, start: int, end: int) -> list[Token]:
    word = text[start:end]
    if word in SEPARATORS:
        return [Token("between", start, end)]
    if word in FILLERS:
        return [Token("filler", start, end)]
    if len(word) > _LONGEST_WORD:
        return _long(text, start, end)
    found = _WORD.match(word)
    if not found:
        return _written(text, start, end) or _mangled(word, start, end) or _hundreds(text, start, end)
    if _is_amount(text, start + found.end("body"), bool(found["ending"])):
        return [Token("other", start, end)]
    loose = found["body"].endswith("이") and _AFTER_I.match(found["ending"] or "") is not None
    parts = []
    for part in _PART.finditer(found["body"]):
        a, b = start + part.start(), start + part.end()
        if part["between"]:
            parts.append(Token("between", a, b))
        elif part["arabic"]:
            parts.append(Token("digits", a, b, part["arabic"]))
        else:
            parts.append(
                Token(
                    "digits",
                    a,
                    b,
                    figures(part["spoken"]),
                    True,
                    len(word) == 1,
                    loose and part.end() == found.end("body"),
                )
            )
    if found["ending"] in JOINING:
        parts.append(Token("between", start + found.start("ending"), end))
    return parts


def _long(text: str, start: int, end: int) -> list[Token]:
    tokens = []
    for found in re.finditer(rf"\d{{3,}}|(?:{FIGURE}){{3,}}", text[start:end]):
        said = found.group()
        digits = said if said.isdigit() else figures(said)
        tokens.append(Token("digits", start + found.start(), start + found.end(), digits, not said.isdigit()))
        tokens.append(Token("other", start + found.end(), start + found.end()))
    return tokens or [Token("other", start, end)]


def _mangled(word: str, start: int, end: int) -> list[Token]:
    """삼이자오: a group in which a syllable was misheard; what it was is not known, so noughts stand for it."""
    said = sum(len(found) for found in re.findall(FIGURE, word))
    if not 3 <= len(word) <= 5 or said < 2 or said < len(word) - 1:
        return []
    return [Token("mangled", start, end, "0" * len(word), True)]


def _written(text: str, start: int, end: int) -> list[Token]:
    """5678로만: figures with whatever behind them that is no counter."""
    found = re.match(rf"\d+|(?:{FIGURE}){{3,}}", text[start:end])
    if not found or _is_amount(text, start + found.end(), False):
        return []
    if not found.group().isdigit() and any(number.unit for number in find_numbers(text[start:end])):
        return []
    middle = start + found.end()
    digits = found.group() if found.group().isdigit() else figures(found.group())
    return [Token("digits", start, middle, digits, not found.group().isdigit()), Token("other", middle, end)]


def _is_amount(text: str, at: int, has_ending: bool) -> bool:
    """Whether a counter stands behind the figures, so that they are an amount and no number of somebody's."""
    if has_ending:
        return False
    unit = unit_at(text, at)
    if unit and text[at : at + 1] == " " and _NEXT_GROUP.match(text, at + 1):
        return False  # 6794 일일구육: the next group, and no days
    if unit and unit[0] in AMOUNT_UNITS:
        return True
    return (
        re.match(r" ?(?:만|천|백|억) ?(?:원|명|개|[일이삼사오육칠팔구\d]+[백천]|[가-힣]*$)", text[at:])
        is not None
    )


def _hundreds(text: str, start: int, end: int) -> list[Token]:
    """삼백이십일 다시: groups of a bank account are also said as numbers."""
    number = next(iter(find_numbers(text[start : start + _LONGEST_WORD])), None)
    if number is None or number.start or start + number.end > end or number.unit:
        return [Token("other", start, end)]
    rest = text[start + number.end : end]
    whole = number.value == number.value.to_integral_value() and 10 <= number.value < 10_000
    if not whole or not re.fullmatch(ENDING, rest or "에"):
        return [Token("other", start, end)]
    tokens = [Token("hundreds", start, start + number.end, str(int(number.value)), True)]
    if rest in JOINING:
        tokens.append(Token("between", start + number.end, end))
    return tokens
