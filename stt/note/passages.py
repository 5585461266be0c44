"""What belongs together in a talk: a question with its short answer, what was said with what put it right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from config.note_words import load_note_words
from stt.note.acts import Act, act_of
from stt.note.quantities import quantities
from stt.note.sentences import Sentence
from stt.transcript import COUNSELOR

SHORT = 1
"""An answer with no more words of matter than these, numbers not counted, is not understood without its question."""

TOGETHER = 90
"""Letters that sentences of one turn may have together."""

ANSWERED_WITHIN = 3
"""Passages after a question in which its answer may come."""

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
    def likely(self) -> str:
        """Who speaks, or probably does."""
        return self.said.likely

    @property
    def cites(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(id for s in self.sentences for id in s.cites))

    @property
    def text(self) -> str:
        return " ".join(s.text for s in self.sentences)


def passages(said: Sequence[Sentence]) -> list[Passage]:
    """Every sentence that is more than a greeting, with those it is not understood without: the fragments of its own
    turn, the question that it answers, and what it puts right."""
    turns = _clusters(said)
    found: list[Passage] = []
    taken: set[int] = set()
    for place, cluster in enumerate(turns):
        if place in taken:
            continue
        answer = _short_answer(turns, place) if cluster.act in _ANSWERED else None
        if answer is not None and answer not in taken:
            taken.add(answer)
            found.append(_answered(cluster, turns[answer]))
        elif cluster.act is not Act.SMALL:
            found.append(cluster)
    return _corrected(found)


_ANSWERED = {Act.QUESTION, Act.REQUEST, Act.INSTRUCTION}
_RANK = (Act.SMALL, Act.STATEMENT, Act.QUESTION, Act.REQUEST, Act.INSTRUCTION, Act.PROMISE)


def _clusters(said: Sequence[Sentence]) -> list[Passage]:
    """Sentences in order; fragments stand with the sentence of their turn that they belong to."""
    found: list[Passage] = []
    for sentence in said:
        alone = Passage((sentence,), act_of(sentence))
        if found and _belongs(found[-1], alone):
            before = found.pop()
            act, main = before.act, before.main
            if _RANK.index(alone.act) > _RANK.index(act):
                act, main = alone.act, len(before.sentences)
            alone = Passage((*before.sentences, sentence), act, main)
        found.append(alone)
    return found


def _belongs(before: Passage, after: Passage) -> bool:
    """Of one turn, one of the two a fragment, and not a question with something that is none."""
    last, first = before.sentences[-1], after.sentences[0]
    if not set(last.cites) & set(first.cites) or len(before.text) + len(after.text) > TOGETHER:
        return False
    asking = [p.act is Act.QUESTION for p in (before, after)]
    if (
        after.act is Act.SMALL
        or (before.act is Act.SMALL and not answers(before.text))
        or asking[0] != asking[1]
    ):
        return False
    told = before.act is after.act is Act.INSTRUCTION
    leads = after.act is Act.INSTRUCTION and len(first.matter) <= 2
    return told or leads or _fragment(last) or _fragment(first)


def _fragment(sentence: Sentence) -> bool:
    """Not a whole sentence, or one that says next to nothing alone."""
    return len(sentence.matter) <= 1 or not any(m.tag in _PREDICATES for m in sentence.morphemes)


_PREDICATES = frozenset({"VV", "VA", "XSV", "XSA", "VCN"})


def _answered(question: Passage, answer: Passage) -> Passage:
    """Whose sentence a question and its answer are: what a person answers is said by the person; what a counselor
    answers briefly stands with the person's question. A promise is the promise of whoever gives it."""
    together = (*question.sentences, *answer.sentences)
    theirs = len(question.sentences) + answer.main
    if answer.act is Act.PROMISE or question.act is Act.INSTRUCTION:
        return Passage(together, Act.PROMISE, theirs)
    return Passage(together, question.act, theirs if question.likely == COUNSELOR else question.main)


