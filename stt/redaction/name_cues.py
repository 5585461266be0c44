"""What tells that a word is somebody's name: titles, relations, introductions, the question for a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from stt.redaction.lexicon import lexicon
from stt.redaction.morphemes import Morpheme, morphemes
from stt.redaction.name_shapes import name_shapes
from stt.spoken_numbers import find_numbers
from stt.spoken_units import ends_at

Place = tuple[int, int]

ASKED = re.compile(r"성함|이름|성명|존함|누구(?:시|세|신|십|라고|랑|하고)|어느 분")
_TELLS = re.compile(r"(?:성함|이름|성명|존함)(?:이|은|는|도)?,? (?=[가-힣]{2})")
_ANSWER = re.compile(r"(?:(?:네|예|아|저는|저|제가|음|어|그|응|잉)[,.\s]+)*(?=[가-힣]{2})")
_OFFICES = "팀|센터|담당|담당자|상담사|상담원|주무관|팀장|과장|부서"
_IS = "입니다|이라고|라고|인데|이에요|예요|에요|이고요|고요|이요|올시다"
_INTRODUCES = re.compile(
    rf"(?:저는|저|전|제가|여기는?|[가-힣]{{0,12}}(?:{_OFFICES})(?:에|의)?) (?=[가-힣]{{3,4}}(?:{_IS}))"
)
_BEARS = (
    "합니다|하는데|해요|하는|하시는|하고|불러|부르|그러|"
    "계시|계셨|있는|있었|하셨|적혀|되어|돼|나와|저희|우리|제가|저의|거기|그쪽|아시"
)
_CALLED = re.compile(rf"(?<![가-힣])(?=[가-힣]{{3,4}}(?:이라고|라고) ?(?:{_BEARS}|그 ))")
_SURNAMES = """
김 박 최 강 윤 임 서 권 황 송 류 홍 문 양 손 배 백 허 유 남 심 노 곽 성
민 진 엄 채 천 방 변 염 추 정 조 장 한 안 오 신 고
"""
_SURNAMES_ALONE = frozenset(_SURNAMES.split())
"""Those that mean nothing else before a title. 이 and 한 stand alone only where the title is written to them."""
_RANKS = ("과장", "부장", "대리", "차장", "팀장", "실장", "주임", "계장", "주무관")
_NOT_WITH_SURNAME_ALONE = frozenset(
    ("님", "양", "군", "이사", "의사", "형", "학생", "책임", "선임", "수석", "담당", "코치")
)
_AFTER_NAME = re.compile(
    r"(?:이?네|께서|께|한테|에게|이?랑|하고|아|야|이?가|이?는|이?를|이?도|이?만|이?요|이오|이|씨|님|군|양| |,|\.|$)"
)
LEAST_SHARE = 2.0
"""Permille of the people that must bear a surname where nothing but the form speaks for a name."""


def names_in(text: str, asked: bool) -> Iterator[Place]:
    """Names in a text, as far as it tells itself; asked: a name was asked for just before."""
    counted = [(number.start, number.unit_end) for number in find_numbers(text)]
    for start, end in _candidates(text, asked):
        if not any(a < end and b > start for a, b in counted):
            yield start, end


def _candidates(text: str, asked: bool) -> Iterator[Place]:
    for pattern in (_TELLS, _INTRODUCES, _CALLED):
        for match in pattern.finditer(text):
            yield from _name_at(text, match.end(), sure=True)
    if asked and (answer := _ANSWER.match(text)):
        yield from _answer(text, answer.end())
    yield from _titled(text)
    yield from _related(text)
    yield from _by_form(text)


def _answer(text: str, start: int) -> Iterator[Place]:
    """The name that was asked for: in full, or given names alone where nothing else is said."""
    full = next(_name_at(text, start, sure=True), None)
    if full:
        yield full
    elif len(text) - start <= _SHORT_ANSWER and _ALONE.match(text, start):
        given = name_shapes().is_given(text[start : start + 2])
        if given and not _ordinary(text, start, start + 2, True):
            yield start, start + 2


_SHORT_ANSWER = 9
_ALONE = re.compile(r"[가-힣]{2}이?(?:요|예요|에요|입니다|고요|인데요)")


def _name_at(text: str, start: int, sure: bool, least: float = 0.0) -> Iterator[Place]:
    """The full name that begins at a place, whatever may end a word behind it."""
    shapes = name_shapes()
    for length in (4, 3, 2):
        end, word = start + length, text[start : start + length]
        if len(word) < length or not (ends_at(text, end) or _AFTER_NAME.match(text, end)):
            continue
        if not shapes.is_full(word, least if length != 2 else 1.0) or (
            length == 4 and word[:2] not in shapes.surnames
        ):
            continue
        if not _ordinary(text, start, end, length == 2 or not sure):
            yield start, end
            return


def _titled(text: str) -> Iterator[Place]:
    """박지연 씨, 최민호 과장님, 김 대리, 지연 씨."""
    for word in _WORD_BEGINS.finditer(text):
        start = word.start()
        for length in (4, 3, 2, 1):
            match = _title_pattern().match(text, start + length)
            if not match or not _HANGUL.fullmatch(text, start, start + length):
                continue
            if not ends_at(text, match.end()) and not _AFTER_TITLE.match(text, match.end()):
                continue
            if _bears_title(text, start, start + length, match["title"], bool(match["blank"])):
                yield start, start + length
                break


_WORD_BEGINS = re.compile(r"(?<![가-힣])[가-힣]")
_HANGUL = re.compile(r"[가-힣]+")
_AFTER_TITLE = re.compile(r"님|분|께|한테|네|처럼")


def _bears_title(text: str, start: int, end: int, title: str, spaced: bool) -> bool:
    if end - start == 1:
        return _surname_alone(text[start:end], spaced, title)
    if title == "씨" and spaced and _unknown(text, start, end):
        return True
    if len(title) == 1 and title not in "씨님" and not spaced:
        return False
    return _full_before(text, start, end, title) or _given_before(text, start, end, title)


@lru_cache(maxsize=1)
def _title_pattern() -> re.Pattern[str]:
    titles = "|".join(lexicon().titles)
    return re.compile(rf"(?P<blank> ?)(?P<title>{titles})")


def _surname_alone(name: str, spaced: bool, title: str) -> bool:
    if title in _NOT_WITH_SURNAME_ALONE:
        return False
    if name in ("이", "한", "조", "고"):
        ranked = title in _RANKS and (not spaced or name == "조")
        return ranked or (title == "씨" and name != "한" and not spaced)
    return name in _SURNAMES_ALONE and (spaced or title not in ("대표", "사장", "위원"))


def _unknown(text: str, start: int, end: int) -> bool:
    """Whether the dictionary does not have the word, or has it as a proper name: 응우옌 씨."""
    over = [word for word in morphemes(text) if word.start < end and word.end > start]
    return (
        bool(over)
        and all(word.unknown or word.tag == "NNP" for word in over)
        and text[start:end] not in name_shapes().places
    )


def _full_before(text: str, start: int, end: int, title: str) -> bool:
    word = text[start:end]
    if not name_shapes().is_full(word) or (len(word) == 2 and title in ("님", "양", "군")):
        return False
    if title == "씨":
        return True
    return not _ordinary(text, start, end, len(word) == 2)


def _given_before(text: str, start: int, end: int, title: str) -> bool:
    word = text[start:end]
    if title == "님" or not (name_shapes().is_given(word) or word in lexicon().noun_names):
        return False
    return title == "씨" or word in lexicon().noun_names or not _ordinary(text, start, end, True)


def _related(text: str) -> Iterator[Place]:
    """딸 수진이, 남편 김철수, 우리 지우가."""
    shapes, words = name_shapes(), lexicon()
    for match in _kin_pattern().finditer(text):
        start = match.end()
        if full := next(_name_at(text, start, sure=False, least=1.0), None):
            yield full
            continue
        given = text[start : start + 2]
        if not (shapes.is_given(given) or given in words.noun_names) or not _AFTER_NAME.match(
            text, start + 2
        ):
            continue
        alone = given in words.noun_names and match.group().strip() not in ("우리", "저희")
        if alone or not _ordinary(text, start, start + 2, True):
            yield start, start + 2


@lru_cache(maxsize=1)
def _kin_pattern() -> re.Pattern[str]:
    kin = "|".join(lexicon().kin)
    return re.compile(rf"(?<![가-힣])(?:{kin}|우리|저희)(?:가|는|이|은|인|분|님)? (?=[가-힣]{{2}})")


def _by_form(text: str) -> Iterator[Place]:
    """Words that the dictionary knows as names, or does not know at all and that have a name's form."""
    shapes = name_shapes()
    for word in morphemes(text):
        if text[word.start : word.end] != word.form:
            continue
        surname = word.form[:2] if len(word.form) == 4 else word.form[:1]
        if len(word.form) - len(surname) != 2 or surname not in shapes.surnames:
            continue
        if word.tag == "NNP" and shapes.is_full(word.form, LEAST_SHARE if len(surname) == 1 else 0.0):
            yield word.start, word.end


def _ordinary(text: str, start: int, end: int, strictly: bool) -> bool:
    """Whether a stretch is an ordinary word: 유치원, 인사 과장.

    strictly: so is everything that the dictionary knows, but for a surname with single syllables behind it.
    """
    over = [word for word in morphemes(text) if word.start < end and word.end > start]
    if not over:
        return False
    particle = over[-1].tag.startswith("J") and over[-1].tag != "JKV"
    if any(word.tag in ("XSV", "XSA", "EP") for word in over) or (strictly and particle):
        return True
    if any(word.tag == "NNP" or word.unknown for word in over):
        return False
    return particle or (_known(over, start, end) if strictly else _made_of_nouns(over))


def _known(over: Sequence[Morpheme], start: int, end: int) -> bool:
    if end - start >= 3 and over[0].end == start + 1 and over[-1].end == end:
        return any(word.tag[0] in "JEV" for word in over)
    apart = len(over) == 2 and all(len(word.form) == 1 and word.tag[0] not in "JEVM" for word in over)
    return not (apart or (len(over) == 1 and over[0].tag == "XR"))


def _made_of_nouns(over: Sequence[Morpheme]) -> bool:
    return len(over) == 1 or all(word.tag == "NNG" and len(word.form) > 1 for word in over)
