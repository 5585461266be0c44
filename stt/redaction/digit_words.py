"""Figures said one by one, in a text: "공일공에", "팔 팔 공일공일 다시", "010-1234", "하나 둘 삼 넷"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from stt.spoken_numbers import find_numbers
from stt.spoken_units import unit_at

FIGURES = {
    "영": "0", "공": "0", "령": "0", "빵": "0", "제로": "0", "일": "1", "하나": "1", "이": "2", "둘": "2", "삼": "3", "셋": "3",
    "사": "4", "넷": "4", "오": "5", "다섯": "5", "육": "6", "륙": "6", "여섯": "6", "칠": "7", "일곱": "7", "팔": "8",
    "여덟": "8", "여덜": "8", "구": "9", "아홉": "9",
}  # fmt: skip

_FIGURE = "|".join(sorted(FIGURES, key=len, reverse=True))
_BETWEEN = r"다시|대시|데시|하이픈|국에|국의|번에|번의|에|의|바"
_GROUP = rf"(?:\d+|(?:{_FIGURE})+)"
_ENDING = (
    r"(?:다시|대시|데시|하이픈|국에|국의|국|번에|번의|번이\S{0,6}|번입\S*|번인\S*|번으로|번|에요|에서|에|의|이에요|예요|입니다만|입니다|이요|요|"
    r"이고요|이구요|이고|고요|구요|고|인데요|인데|이거든요|거든요|이죠|죠|이지요|지요|맞죠|이네요|네요|이네|이라고\S*|라고\S*|이야|야|인가요|인가|"
    r"이시고\S*|이시죠|시죠|이신가요|이십니까|이세요|맞으\S*|맞나\S*|맞습\S*|은요|는요|은|는|이|가|을|를|으로|로|이랑|랑|하고|까지|부터|이란\S*|이었\S*|였\S*|"
    r"이예요|인디\S*|유|이유|쥬|슈|여|이여|이오|오|잉|이라\S*|임\S*|예|이예|지예|"
    r"이구|구|이다|다|이래요|래요|이라|라|이며|며|이면|면|ㅂ니다)"
)
_MORE = rf"(?:{_BETWEEN}){_GROUP}|(?<=\d\d\d)(?:(?![일이])(?:{_FIGURE})+|(?:{_FIGURE}){{3,}})|(?<!\d)\d{{3,}}"
_WORD = re.compile(rf"(?P<body>{_GROUP}(?:{_MORE})*)(?P<ending>{_ENDING})?$")
_FIGURES_ONLY = re.compile(
    rf"(?:(?:{_FIGURE}){{2,}}|(?:{_FIGURE})(?: (?:{_FIGURE}))+){_ENDING}?(?![가-힣0-9])"
)
_AFTER_I = re.compile(r"에요|요|고|구|ㅂ니다|네|죠|지|라|거든|며|면|세|시|신|다|래|야|었")
_PART = re.compile(rf"(?P<arabic>\d+)|(?P<spoken>(?:{_FIGURE})+)|(?P<between>{_BETWEEN})")
_SINGLE = rf"(?:{_FIGURE})"
_ONE_BY_ONE = re.compile(rf"(?<![가-힣0-9]){_SINGLE}(?: {_SINGLE}){{2,}}(?={_ENDING}?(?![가-힣0-9]))")
_TOKEN = re.compile(
    r"(?P<amount>\d{1,3}(?:,\d{3})+(?!\d))|(?P<dash>[-‐‑–—−~/·_()])|(?P<word>[0-9가-힣]+)|(?P<latin>[A-Za-z]+)"
)
_SEPARATORS = frozenset(
    "다시 대시 데시 하이픈 작대기 짝대기 빼기 마이너스 바 슬래시 국에 국번 에 의 번에".split(" ")
)
_FILLERS = frozenset(
    (
        "어 음 그 저 저기 네 예 아 에 자 응 흠 그리고 그리구 다음 다음에 그다음 그다음에 다음은 다음이 뒤에 뒤에는 뒤에가 뒤는 뒤가 뒷자리 뒷자리는 뒷자리가 뒷자리요 "
        "뒷번호 뒷번호는 뒷번호가 앞자리 앞자리는 앞자리가 앞에 앞에는 가운데 가운데는 가운데가 중간 중간에 국번은 잠시만요 잠깐만요 잠깐만 그러니까 그니까 인제 이제 네네 예예 "
        "하고 그담에 고다음 고다음에 끝에 끝에는 끝번호 끝번호는 마지막 마지막은 마지막에 또 음음 어어 뭐 뭐냐 뭐더라 인데 번호"
    ).split()
)
_AMOUNT_UNITS = frozenset(
    "원 년 월 일 시 분 초 시간 개월 주 주일 달 명 개 건 회 회차 차 살 세 층 % ％ 퍼센트 프로 년생 년도 년차 호선 학년 유형 등급 킬로 킬로그램 미터 "
    "사람 가지 군데 점 배 평 페이지 번째 단계 주차 개년 인분 과목 학기 자리 교대".split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text as numbers see it.

    kind    "digits", "between" (에, 다시, a dash), "filler" (네, 어) or "other", which ends a number
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
    done = 0
    apart = {found.start(): found.end() for found in _ONE_BY_ONE.finditer(text)}
    for found in _TOKEN.finditer(text):
        start, end = found.span()
        if start < done:
            continue
        if start in apart:
            done = apart[start]
            tokens.append(_apart(text, start, done))
            continue
        if found["dash"]:
            tokens.append(Token("between", start, end))
        elif found["word"]:
            tokens.extend(_word(text, start, end))
        else:
            tokens.append(Token("other", start, end))
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
    if word in _SEPARATORS:
        return [Token("between", start, end)]
    if word in _FILLERS:
        return [Token("filler", start, end)]
    found = _WORD.match(word)
    if not found:
        return _written(text, start, end) or _hundreds(text, start, end)
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
    if found["ending"] in ("에", "의", "다시", "대시", "데시", "하이픈", "국에", "국의", "번에", "번의"):
        parts.append(Token("between", start + found.start("ending"), end))
    return parts


def _written(text: str, start: int, end: int) -> list[Token]:
    """5678로만: figures with whatever behind them that is no counter."""
    found = re.match(rf"\d+|(?:{_FIGURE}){{3,}}", text[start:end])
    if not found or _is_amount(text, start + found.end(), False):
        return []
    if not found.group().isdigit() and any(number.unit for number in find_numbers(text[start:end])):
        return []
    middle = start + found.end()
    digits = found.group() if found.group().isdigit() else figures(found.group())
    return [Token("digits", start, middle, digits, not found.group().isdigit()), Token("other", middle, end)]


def figures(spoken: str) -> str:
    """ "공일공" as "010". Raises KeyError for what is no figure."""
    return "".join(FIGURES[word] for word in re.findall(_FIGURE, spoken))


def _is_amount(text: str, at: int, has_ending: bool) -> bool:
    """Whether a counter stands behind the figures, so that they are an amount and no number of somebody's."""
    if has_ending:
        return False
    unit = unit_at(text, at)
    if unit and text[at : at + 1] == " " and _FIGURES_ONLY.match(text, at + 1):
        return False  # 6794 일일구육: the next group, and no days
    if unit and unit[0] in _AMOUNT_UNITS:
        return True
    return (
        re.match(r" ?(?:만|천|백|억) ?(?:원|명|개|[일이삼사오육칠팔구\d]+[백천]|[가-힣]*$)", text[at:])
        is not None
    )


def _hundreds(text: str, start: int, end: int) -> list[Token]:
    """삼백이십일 다시: groups of a bank account are also said as numbers."""
    number = next(iter(find_numbers(text[start:])), None)
    if number is None or number.start or start + number.end > end or number.unit:
        return [Token("other", start, end)]
    rest = text[start + number.end : end]
    whole = number.value == number.value.to_integral_value() and 10 <= number.value < 10_000
    if not whole or not re.fullmatch(_ENDING, rest or "에"):
        return [Token("other", start, end)]
    tokens = [Token("hundreds", start, start + number.end, str(int(number.value)), True)]
    if rest in ("에", "의", "다시", "대시"):
        tokens.append(Token("between", start + number.end, end))
    return tokens
