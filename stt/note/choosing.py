"""Which passages a note quotes: the most telling of each field, from the whole talk, within a length."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stt.note.draft import NoteField
from stt.note.passages import Passage
from stt.note.quantities import quantities
from stt.note.rendering import render
from stt.note.routing import fields_of
from stt.note.telling import marks_of, worth

SHARE = 0.597
"""Of a talk's length that its note may have."""

BESIDES = 44
"""Letters of a note that are no quotes: the meeting, and fields of which nothing was said."""

LEAST = 200
"""Letters that may be quoted however short the talk."""

LONG = 4000
"""Letters of quotes up to which the share holds; of what is beyond only `LONG_SHARE` of it is quoted."""

LONG_SHARE = 0.3

HARDLY = 0.04
"""A chance under which nothing is quoted though there be room."""

LEAST_LENGTH, LENGTH_COUNTS = 10, 0.5
"""How much length weighs against what is told: 1 would be by the letter, 0 not at all."""

STRETCH = 60.0
"""Seconds of a talk of which at least the best passage is quoted, if it tells anything."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage in its field, as it would stand in the note; `chance`: that a counselor would write it down, 0..1."""

    passage: Passage
    field: NoteField
    line: str
    chance: float
    units: frozenset[str]


def candidates(found: Sequence[Passage]) -> list[Candidate]:
    """What may be quoted, in the order of the talk."""
    made = []
    fields = fields_of(found)
    for place, (passage, field) in enumerate(zip(found, fields, strict=True)):
        if _only_hidden(passage.text):
            continue
        chance = 1 / (1 + math.exp(-worth(marks_of(found, place, field))))
        made.append(Candidate(passage, field, render(passage, field), chance, _units(passage)))
    return made


_HIDDEN = re.compile(r"\[[^\]]*\]")
_LABEL = re.compile(
    r"주민|등록|번호|전화|연락처|성함|이름|계좌|은행|주소|메일|이메일|카드|앞자리|뒷자리|생년월일"
)


def _only_hidden(text: str) -> bool:
    """Nothing but what redaction took out, and what it is called."""
    if not _HIDDEN.search(text):
        return False
    return len(re.findall(r"[가-힣]", _LABEL.sub("", _HIDDEN.sub("", text)))) < 6


def budget(talk_length: int) -> int:
    """Letters that the quotes of a talk of this many letters may have."""
    share = max(LEAST, SHARE * talk_length - BESIDES)
    return int(min(share, LONG + max(0.0, share - LONG) * LONG_SHARE))


def choose(found: Sequence[Candidate], letters: int) -> list[Candidate]:
    """The candidates that together tell most within so many letters, in the order of the talk.

    First the best of every field and of every stretch of the talk, then
    whatever adds most that was not told yet for its length.
    """
    weights = _weights(found)
    chosen: set[int] = set()
    told: Counter[str] = Counter()
    left = letters
    for place in dict.fromkeys((*_best_of_fields(found), *_best_of_stretches(found))):
        if len(found[place].line) <= left:
            left -= _take(found, place, chosen, told)
    waiting = set(range(len(found))) - chosen
    while waiting:
        place = max(waiting, key=lambda i: (_gain(found[i], told, weights), -i))
        waiting.discard(place)
        if found[place].chance >= HARDLY and len(found[place].line) <= left:
            left -= _take(found, place, chosen, told)
    return [found[i] for i in sorted(chosen)]


def _take(found: Sequence[Candidate], place: int, chosen: set[int], told: Counter[str]) -> int:
    chosen.add(place)
    told.update(found[place].units)
    return len(found[place].line)


def _gain(candidate: Candidate, told: Counter[str], weights: dict[str, float]) -> float:
    """What a candidate adds for its length: less the more of it was told already."""
    all_of_it = sum(weights[unit] for unit in candidate.units)
    new = sum(weights[unit] for unit in candidate.units if not told[unit])
    fresh = 0.5 + 0.5 * new / all_of_it if all_of_it else 0.5
    return float(candidate.chance * fresh / max(LEAST_LENGTH, len(candidate.line)) ** LENGTH_COUNTS)


def _best_of_fields(found: Sequence[Candidate]) -> list[int]:
    """One for each field: what a talk has of it is not to be missing for others that tell more."""
    best: dict[NoteField, int] = {}
    for place, candidate in enumerate(found):
        if candidate.field not in best or candidate.chance > found[best[candidate.field]].chance:
            best[candidate.field] = place
    return list(best.values())


def _best_of_stretches(found: Sequence[Candidate]) -> list[int]:
    best: dict[int, int] = {}
    for place, candidate in enumerate(found):
        stretch = int(candidate.passage.said.start // STRETCH)
        if stretch not in best or candidate.chance > found[best[stretch]].chance:
            best[stretch] = place
    return [place for place in best.values() if found[place].chance >= HARDLY]


def _units(passage: Passage) -> frozenset[str]:
    """What a passage tells of: numbers with what they count ("#3/개월"), and words of matter."""
    numbers = {f"#{q.value}/{q.unit}" for q in quantities(passage.text)}
    words = {form for s in passage.sentences for form in s.matter if len(form) > 1}
    return frozenset(numbers | words)


def _weights(found: Sequence[Candidate]) -> dict[str, float]:
    count = Counter(unit for candidate in found for unit in candidate.units)
    total = len(found) + 1
    return {
        unit: 2.0 if unit.startswith("#") else 0.15 * math.log(1 + total / times)
        for unit, times in count.items()
    }
