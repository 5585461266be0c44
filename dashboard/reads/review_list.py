"""The review list: open questions in the order in which they are to be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from dashboard.parts.korean import reason as reason_text
from dashboard.parts.times import now
from dashboard.reads.document_types import title
from queues.models import Account, Delivery, Document, ReviewState, ReviewTask

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
    return [_row(account_id, *row) for row in session.exec(query).all()]


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


def reasons(rows: Sequence[Waiting]) -> list[str]:
    """The reasons that occur, most frequent first."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.reason] = counts.get(row.reason, 0) + 1
    return sorted(counts, key=lambda r: -counts[r])


def _row(
    account_id: int,
    task: ReviewTask,
    delivery: Delivery | None,
    document: Document | None,
    holder: Account | None,
) -> Waiting:
    claimed = task.state == ReviewState.CLAIMED and (task.claimed_until is None or task.claimed_until > now())
    pages = len(document.pages) if document else (delivery.page_count if delivery else 0)
    return Waiting(
        task_id=task.id,
        reason=reason_text(task.reason),
        reason_code=task.reason,
        kind=task.kind,
        question=task.question,
        document=title(document.type) if document else "배달 전체",
        pages=pages,
        received_at=delivery.received_at if delivery else None,
        due_at=task.due_at,
        caller_number=delivery.caller_number if delivery else "",
        sender=delivery.sender_name if delivery else "",
        source=delivery.source if delivery else "",
        holder=holder.display_name or holder.username if claimed and holder else "",
        mine=claimed and task.claimed_by == account_id,
    )