_ACCEPTS = re.compile(
    r"(?:그럴게요|그렇게 ?(?:할게요|하겠습니다|하지요|하죠)|그러겠습니다|그러죠|그러지요|[할낼갈올볼줄]게요|"
    r"하겠습니다|오겠습니다|가겠습니다|드리겠습니다)[\s.!]*$"
)


def _short_answer(turns: Sequence[Passage], place: int) -> int | None:
    """The place of the answer to a question when it is too short to stand alone."""
    asker = turns[place].likely
    for after in range(place + 1, min(place + 1 + ANSWERED_WITHIN, len(turns))):
        answer = turns[after]
        if answer.likely == asker:
            if answer.act in {Act.QUESTION, Act.SMALL}:
                return None
            continue
        if turns[place].act is Act.INSTRUCTION:
            return after if _accepts(turns[place], answer) else None
        if answer.act is Act.SMALL and not answers(answer.text):
            continue
        if answer.act is Act.PROMISE and asker != COUNSELOR:
            return None
        return after if _is_short(answer) else None
    return None


def _accepts(told: Passage, answer: Passage) -> bool:
    """네 그럴게요, with nothing of its own: another day or amount is another arrangement."""
    own = set(quantities(answer.text)) - set(quantities(told.text))
    return bool(_ACCEPTS.search(answer.text)) and len(answer.said.matter) <= 1 and not own


def _is_short(answer: Passage) -> bool:
    if answer.act in {Act.QUESTION, Act.REQUEST, Act.INSTRUCTION}:
        return False
    matter = sum(len(s.matter) for s in answer.sentences)
    if answer.act is Act.PROMISE:
        return matter <= 2 and not quantities(answer.text)
    return matter <= SHORT


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
    for passage in map(_corrected_within, found):
        if corrects(passage.text) and (place := _put_right(kept, passage)) is not None:
            before = kept.pop(place)
            flags = tuple(dict.fromkeys((*before.flags, "corrected")))
            if passage.act is Act.PROMISE and before.act is not Act.PROMISE:
                kept.insert(place, replace(before, flags=flags))
                kept.append(replace(passage, flags=tuple(dict.fromkeys((*passage.flags, "corrected")))))
                continue
            kept.insert(
                place, Passage((*before.sentences, *passage.sentences), before.act, before.main, flags)
            )
        else:
            kept.append(passage)
    return kept


_OBJECTS = re.compile(
    r"안 ?[돼되됩]|말고|아니|아뇨|못 |어렵|어려|힘들|곤란|바꿔|바꾸|미뤄|당겨|[로으]로? ?(?:하시죠|"
    r"하죠|할까요|해 ?주)|안 될까"
)
_FIXED = frozenset({"시", "일", "월", "원", "주", "개월", "회", "번"})

OBJECTED_WITHIN = 5
"""Passages after which nobody objects any more to a number that was said."""


def is_objected_to(found: Sequence[Passage], place: int) -> bool:
    """Whether a day, hour or amount of a passage is soon said otherwise by somebody who objects to it."""
    own: dict[str, set[Decimal]] = {}
    for quantity in quantities(found[place].text):
        if quantity.unit in _FIXED:
            own.setdefault(quantity.unit, set()).add(quantity.value)
    for later in found[place + 1 : place + 1 + OBJECTED_WITHIN]:
        theirs = [q for q in quantities(later.text) if q.unit in own]
        if _OBJECTS.search(later.text) and any(q.value not in own[q.unit] for q in theirs):
            return True
    return False


def _corrected_within(passage: Passage) -> Passage:
    """Somebody who puts right in one turn what was just said."""
    counted = Counter(q.unit for s in passage.sentences for q in set(quantities(s.text)))
    if passage.act is Act.QUESTION or not corrects(passage.text) or max(counted.values()) < 2:
        return passage
    return replace(passage, flags=tuple(dict.fromkeys((*passage.flags, "corrected"))))


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
