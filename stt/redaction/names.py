"""Names of persons in a talk: by what stands before and behind them, and everywhere else once they are known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stt.redaction.kinds import COUNSELOR, NAME, PERSON, Found
from stt.redaction.lexicon import lexicon
from stt.redaction.morphemes import Morpheme, morphemes
from stt.redaction.name_shapes import name_shapes
from stt.spoken_numbers import find_numbers
from stt.transcript import Utterance

_ASKED = re.compile(
    r"(?:성함|이름|성명|존함)(?:이|은|을|도|만)?(?: ?(?:좀|어떻게|뭐|무엇|말씀|여쭤|알려|확인|부탁|누구))|누구(?:시|세|신|십|라고)"
)
_TELLS = re.compile(r"(?:성함|이름|성명|존함)(?:이|은|는|도)?,? (?P<name>[가-힣]{2,5})")
_ENDINGS = re.compile(
    r"(?:이라고\S*|라고\S*|이에요|예요|에요|입니다|이요|요|인데요?|이고요?|고요|이구요|구요|이거든요|이라는|라는|이랑|하고|한테|에게|에서|께서|"
    r"이가|이는|이를|이도|이만|이하고|이랑|이한테|이네|네|이|가|은|는|을|를|도|만|의|와|과|랑|야|아)$"
)
_SELF = re.compile(
    r"(?:^|[\s,.])(?:저는|전|제가|여기는?|상담사|상담원|담당자|담당|주무관|팀장) (?P<name>[가-힣]{2,4})(?:입니다|이라고|라고|인데요|이에요|예요|이고요)"
)
_CALLED = re.compile(
    r"(?:^|[\s,.])(?P<name>[가-힣]{3,4}?)(?:이라고|라고) ?(?:합니다|하는데|해요|하는|하시는|하고|불러|부르|그러|계시|계셨|있는|있었|하셨|적혀|되어|돼|나와)"
)
_COMMON_SURNAMES = frozenset(
    "김 박 최 강 윤 임 서 권 황 송 류 홍 문 양 손 배 백 허 유 남 심 노 곽 성 민 진 엄 채 천 방 변 염 추 정 조 장 한 안 오 신 고".split(
        " "
    )
)
_SURE_TITLES = ("씨", "님", "양", "군")
LEAST_SHARE = 2.0
"""Permille of the people that must bear a surname where nothing but the form speaks for a name."""


def find_names(
    talk: Sequence[Utterance],
    known: Sequence[str] = (),
    person: Sequence[str] = (),
    counselor: Sequence[str] = (),
) -> list[Found]:
    """Every name in the talk. known, person, counselor: names that the record knows."""
    kinds = dict.fromkeys((name for name in known if len(name) > 1), NAME)
    kinds |= dict.fromkeys((name for name in counselor if len(name) > 1), COUNSELOR)
    kinds |= dict.fromkeys((name for name in person if len(name) > 1), PERSON)
    found: list[Found] = []
    for at, utterance in enumerate(talk):
        asked = any(_ASKED.search(talk[back].text) for back in range(max(0, at - 2), at))
        for start, end in _in_text(utterance.text, asked):
            name = utterance.text[start:end]
            found.append(Found(kinds.get(name, NAME), at, start, end))
            kinds.setdefault(name, NAME)
    found.extend(_again(talk, kinds))
    return found


def _in_text(text: str, asked: bool) -> Iterator[tuple[int, int]]:
    shapes = name_shapes()
    for pattern in (_TELLS, _SELF, _CALLED):
        for match in pattern.finditer(text):
            yield from _bare(text, match.start("name"), match.end("name"), 0.0)
    if asked and (answer := re.match(r"(?:네|예|아|저는|제가|음|어|그|[,.\s])*(?P<name>[가-힣]{2,7})", text)):
        yield from _bare(text, answer.start("name"), answer.end("name"), 0.3)
    words = morphemes(text)
    counted = [(number.start, number.unit_end) for number in find_numbers(text)]
    yield from _titled(text, words)
    yield from _kin(text, words)
    for word in words:
        if word.tag == "NNP" and text[word.start : word.end] == word.form and _whole_name(word.form):
            if not any(start < word.end and end > word.start for start, end in counted):
                yield word.start, word.end


def _whole_name(word: str) -> bool:
    """Whether the form alone speaks for a name: a frequent surname and two syllables."""
    shapes = name_shapes()
    surname = word[:2] if len(word) == 4 else word[:1]
    return (
        len(word) - len(surname) == 2
        and surname in shapes.surnames
        and shapes.is_full(word, LEAST_SHARE if len(word) == 3 else 0)
    )


def _bare(text: str, start: int, end: int, least: float) -> Iterator[tuple[int, int]]:
    """The name at the beginning of a word, its endings taken off."""
    shapes = name_shapes()
    word = text[start:end]
    for _ in range(3):
        if shapes.is_full(word, least) and len(word) >= 3:
            yield start, start + len(word)
            return
        shorter = _ENDINGS.sub("", word)
        if shorter == word:
            break
        word = shorter
    if len(word) == 2 and shapes.is_full(word, max(least, 1.0)) and not _is_word(text, start, start + 2):
        yield start, start + 2


def _is_word(text: str, start: int, end: int) -> bool:
    """Whether what stands there is an ordinary word."""
    over = [word for word in morphemes(text) if word.start < end and word.end > start]
    return bool(over) and all(word.tag != "NNP" for word in over)


def _titled(text: str, words: Sequence[Morpheme]) -> Iterator[tuple[int, int]]:
    """박지연 씨, 최민호 과장님, 김 대리, 지연 씨."""
    shapes = name_shapes()
    titles = "|".join(lexicon().titles)
    for match in re.finditer(
        rf"(?<![가-힣])([가-힣]{{1,4}}?) ?({titles})(?=님|[^가-힣]|이|가|은|는|께|한테|하고|이랑|랑|도|를|을|의|에게|에서|과|와|라|입|예|인|이|분)",
        text,
    ):
        name, title = match.group(1), match.group(2)
        start, end = match.span(1)
        spaced = text[end] == " "
        if len(name) == 1:
            if (
                name in _COMMON_SURNAMES
                and title not in ("님", "양", "군", "이사", "의사", "형", "학생")
                and (spaced or title not in ("대표", "사장", "장"))
            ):
                yield start, end
            elif (
                name == "이"
                and title in ("과장", "부장", "대리", "차장", "팀장", "실장", "주임")
                and not spaced
            ):
                yield start, end
            continue
        sure = title == "씨" and (shapes.is_full(name) or shapes.is_given(name))
        full = shapes.is_full(name) and (len(name) >= 3 or title not in _SURE_TITLES)
        if sure or (full and not _ordinary(words, start, end)):
            yield start, end


def _ordinary(words: Sequence[Morpheme], start: int, end: int) -> bool:
    """Whether a stretch is made of common nouns only: 인사 과장, 현장 소장."""
    over = [word for word in words if word.start < end and word.end > start]
    return (
        bool(over)
        and all(word.tag != "NNP" for word in over)
        and (len(over) == 1 or all(word.tag == "NNG" and len(word.form) > 1 for word in over))
    )


def _kin(text: str, words: Sequence[Morpheme]) -> Iterator[tuple[int, int]]:
    """딸 수진이, 남편 김철수, 우리 지우가."""
    shapes = name_shapes()
    kin = "|".join(lexicon().kin)
    for match in re.finditer(
        rf"(?:^|(?<=[\s,.]))(?:{kin}|우리|저희)(?:가|는|이|은|인)? (?P<name>[가-힣]{{2,5}})", text
    ):
        start = match.start("name")
        for word in words:
            if word.start == start and word.tag == "NNP" and text[start : word.end] == word.form:
                form = (
                    word.form[:-1]
                    if len(word.form) == 3 and word.form.endswith("이") and not shapes.is_full(word.form)
                    else word.form
                )
                if shapes.is_full(form) or shapes.is_given(form):
                    yield start, start + len(form)


def _again(talk: Sequence[Utterance], kinds: dict[str, str]) -> Iterator[Found]:
    """Names that are known, wherever they stand, with and without their surname."""
    shapes = name_shapes()
    wanted = dict(kinds)
    for name, kind in kinds.items():
        given = name[len(shapes.surname_of(name)) :] if len(name) >= 3 else ""
        if len(given) == 2 and shapes.is_given(given):
            wanted.setdefault(given, kind)
    if not wanted:
        return
    ordered = sorted(wanted, key=len, reverse=True)
    pattern = re.compile(r"(?<![가-힣])(?:" + "|".join(map(re.escape, ordered)) + ")")
    spaced = (
        re.compile(
            r"(?<![가-힣])(?:"
            + "|".join(" ?".join(name) for name in ordered if len(name) >= 3)
            + r")(?![가-힣]{3})"
        )
        if any(len(n) >= 3 for n in ordered)
        else None
    )
    for at, utterance in enumerate(talk):
        for match in pattern.finditer(utterance.text):
            name = match.group()
            if (
                len(name) == 2
                and not (name in kinds and shapes.is_full(name))
                and not _as_given(utterance.text, match.end())
            ):
                continue
            yield Found(wanted[name], at, *match.span())
        for match in spaced.finditer(utterance.text) if spaced else ():
            yield Found(wanted.get(match.group().replace(" ", ""), NAME), at, *match.span())


def _as_given(text: str, end: int) -> bool:
    """지연이, 지연 씨, 민준아: how given names are used alone."""
    return (
        re.match(
            r"(?: ?씨| ?님| ?양| ?군|이[가는를도랑만한네]|이 |아[,. ]|야[,. ]|가 |는 |를 |도 |랑 )",
            text[end:] + " ",
        )
        is not None
    )
