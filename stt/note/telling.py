"""How telling a passage is by itself: marks of what counselors write down, weighed as fitted on scripted talks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.note_words import load_note_words
from stt.note.acts import Act, is_small
from stt.note.draft import NoteField
from stt.note.negation import negations
from stt.note.passages import Passage
from stt.note.quantities import Quantity, quantities
from stt.note.routing import found_words, is_meeting, is_unsure
from stt.transcript import COUNSELOR

ECHO_WITHIN = 4
"""Passages back within which saying the same numbers again is an echo."""

WEIGHTS: dict[str, float] = {
    "always": -2.0,
    "question of the counselor": -1.0,
    "question of the person": -0.5,
    "request": 0.2,
    "instruction": 0.2,
    "promise": 0.9,
    "statement of the counselor": 0.1,
    "statement of the person": 0.2,
    "question and answer": 0.0,
    "numbers": 0.55,
    "money": 0.9,
    "when": 0.5,
    "meeting": 0.3,
    "denied": 0.45,
    "corrected": 0.5,
    "own words": 0.1,
    "other words": 0.05,
    "matter": 0.17,
    "little matter": -0.5,
    "small talk": -1.0,
    "echo": -0.8,
    "unsure": 0.2,
    "first": -0.4,
    "last": -0.3,
    "about oneself": 0.1,
    "said at once": -0.1,
    "condition": 0.2,
}
"""Fitted with ``python -m tests.benchmarks.notes --fit``: logarithms of odds that a passage holds a fact."""

_MONEY = {"원", "%"}
_WHEN = {"월", "일", "시", "년", "주", "개월"}
_WHEN_WORDS = re.compile(r"[월화수목금토일]요일|내일|모레|오늘|다음 ?주|이번 ?주|다음 ?달|이번 ?달|까지")
_ONESELF = re.compile(r"(?<![가-힣])(?:제가|저는|저도|저희|제|저|내가|우리|나는)(?=[\s가-힣])")
_AT_ONCE = re.compile(
    r"(?:불러|말씀해|말해|여쭤|여쭙|찾아볼|조회|확인해 볼|볼게요|봐 드릴|설명|잠시|잠깐|성함|생년월일|주민|기다려|앉)"
)
_CONDITION = re.compile(r"(?:으면|시면|하면|되면|라면|다면|경우|때는|때만)")


def worth(marks: dict[str, float]) -> float:
    """The sum of the weights of what a passage has."""
    return sum(WEIGHTS[name] * value for name, value in marks.items())


def marks_of(found: Sequence[Passage], place: int, field: NoteField) -> dict[str, float]:
    """What `found[place]` has of what `WEIGHTS` names, by name."""
    passage = found[place]
    words = load_note_words().fields
    text, numbers = passage.text, quantities(passage.text)
    own_words = getattr(words, field.value, ())
    others = found_words(text, words.situation) + found_words(text, words.guidance)
    matter = sum(len(s.matter) for s in passage.sentences)
    counselor = passage.speaker == COUNSELOR
    paired = len({s.speaker for s in passage.sentences}) > 1
    asks = passage.act is Act.QUESTION and not paired
    return {
        "always": 1.0,
        "question of the counselor": float(asks and counselor),
        "question of the person": float(asks and not counselor),
        "request": float(passage.act is Act.REQUEST),
        "instruction": float(passage.act is Act.INSTRUCTION),
        "promise": float(passage.act is Act.PROMISE),
        "statement of the counselor": float(passage.act is Act.STATEMENT and counselor),
        "statement of the person": float(passage.act is Act.STATEMENT and not counselor),
        "question and answer": float(paired),
        "numbers": float(min(3, len(numbers))),
        "money": float(any(q.unit in _MONEY for q in numbers)),
        "when": float(any(q.unit in _WHEN for q in numbers) or bool(_WHEN_WORDS.search(text))),
        "meeting": float(is_meeting(text)),
        "denied": float(bool(negations(text))),
        "corrected": float("corrected" in passage.flags),
        "own words": float(min(4, found_words(text, own_words))) if own_words else 0.0,
        "other words": float(min(4, others)),
        "matter": float(min(8, matter)),
        "little matter": float(matter + len(numbers) < 2),
        "small talk": float(is_small(passage.said)),
        "echo": float(_echoes(found, place, numbers)),
        "unsure": float(is_unsure(passage)),
        "first": float(place < 2),
        "last": float(place >= len(found) - 2),
        "about oneself": float(bool(_ONESELF.search(text)) and not counselor),
        "said at once": float(bool(_AT_ONCE.search(text))),
        "condition": float(bool(_CONDITION.search(text))),
    }


def _echoes(found: Sequence[Passage], place: int, numbers: Sequence[Quantity]) -> bool:
    """The numbers of somebody just before, said again with hardly anything besides."""
    passage = found[place]
    matter = {form for s in passage.sentences for form in s.matter}
    for before in found[max(0, place - ECHO_WITHIN) : place]:
        said = {form for s in before.sentences for form in s.matter}
        known = {q.value for q in quantities(before.text)}
        if numbers and {q.value for q in numbers} <= known and len(matter - said) <= 1:
            return True
        if not numbers and matter and matter <= said:
            return True
    return False
