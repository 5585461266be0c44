"""A passage as a line of the note: the words that were spoken, without the sounds of thinking."""

from __future__ import annotations

import re

from config.note_words import load_note_words
from stt.note.acts import Act, act_of
from stt.note.draft import NoteField
from stt.note.endings import noted
from stt.note.passages import Passage, answers
from stt.note.quantities import quantities
from stt.note.quoting import quoted_problems
from stt.note.routing import DEFAULT_SPEAKER
from stt.note.sentences import Sentence, is_nod
from stt.spoken_numbers import find_numbers
from stt.transcript import COUNSELOR, OTHER, PERSON, UNKNOWN

NAMES = {COUNSELOR: "상담사", PERSON: "구직자", OTHER: "다른 사람", UNKNOWN: "미상"}

ANSWER, AND = " → ", ". "
"""Between what one says and what the other answers; between two things that one says."""

_LEADING = re.compile(
    r"^(?:그래서|그러면|그럼|그리고|그런데|근데|그니까|그러니까|그래 가지고|그래가지고|자|아니 "
    r"근데|있잖아요|저기|선생님|아이고)[,\s]+(?=\S)"
)
_NOD_FIRST = re.compile(r"^(?:네|예|넵|아|음|어|응)[,.\s]+(?=\S)")


def name_of(speaker: str) -> str:
    """What the note calls a voice."""
    if speaker.startswith("voice"):
        return f"목소리 {speaker.removeprefix('voice')}"
    return NAMES.get(speaker, NAMES[UNKNOWN])


def render(passage: Passage, field: NoteField) -> str:
    """The passage's line. Whose words they are stands before them wherever the field does not say it."""
    known = DEFAULT_SPEAKER.get(field, "")
    if passage.act is Act.QUESTION and len(passage.sentences) > 1 and passage.speaker == PERSON:
        known = passage.sentences[0].speaker
    line = ""
    spoken = [s for i, s in enumerate(passage.sentences) if i or not is_nod(s.text)] or passage.sentences
    for place, sentence in enumerate(spoken):
        answer = place > 0 and sentence.likely != spoken[place - 1].likely
        words = compact(sentence, keep_nod=answer)
        if place == 0 and passage.act is Act.QUESTION and len(spoken) > 1 and not answers(spoken[1].text):
            words = topic(words)
        if place == 0 and sentence.speaker != known:
            words = f"{name_of(sentence.speaker)}: {words}"
        line += (ANSWER if answer else AND) * (place > 0) + words
    return line


_ASKED_FOR = re.compile(
    r"(?:은|는|이|가|을|를|도)? ?(?:어떻게 되(?:세요|시나요|십니까|시죠|시는지)|(?:얼마나|얼마|"
    r"어느 정도) ?(?:되세요|되시나요|되죠|돼요|정도 되세요)|"
    r"있으(?:세요|신가요|십니까|실까요)|있나요|말씀해 ?(?:주세요|주시겠어요|주시죠)|뭐(?:예요|"
    r"세요|죠)|무엇인가요|어떤가요|언제(?:예요|세요|죠|인가요)|어디(?:예요|세요|죠))\?*$"
)


def topic(question: str) -> str:
    """A question whose answer is open, down to what it asks for: "연세가 어떻게 되세요?" becomes "연세?"."""
    short = _ASKED_FOR.sub("", question)
    kept = 2 <= len(short) < len(question) and not quoted_problems(short, question)
    return f"{short}?" if kept else question


def compact(sentence: Sentence, *, keep_nod: bool = False, ending: bool = True) -> str:
    """The words of a sentence without fillers, repetitions of a word and what only leads in; with `ending`, its polite
    ending as notes put it. Nothing is added, and nothing goes that says how many, when, who, or that it is not so."""
    text = (
        noted(sentence.text, sentence.morphemes)
        if ending and act_of(sentence) is Act.STATEMENT
        else sentence.text
    )
    short = _without_fillers(text.strip(), keep_nod)
    return short if not quoted_problems(short, sentence.text) else sentence.text.strip(" .,")


def _without_fillers(text: str, keep_nod: bool) -> str:
    if not keep_nod:
        while (nod := _NOD_FIRST.match(text)) and not _counts(text):
            text = text[nod.end() :]
    text = _LEADING.sub("", text)
    fillers = load_note_words().fillers
    kept: list[str] = []
    for word in text.split():
        bare = word.strip(",.…~")
        if bare in fillers or (kept and _again(bare, kept[-1])):
            if kept and word.endswith((".", "?")) and not kept[-1].endswith((".", "?")):
                kept[-1] = kept[-1].rstrip(",") + word[-1]
            continue
        kept.append(word)
    return (" ".join(kept) or text).rstrip(" .,")


def _counts(text: str) -> bool:
    """네 시간 is four hours, and no yes."""
    return any(number.start == 0 for number in find_numbers(text))


def _again(word: str, before: str) -> bool:
    """A word said twice while thinking; a number said twice may be two."""
    return len(word) > 1 and word == before.strip(",.…~") and not quantities(word)
