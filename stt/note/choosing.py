"""Which passages a note quotes: the most telling of each field, from the whole talk, within a length."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from config.note_words import load_note_words
from stt.note.acts import Act, is_small
from stt.note.draft import NoteField
from stt.note.negation import negations
from stt.note.passages import Passage
from stt.note.quantities import quantities
from stt.note.rendering import render
from stt.note.routing import field_of, found_words
from stt.transcript import COUNSELOR

SHARE = 0.56
"""Of a talk's length that its quotes may have."""

LONG = 4000
"""Letters of quotes up to which the share holds; of what is beyond only `LONG_SHARE` of it is quoted."""

LONG_SHARE = 0.3

STRETCH = 60.0
"""Seconds of a talk of which at least the best passage is quoted, if it tells anything."""

_OF_ACT = {
    Act.PROMISE: 3.0,
    Act.REQUEST: 2.5,
    Act.INSTRUCTION: 2.0,
    Act.QUESTION: 1.5,
    Act.STATEMENT: 1.0,
    Act.SMALL: -5.0,
}
_OWN_WORDS = {
    NoteField.SITUATION: "situation",
    NoteField.GUIDANCE: "guidance",
    NoteField.AGREED: "agreed",
    NoteField.NEXT: "next",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage in its field, as it would stand in the note, and how telling it is by itself."""

    passage: Passage
    field: NoteField
    line: str
    worth: float
    units: frozenset[str]


def candidates(found: Sequence[Passage]) -> list[Candidate]:
    """What may be quoted, in the order of the talk."""
    made = []
    for passage in found:
        field = field_of(passage)
        line = render(passage, field)
        if (worth := _worth(passage, field)) > 0:
            made.append(Candidate(passage, field, line, worth, _units(passage)))
    return made


def budget(talk_length: int) -> int:
    """Letters that the quotes of a talk of this many letters may have."""
    share = SHARE * talk_length
    return int(min(share, LONG + max(0.0, share - LONG) * LONG_SHARE))


def choose(found: Sequence[Candidate], letters: int) -> list[Candidate]:
    """The candidates that together tell most within so many letters, in the order of the talk.

    First the best of every stretch of the talk, then whatever adds most that was not told yet for its length.
    """
    weights = _weights(found)
    chosen: set[int] = set()
    told: Counter[str] = Counter()
    left = letters
    for place in _best_of_stretches(found):
        if len(found[place].line) <= left:
            left -= _take(found, place, chosen, told)
    waiting = set(range(len(found))) - chosen
    while waiting:
        place = max(waiting, key=lambda i: (_gain(found[i], told, weights), -i))
        if _gain(found[place], told, weights) <= 0:
            break
        waiting.discard(place)
        if len(found[place].line) <= left:
            left -= _take(found, place, chosen, told)
    return [found[i] for i in sorted(chosen)]


def _take(found: Sequence[Candidate], place: int, chosen: set[int], told: Counter[str]) -> int:
    chosen.add(place)
    told.update(found[place].units)
    return len(found[place].line)


def _gain(candidate: Candidate, told: Counter[str], weights: dict[str, float]) -> float:
    new = sum(weights[unit] for unit in candidate.units if not told[unit])
    again = not any(unit.startswith("#") and not told[unit] for unit in candidate.units)
    worth = candidate.worth * (0.5 if again and new < 0.5 * sum(weights[u] for u in candidate.units) else 1.0)
    return float((worth + new) / max(12, len(candidate.line)) ** 0.6)


def _best_of_stretches(found: Sequence[Candidate]) -> list[int]:
    best: dict[int, int] = {}
    for place, candidate in enumerate(found):
        stretch = int(candidate.passage.said.start // STRETCH)
        if stretch not in best or candidate.worth > found[best[stretch]].worth:
            best[stretch] = place
    return [place for place in best.values() if found[place].worth >= 2]


def _units(passage: Passage) -> frozenset[str]:
    """What a passage tells of: numbers with what they count ("#3/개월"), and words of matter."""
    numbers = {f"#{q.value}/{q.unit}" for q in quantities(passage.text)}
    words = {form for s in passage.sentences for form in s.content if len(form) > 1}
    return frozenset(numbers | words)


def _weights(found: Sequence[Candidate]) -> dict[str, float]:
    count = Counter(unit for candidate in found for unit in candidate.units)
    total = len(found) + 1
    return {
        unit: 2.0 if unit.startswith("#") else 0.15 * math.log(1 + total / times)
        for unit, times in count.items()
    }


def _worth(passage: Passage, field: NoteField) -> float:
    words = load_note_words().fields
    text = passage.text
    own = found_words(text, getattr(words, _OWN_WORDS[field])) if field in _OWN_WORDS else 1
    other = found_words(text, words.situation) + found_words(text, words.guidance)
    content = sum(len(s.content) for s in passage.sentences)
    worth = _OF_ACT[passage.act]
    worth += min(4.0, 1.5 * len(quantities(text))) + min(2.5, 0.7 * own) + min(1.5, 0.3 * other)
    worth += 0.7 * bool(negations(text)) + 2.0 * ("corrected" in passage.flags)
    if len(passage.sentences) == 1 and passage.act is Act.QUESTION and passage.speaker == COUNSELOR:
        worth -= 4.0
    if content < 2 or (content < 3 and not own + other):
        worth -= 3.0
    if is_small(passage.said):
        worth -= 3.0
    return worth
