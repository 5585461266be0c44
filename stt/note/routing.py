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

_WHEN = re.compile(
    r"[월화수목금토일]요일|(?:\d|[일이삼사오육칠팔구십])\s*(?:일(?!을|이|은)|시(?!간))|내일|모레|[한두세네섯곱덟홉열]\s*시(?!간)|다음 ?주|이번 ?주|다음 ?달|(?:이틀|사흘|나흘|열흘|보름|일주일|주|달|개월) ?(?:뒤|후)"
)
_UNTIL = re.compile(r"까지|안에|이내|안으로|내로")
_HONORED = re.compile(
    r"[가-힣]*(?:시면|세요|셔야|시는|시고|십니다|셨|실|시겠|시니까|시나요|신가요|드리|드릴|드려|신 ?(?:지|분|거|게|적|데|걸|다고))"
)
_INTENDS = re.compile(r"려고(?:요|해요|합니다|하고요|하는데요)?$|생각(?:이에요|입니다)$")
_CLOCK = re.compile(r"(?:\d|[한두세네섯곱덟홉열]) ?시(?!간)")
_SET = re.compile(
    rf"{_CLOCK.pattern}|다음 ?(?:상담|방문|출석|면담)|실업인정일|예약|\d월|[일이삼사오육칠팔구십유시]월"
)
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
    if passage.act is Act.STATEMENT and is_unsure(passage):
        return NoteField.TO_CHECK
    if passage.likely in {PERSON, OTHER}:
        return _of_person(passage)
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
    return bool(_WHEN.search(text)) and found_words(text, load_note_words().meetings) > 0


def _of_person(passage: Passage) -> NoteField:
    if passage.act is Act.PROMISE:
        if _INTENDS.search(passage.said.bare) and not _WHEN.search(passage.text):
            return NoteField.SITUATION
        return NoteField.NEXT if is_meeting(passage.text) or _CLOCK.search(passage.text) else NoteField.AGREED
    if passage.act is Act.QUESTION and passage.sentences[0].likely == COUNSELOR:
        question = passage.sentences[0].text
        if is_meeting(question) and _ABLE.search(question):
            return NoteField.NEXT
        if _UNTIL.search(question) and _ABLE.search(question):
            return NoteField.AGREED
        return NoteField.SITUATION
    if passage.act is Act.QUESTION:
        return _of_question(passage)
    return NoteField.REQUESTS if passage.act is Act.REQUEST else NoteField.SITUATION


def _of_counselor(passage: Passage) -> NoteField:
    text = passage.text
    if passage.act is Act.QUESTION:
        return _of_question(passage)
    if passage.act is Act.PROMISE:
        return NoteField.NEXT if is_meeting(text) or _CLOCK.search(text) else NoteField.AGREED
    if passage.act is Act.REQUEST:
        return NoteField.AGREED
    if is_meeting(text) and not _general(text) and (passage.act is not Act.STATEMENT or _SET.search(text)):
        return NoteField.NEXT
    if passage.act is Act.INSTRUCTION and _WHEN.search(text) and _UNTIL.search(text):
        return NoteField.AGREED
    words = load_note_words().fields
    if passage.act is Act.STATEMENT and not _OBLIGED.search(text):
        situation, guidance = found_words(text, words.situation), found_words(text, words.guidance)
        if situation > guidance + 1 and _HONORED.search(text):
            return NoteField.SITUATION
    return NoteField.GUIDANCE


def _of_question(passage: Passage) -> NoteField:
    """A proposal of a day is about what comes next; an answer that tells a number is what was told."""
    asked, last = passage.sentences[0], passage.sentences[-1]
    if asked.likely == COUNSELOR:
        return (
            NoteField.NEXT
            if _WHEN.search(asked.text) and _PROPOSES.search(asked.text)
            else NoteField.GUIDANCE
        )
    if last.likely == COUNSELOR and quantities(last.text):
        return NoteField.GUIDANCE
    return NoteField.REQUESTS


def _general(text: str) -> bool:
    """A rule for everybody rather than a day of these two."""
    return re.search(r"마다|매주|매달|매월|경우|원래|보통|누구나|대상|퍼센트|프로|%", text) is not None
