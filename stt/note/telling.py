"""How telling a passage is by itself: marks of what counselors write down, weighed as fitted on scripted talks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from config.note_words import load_note_words
from stt.note.acts import Act
from stt.note.draft import NoteField
from stt.note.negation import negations
from stt.note.passages import Passage
from stt.note.quantities import Quantity, quantities
from stt.note.routing import found_words
from stt.transcript import COUNSELOR

ECHO_WITHIN = 4
"""Passages back within which saying the same numbers again is an echo."""

AROUND = 30
"""Passages before and after in which the same may be spoken of."""

WEIGHTS: dict[str, float] = {
    "always": -2.4,
    "question of the counselor": -1.1,
    "question of the person": -0.8,
    "request": 0.0,
    "instruction": 0.2,
    "promise": 1.5,
    "statement of the counselor": 0.1,
    "statement of the person": 0.3,
    "question and answer": 0.1,
    "numbers": 0.5,
    "money": 0.5,
    "when": 0.4,
    "denied": 0.7,
    "corrected": 0.8,
    "own words": 0.1,
    "other words": 0.05,
    "matter": 0.15,
    "little matter": -1.0,
    "echo": -0.3,
    "about oneself": 0.1,
    "answers": 0.45,
    "taken up again": 0.25,
    "said before": -0.1,
    "reason": 0.1,
    "wish": 0.55,
    "papers": 0.35,
    "past": 0.15,
    "long turn": -0.3,
    "short": -0.5,
}
"""Fitted with ``python -m tests.benchmarks.note_weights``: logarithms of odds that a passage holds a fact."""

_MONEY = {"원", "%"}
_WHEN = {"월", "일", "시", "년", "주", "개월"}
_WHEN_WORDS = re.compile(r"[월화수목금토일]요일|내일|모레|오늘|다음 ?주|이번 ?주|다음 ?달|이번 ?달|까지")
_ONESELF = re.compile(r"(?<![가-힣])(?:제가|저는|저도|저희|제|저|내가|우리|나는)(?=[\s가-힣])")
_REASON = re.compile(r"때문|[아어]서(?=[\s,])|느라|니까(?=[\s,])|바람에|라서")
_WISH = re.compile(r"고 ?싶|희망|원해|원하|바라|됐으면|했으면|좋겠|관심|쪽으로|알아보")
_PAPERS = re.compile(
    r"서류|증명서|확인서|신청서|통장|등본|초본|진단서|소견서|계약서|명세서|이력서|신분증|사본|자기소개서|서식|자료|영수증"
)
_PAST = re.compile(r"[았었했됐갔났왔봤]")


def _shared(passage: Passage, others: Sequence[Passage]) -> float:
    """How many others speak of the same: a number, or two words of matter."""
    numbers = {(q.value, q.unit) for q in quantities(passage.text)}
    matter = {form for s in passage.sentences for form in s.matter if len(form) > 1}
    count = 0
    for other in others:
        theirs = {form for s in other.sentences for form in s.matter}
        count += (
            bool(numbers & {(q.value, q.unit) for q in quantities(other.text)}) or len(matter & theirs) > 1
        )
    return float(count)


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
    counselor = passage.likely == COUNSELOR
    paired = len({s.likely for s in passage.sentences}) > 1
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
        "denied": float(bool(negations(text))),
        "corrected": float("corrected" in passage.flags),
        "own words": float(min(4, found_words(text, own_words))) if own_words else 0.0,
        "other words": float(min(4, others)),
        "matter": float(min(8, matter)),
        "little matter": float(matter + len(numbers) < 2),
        "echo": float(_echoes(found, place, numbers)),
        "about oneself": float(bool(_ONESELF.search(text)) and not counselor),
        "answers": float(
            place > 0 and found[place - 1].act is Act.QUESTION and found[place - 1].likely != passage.likely
        ),
        "taken up again": min(3.0, _shared(passage, found[place + 1 : place + AROUND])),
        "said before": min(3.0, _shared(passage, found[max(0, place - AROUND) : place])),
        "reason": float(bool(_REASON.search(text))),
        "wish": float(bool(_WISH.search(text))),
        "papers": float(bool(_PAPERS.search(text))),
        "past": float(bool(_PAST.search(text))),
        "long turn": float(
            sum(bool(set(p.cites) & set(passage.cites)) for p in found[max(0, place - 5) : place + 6]) >= 3
        ),
        "short": float(len(text) < 12),
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
