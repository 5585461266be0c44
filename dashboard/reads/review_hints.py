"""What tells one open question from another in a list: the name on the paper, what is doubted, candidates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from dashboard.parts.korean import field as field_label
from dashboard.reads.review_desk import CONFIRMS, LIKELY
from queues.models import LinkCandidate, ReadField, ReviewTask


@dataclass
class Hint:
    """Of one document: the name on it (masked), the fields in doubt, how many candidates."""

    name: str = ""
    doubtful: tuple[str, ...] = ()
    candidates: int = 0


def hints(session: Session, document_ids: Sequence[int]) -> dict[int, Hint]:
    """By id of the document."""
    found = {i: Hint() for i in document_ids}
    fields = select(ReadField).where(col(ReadField.document_id).in_(document_ids), ReadField.person == 0)
    for f in session.exec(fields.order_by(col(ReadField.id))).all():
        hint = found[f.document_id]
        if f.name in ("name", "company") and (f.name == "name" or not hint.name):
            hint.name = f.value_masked
        if f.doubtful:
            hint.doubtful += (field_label(f.name),)
    counts = (
        select(LinkCandidate.document_id, func.count())
        .where(col(LinkCandidate.document_id).in_(document_ids), LinkCandidate.probability >= LIKELY)
        .group_by(col(LinkCandidate.document_id))
    )
    for document_id, count in session.exec(counts).all():
        found[document_id].candidates = count
    return found


def about(task: ReviewTask, hint: Hint | None) -> str:
    """`김*훈 · 후보 2건`, `김*훈 · 계좌번호, 은행`; of a delivery as a whole the question itself."""
    if hint is None:
        return task.question
    if task.kind == CONFIRMS:
        asked = [field_label(name) for name in task.evidence.get("fields", [])] or hint.doubtful
        what = ", ".join(asked) if asked else "값 확인"
    else:
        what = f"후보 {hint.candidates}건" if hint.candidates else "유력한 후보 없음"
    return " · ".join(word for word in (hint.name, what) if word)
