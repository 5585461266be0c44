"""What belongs together in a talk: a question with its short answer, what was said with what put it right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from config.note_words import load_note_words
from stt.note.acts import Act, act_of
from stt.note.quantities import quantities
from stt.note.sentences import Sentence, is_nod

SHORT = 4
"""An answer with no more words of matter than these is not understood without its question."""

ANSWERED_WITHIN = 3
"""Sentences after a question in which its answer may come."""

CORRECTED_WITHIN = 6
"""Sentences after which a correction is no longer of what was said before."""

_YES = re.compile(
    r"^(?:네|예|넵|응|그럼요|맞아요|맞습니다|그렇습니다|그래요|그렇죠|그쵸|당연|물론|됩니다|돼요|가능|좋아요|좋습니다|괜찮)"
)
_NO = re.compile(r"^(?:아니|아뇨|아직|없|안 |못 |전혀|그건 아니)")


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that are quoted together, in the order of time.

    act      of its main sentence; `main` that one's place in `sentences`
    flags    "corrected": a number in it was put right
    """

    sentences: tuple[Sentence, ...]
    act: Act
    main: int = 0
    flags: tuple[str, ...] = ()

    @property
    def said(self) -> Sentence:
        return self.sentences[self.main]

    @property
    def speaker(self) -> str:
        return self.said.speaker

    @property
    def cites(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(id for s in self.sentences for id in s.cites))

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.sentences)


def passages(said: Sequence[Sentence]) -> list[Passage]:
    """Every sentence that is more than a greeting, alone or with those it is not understood without."""
    acts = [act_of(s) for s in said]
    taken: set[int] = set()
    found: list[Passage] = []
    for number in range(len(said)):
        if number in taken:
            continue
        if acts[number] in {Act.QUESTION, Act.REQUEST} and (answer := _short_answer(said, acts, number)):
            taken |= {number, *answer}
            group = [said[i] for i in (number, *answer)]
            found.append(Passage(tuple(group), acts[number], _telling(group)))
        elif acts[number] is not Act.SMALL:
            taken.add(number)
            found.append(Passage((said[number],), acts[number]))
    return _corrected(sorted(found, key=lambda p: p.sentences[0].number))


def _telling(group: Sequence[Sentence]) -> int:
    """Whose sentence a question and its answer are: what a person answers is said by the person; what a counselor
    answers briefly stands with the person's question."""
    return 1 if group[0].speaker == "counselor" else 0


def _short_answer(said: Sequence[Sentence], acts: Sequence[Act], number: int) -> tuple[int, ...]:
    """Places of the answer to a question when it is too short to stand alone, else ()."""
    asker = said[number].speaker
    for after in range(number + 1, min(number + 1 + ANSWERED_WITHIN, len(said))):
        answer = said[after]
        if answer.speaker == asker and asker not in {"unknown", ""}:
            if acts[after] in {Act.QUESTION, Act.SMALL}:
                return ()
            continue
        if acts[after] is Act.SMALL and not (is_nod(answer.text) and answers(answer.text)):
            continue
        return _with_rest(said, after) if _is_short(answer, acts[after]) else ()
    return ()


def _with_rest(said: Sequence[Sentence], after: int) -> tuple[int, ...]:
    """A bare yes or no with the short sentence of the same utterance that follows it ("네. 삼 년이요.")."""
    following = after + 1
    if (
        following < len(said)
        and is_nod(said[after].text)
        and said[following].cites == said[after].cites
        and len(said[following].content) <= SHORT
        and act_of(said[following]) is not Act.QUESTION
    ):
        return (after, following)
    return (after,)


def _is_short(answer: Sentence, act: Act) -> bool:
    return act not in {Act.QUESTION, Act.REQUEST} and len(answer.content) <= SHORT


def answers(text: str) -> bool:
    """It begins as an answer to a yes-or-no question does."""
    return bool(_YES.match(text.strip()) or _NO.match(text.strip()))


@cache
def _correction_words() -> re.Pattern[str]:
    return re.compile("(?<![가-힣])(?:" + "|".join(map(re.escape, load_note_words().corrections)) + ")")


def corrects(text: str) -> bool:
    """It puts right what was said: a word that takes back, and a number or day in its place."""
    return bool(_correction_words().search(text)) and bool(quantities(text))


def _corrected(found: list[Passage]) -> list[Passage]:
    """Corrections stand with what they put right: alone, either would say what was not meant."""
    kept: list[Passage] = []
    for passage in found:
        if corrects(passage.text) and (place := _put_right(kept, passage)) is not None:
            before = kept.pop(place)
            flags = tuple(dict.fromkeys((*before.flags, "corrected")))
            kept.insert(
                place, Passage((*before.sentences, *passage.sentences), before.act, before.main, flags)
            )
        else:
            kept.append(passage)
    return kept


def _put_right(before: Sequence[Passage], passage: Passage) -> int | None:
    """The place of the last passage that has a number of the same kind as the correction, if it is not far back."""
    units = {q.unit for q in quantities(passage.text)}
    first = passage.sentences[0].number
    for place in range(len(before) - 1, -1, -1):
        if first - before[place].sentences[-1].number > CORRECTED_WITHIN:
            return None
        if units & {q.unit for q in quantities(before[place].text)}:
            return place
    return None
