"""The review list: open questions in the order in which they are to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from dashboard.parts.korean import field as field_label
from dashboard.parts.korean import reason as reason_text
from dashboard.parts.times import now
from dashboard.reads.document_types import title
from dashboard.reads.review_desk import CONFIRMS, LIKELY
from queues.models import Account, Delivery, Document, LinkCandidate, ReadField, ReviewState, ReviewTask

OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


@dataclass(frozen=True)
class Waiting:
    """A row of the list. `holder` is who has it in hand just now, "" for nobody."""

    task_id: int
    reason: str
    reason_code: str
    kind: str
    question: str
    document: str
    about: str
    pages: int
    received_at: datetime | None
    due_at: datetime | None
    caller_number: str
    sender: str
    source: str
    holder: str
    mine: bool


def waiting(session: Session, account_id: int) -> list[Waiting]:
    """All open tasks, most urgent first."""
    query = (
        select(ReviewTask, Delivery, Document, Account)
        .outerjoin(Delivery, col(ReviewTask.delivery_id) == col(Delivery.id))
        .outerjoin(Document, col(ReviewTask.document_id) == col(Document.id))
        .outerjoin(Account, col(ReviewTask.claimed_by) == col(Account.id))
        .where(col(ReviewTask.state).in_(OPEN))
        .order_by(*task_order())
    )
    rows = session.exec(query).all()
    hints = _hints(session, [d.id for _, _, d, _ in rows if d is not None])
    return [_row(account_id, hints.get(row[2].id) if row[2] else None, row) for row in rows]


@dataclass
class _Hint:
    """What tells one row of the list from another: the name on the paper, what is doubted, candidates."""

    name: str = ""
    doubtful: tuple[str, ...] = ()
    candidates: int = 0


def _hints(session: Session, document_ids: Sequence[int]) -> dict[int, _Hint]:
    hints = {i: _Hint() for i in document_ids}
    fields = select(ReadField).where(col(ReadField.document_id).in_(document_ids), ReadField.person == 0)
    for f in session.exec(fields.order_by(col(ReadField.id))).all():
        hint = hints[f.document_id]
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
        hints[document_id].candidates = count
    return hints


def _about(task: ReviewTask, hint: _Hint | None) -> str:
    """`김*훈 · 후보 2건`, `김*훈 · 계좌번호, 은행`; of a delivery as a whole the question itself."""
    if hint is None:
        return task.question
    if task.kind == CONFIRMS:
        asked = [field_label(name) for name in task.evidence.get("fields", [])] or hint.doubtful
        what = ", ".join(asked) if asked else "값 확인"
    else:
        what = f"후보 {hint.candidates}건" if hint.candidates else "유력한 후보 없음"
    return " · ".join(word for word in (hint.name, what) if word)


def task_order() -> tuple[ColumnElement[Any], ...]:
    """Priority, then deadline, then age."""
    return (
        col(ReviewTask.priority).desc(),
        col(ReviewTask.due_at).asc().nulls_last(),
        col(ReviewTask.id).asc(),
    )


def next_task(session: Session, account_id: int, *, after: int | None = None) -> int | None:
    """The most urgent task that nobody else has in hand, other than `after`; None when all is done."""
    tasks = session.exec(
        select(ReviewTask).where(col(ReviewTask.state).in_(OPEN)).order_by(*task_order())
    ).all()
    free = [t for t in tasks if t.id != after and not held_by_other(t, account_id)]
    fresh = [t for t in free if (t.decision or {}).get("action") != "hold"]
    chosen = fresh or free
    return chosen[0].id if chosen else None


def held_by_other(task: ReviewTask, account_id: int) -> bool:
    """True while the claim of somebody else has not run out."""
    return (
        task.state == ReviewState.CLAIMED
        and task.claimed_by != account_id
        and task.claimed_until is not None
        and task.claimed_until > now()
    )


def count_open(session: Session) -> int:
    query = select(func.count()).select_from(ReviewTask).where(col(ReviewTask.state).in_(OPEN))
    return session.exec(query).one()


def reasons(rows: Sequence[Waiting]) -> dict[str, int]:
    """The reasons that occur with their counts, most frequent first."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.reason] = counts.get(row.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def _row(
    account_id: int,
    hint: _Hint | None,
    row: tuple[ReviewTask, Delivery | None, Document | None, Account | None],
) -> Waiting:
    task, delivery, document, holder = row
    claimed = task.state == ReviewState.CLAIMED and (task.claimed_until is None or task.claimed_until > now())
    pages = len(document.pages) if document else (delivery.page_count if delivery else 0)
    return Waiting(
        task_id=task.id,
        reason=reason_text(task.reason),
        reason_code=task.reason,
        kind=task.kind,
        question=task.question,
        document=title(document.type) if document else "배달 전체",
        about=_about(task, hint),
        pages=pages,
        received_at=delivery.received_at if delivery else None,
        due_at=task.due_at,
        caller_number=delivery.caller_number if delivery else "",
        sender=delivery.sender_name if delivery else "",
        source=delivery.source if delivery else "",
        holder=holder.display_name or holder.username if claimed and holder else "",
        mine=claimed and task.claimed_by == account_id,
    )
