"""Which field of the note a passage belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from config.note_words import load_note_words
from stt.note.acts import Act
from stt.note.draft import NoteField
from stt.note.passages import Passage
from stt.note.quantities import quantities
from stt.transcript import COUNSELOR, OTHER, PERSON

DEFAULT_SPEAKER = {
    NoteField.SITUATION: PERSON,
    NoteField.REQUESTS: PERSON,
    NoteField.GUIDANCE: COUNSELOR,
}
"""Whose words stand in a field without a name before them."""

_WHEN_WORDS = re.compile(
    r"[월화수목금토일]요일|내일(?! ?배움)|모레|(?:다음|이번|다다음|돌아오는) ?(?:주|달)|(?:일주일|"
    r"보름|사흘|나흘|열흘|이틀|주|달|개월) ?(?:뒤|후)"
)
_DAY_OF_MONTH = re.compile(r"(?:\d|[일이삼사오육칠팔구십]) ?일(?:까지|에|날|로)(?![가-힣])")
_BRINGS = re.compile(r"(?:[아어여해떼써와]|가지고) 오(?=[시세셔실])")
"""받아 오세요 is to bring something, and no visit."""
_UNTIL = re.compile(r"까지|안에|이내|안으로|내로")
_OF_HEARER = re.compile(r"[가-힣](?:셨|시네|시군|시고|시니|시는|시죠|신 ?(?:지|분|거|게|적|데|걸))")
_INTENDS = re.compile(r"려고(?:요|해요|합니다|하고요|하는데요)?$|생각(?:이에요|입니다)$")
_TELLS_OF_THEM = re.compile(r"(?:시|셨|신 거|신가 ?보)(?:네요|군요|구나|구만|고요|고|었네요|었군요|었구나)$")
"""The counselor says again what the person said, or reads it from the record."""
_SET = re.compile(r"다음 ?(?:상담|방문|출석|면담)|실업인정일|예약|\d월|[일이삼사오육칠팔구십유시]월")
_PROPOSES = re.compile(r"어떠|어떨까|괜찮|할까요|잡을까|미룰까|볼까요|될까요|가능")
_ABLE = re.compile(r"(?:수 있으|가능하|괜찮으|되시|되세|어떠|오실|하실|주실|내실|올 수|갈 수)")
_OBLIGED = re.compile(
    r"(?:면 됩니다|면 돼요|야 합니다|야 해요|야 돼요|야 됩니다|대상|수 있습니다|수 있어요|지급|나옵니다|나와요)"
)


def fields_of(found: Sequence[Passage]) -> list[NoteField]:
    """The field of each passage. What one is told to do in one go stands together, with the day that was named."""
    fields = [field_of(passage) for passage in found]
    for place in range(1, len(found)):
        pair = found[place - 1 : place + 1]
        told = all(p.act is Act.INSTRUCTION for p in pair) and set(pair[0].cites) & set(pair[1].cites)
        if told and {NoteField.AGREED, NoteField.GUIDANCE} == {fields[place - 1], fields[place]}:
            fields[place - 1] = fields[place] = NoteField.AGREED
    return fields


def field_of(passage: Passage) -> NoteField:
    """By who speaks and what for; where that leaves it open, by the words in it."""
    if passage.likely in {PERSON, OTHER}:
        return _of_person(passage)
    if passage.act is Act.STATEMENT and is_unsure(passage):
        return NoteField.TO_CHECK
    return _of_counselor(passage)


@cache
def _starting(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile("(?<![가-힣])(?:" + "|".join(map(re.escape, longest_first)) + ")")


def found_words(text: str, words: tuple[str, ...]) -> int:
    """How many of these beginnings of words stand in a text."""
    return len(set(_starting(words).findall(text)))


def is_unsure(passage: Passage) -> bool:
    """Somebody says of it that it is not sure."""
    return found_words(passage.text, load_note_words().unsure) > 0 and len(passage.said.content) > 1


def is_meeting(text: str) -> bool:
    """They are to meet or to speak, on a day or at an hour."""
    return has_when(text) and found_words(_BRINGS.sub(" ", text), load_note_words().meetings) > 0


def has_when(text: str) -> bool:
    """It names a day or an hour."""
    units = {q.unit for q in quantities(text)}
    return (
        bool(_WHEN_WORDS.search(text))
        or "시" in units
        or {"월", "일"} <= units
        or bool(_DAY_OF_MONTH.search(text))
    )


def has_clock(text: str) -> bool:
    """It names an hour."""
    return any(q.unit == "시" for q in quantities(text))


def _dated(text: str) -> bool:
    return any(q.unit == "월" for q in quantities(text))


def _of_person(passage: Passage) -> NoteField:
    text = passage.text
    if passage.act is Act.QUESTION:
        asked = passage.sentences[0]
        return _of_answer(asked.text) if asked.likely == COUNSELOR else _of_question(passage)
    if passage.act is Act.REQUEST:
        return NoteField.NEXT if has_clock(text) and has_when(text) else NoteField.REQUESTS
    if passage.act is not Act.PROMISE or (_INTENDS.search(passage.said.bare) and not has_when(text)):
        return NoteField.SITUATION
    return _of_promise(text)


def _of_answer(question: str) -> NoteField:
    """Where the short answer to a counselor's question belongs."""
    if not _ABLE.search(question):
        return NoteField.SITUATION
    if is_meeting(question):
        return NoteField.NEXT
    return NoteField.AGREED if _UNTIL.search(question) else NoteField.SITUATION


def _of_promise(text: str) -> NoteField:
    return NoteField.NEXT if is_meeting(text) or has_clock(text) else NoteField.AGREED


def _of_counselor(passage: Passage) -> NoteField:
    text = passage.text
    if passage.act is Act.QUESTION:
        return _of_question(passage)
    if passage.act is Act.PROMISE:
        return _of_promise(text)
    return _of_instruction(text) if passage.act is Act.INSTRUCTION else _of_statement(passage)


def _of_instruction(text: str) -> NoteField:
    """A day of the calendar makes it an arrangement; a rule for everybody is told."""
    if _general(text) or not has_when(text):
        return NoteField.GUIDANCE
    if is_meeting(text):
        return NoteField.NEXT
    return NoteField.AGREED if _UNTIL.search(text) else NoteField.GUIDANCE


def _of_statement(passage: Passage) -> NoteField:
    text = passage.text
    plain = not _OBLIGED.search(text)
    if plain and _TELLS_OF_THEM.search(passage.said.bare):
        return NoteField.SITUATION
    set_day = _SET.search(text) or has_clock(text) or _dated(text)
    if set_day and is_meeting(text) and not _general(text):
        return NoteField.NEXT
    words = load_note_words().fields
    situation, guidance = found_words(text, words.situation), found_words(text, words.guidance)
    theirs = plain and situation > guidance + 1 and _OF_HEARER.search(text)
    return NoteField.SITUATION if theirs else NoteField.GUIDANCE


def _of_question(passage: Passage) -> NoteField:
    """A proposal of a day is about what comes next; an answer that tells a number is what was told."""
    asked, last = passage.sentences[0], passage.sentences[-1]
    if asked.likely == COUNSELOR:
        return NoteField.NEXT if has_when(asked.text) and _PROPOSES.search(asked.text) else NoteField.GUIDANCE
    if last.likely == COUNSELOR and quantities(last.text):
        return NoteField.GUIDANCE
    return NoteField.REQUESTS


def _general(text: str) -> bool:
    """A rule for everybody rather than a day of these two."""
    return re.search(r"마다|매주|매달|매월|경우|원래|보통|누구나|대상|퍼센트|프로|%", text) is not None
