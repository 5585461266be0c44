"""Lines that a model writes from the chosen evidence: each must cite it and hold against it, or the words spoken stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from stt.note.checks import Evidence, problems
from stt.note.choosing import Candidate
from stt.note.draft import TITLES, NoteField, NoteLine
from stt.note.negation import negations
from stt.note.quantities import among, quantities
from stt.note.rendering import name_of
from stt.note.writer import Writer, WritingError

FELL_BACK = "fell_back"

MOST = 10
"""Passages given to the model at once: a small model loses track of more."""

INSTRUCTION = """너는 고용센터 상담일지를 쓰는 사람이다. 아래 발화만 근거로 "{title}" 항목을 쓴다.
규칙: 한 줄에 한 문장, 개조식으로 짧게 쓴다. 줄 끝에 근거 발화 번호를 [3] 또는 [3, 5]처럼 적는다. \
말하지 않은 것은 쓰지 않는다. 숫자와 날짜와 부정 표현을 바꾸지 않는다. 약속은 누가 하는지(상담사 또는 구직자) 쓴다."""

_WRITTEN = re.compile(
    r"^[\s\-*•·]*(?:\d+[.)]\s+)?(?P<text>.*?)\s*(?P<cites>(?:\[\s*\d+(?:\s*[,，]\s*\d+)*\s*\]\s*)+)[.。]?\s*$"
)


@dataclass(frozen=True, slots=True)
class _Written:
    text: str
    cites: tuple[int, ...]


def write(chosen: Sequence[Candidate], said: Sequence[NoteLine], model: Writer) -> list[NoteLine]:
    """The lines of a note, `said[i]` for `chosen[i]`, with what the model wrote in the place of those it covers.

    What is doubtful (not heard well, put right, speaker unknown) is not given to the model: it stays as it was said.
    """
    model.begin()
    lines = [line for line in said if line.flags]
    for field in NoteField:
        own = [i for i, line in enumerate(said) if line.field is field and not line.flags]
        for at in range(0, len(own), MOST):
            part = own[at : at + MOST]
            lines += _of_part(field, [chosen[i] for i in part], [said[i] for i in part], model)
    return lines


def _of_part(
    field: NoteField, chosen: Sequence[Candidate], said: Sequence[NoteLine], model: Writer
) -> list[NoteLine]:
    try:
        answer = model.write(INSTRUCTION.format(title=TITLES[field]), _evidence_text(chosen))
    except WritingError:
        answer = ""
    good = [
        w
        for w in read_lines(answer)
        if _may_cite(w, chosen) and not problems(w.text, _evidence_of(w, chosen), field)
    ]
    kept = [
        replace(line, flags=(*line.flags, FELL_BACK))
        for candidate, line in zip(chosen, said, strict=True)
        if not _covered(candidate, good)
    ]
    used = [w for w in dict.fromkeys(good) if any(_covered(c, good) for c in _cited(w, chosen))]
    return [*kept, *(NoteLine(field, w.text, w.cites, (), "written") for w in used)]


def read_lines(answer: str) -> list[_Written]:
    """The lines of an answer that cite something; all else that a model says is no line of a note."""
    found = []
    for line in answer.splitlines():
        if hit := _WRITTEN.match(line):
            cites = tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", hit["cites"])))
            found.append(_Written(hit["text"].strip(), cites))
    return found


def evidence(candidates: Iterable[Candidate]) -> list[Evidence]:
    """The sentences of passages, each with what it is for."""
    return [
        Evidence(s.cites, s.speaker, s.text, c.passage.act) for c in candidates for s in c.passage.sentences
    ]


def _evidence_of(written: _Written, chosen: Sequence[Candidate]) -> list[Evidence]:
    """The sentences that a line cites, and none that only stand beside them."""
    return [e for e in evidence(_cited(written, chosen)) if set(e.cites) & set(written.cites)]


def _evidence_text(chosen: Sequence[Candidate]) -> str:
    return "\n".join(
        f"[{', '.join(map(str, s.cites))}] {name_of(s.speaker)}: {s.text}"
        for candidate in chosen
        for s in candidate.passage.sentences
    )


def _may_cite(written: _Written, chosen: Sequence[Candidate]) -> bool:
    known = {id for candidate in chosen for id in candidate.passage.cites}
    return bool(written.cites) and set(written.cites) <= known


def _cited(written: _Written, chosen: Sequence[Candidate]) -> list[Candidate]:
    return [c for c in chosen if set(c.passage.cites) & set(written.cites)]


def _covered(candidate: Candidate, good: Sequence[_Written]) -> bool:
    """Whether the written lines say what a passage says: its numbers, its denials, and enough of its words."""
    own = [w for w in good if set(w.cites) & set(candidate.passage.cites)]
    if not own:
        return False
    text = " . ".join(w.text for w in own)
    numbers = all(among(q, quantities(text)) for q in quantities(candidate.passage.text))
    denials = len(negations(text)) >= len(negations(candidate.passage.text))
    words = {form for s in candidate.passage.sentences for form in s.content if len(form) > 1}
    told = sum(form in text for form in words)
    return numbers and denials and told >= 0.5 * len(words)
