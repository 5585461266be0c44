"""The review list: open questions in the order in which they are due, a page at a time.

Holds 100,000 open questions: a page is found in an index, the counts are one pass over an index, and
only what a page shows is read whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from dashboard.parts.korean import reason as reason_text
from dashboard.parts.times import now
from dashboard.reads.document_types import title
from dashboard.reads.review_counts import FREE, HELD, MINE, OVERDUE, TEAM, Wanted
from dashboard.reads.review_hints import about, hints
from dashboard.reads.review_kinds import titles_elsewhere
from queues.claiming import Standing, next_task, standing
from queues.models import Account, Delivery, Document, Officer, ReviewState, ReviewTask
from queues.whose import Circle, circle_of

__all__ = [
    "OPEN",
    "PAGE",
    "Standing",
    "Waiting",
    "Wanted",
    "held_by_other",
    "next_task",
    "standing",
    "waiting",
]

OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
PAGE = 50
"""Rows on a page."""


@dataclass(frozen=True)
class Waiting:
    """A row of the list. `holder` is who has it in hand just now, "" for nobody.

    officer       whose it is, "" for anybody's; `stand_in`: shown to one who stands in for that officer
    legal_on      the last day of the case's processing period
    other_center  the center it seems to belong to, "" for ours
    """

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
    legal_on: date | None
    caller_number: str
    sender: str
    source: str
    holder: str
    mine: bool
    officer: str = ""
    stand_in: bool = False
    other_center: str = ""
    held_until: datetime | None = None


def waiting(
    session: Session,
    account_id: int,
    wanted: Wanted | None = None,
    *,
    page: int = 0,
    circle: Circle | None = None,
) -> list[Waiting]:
    """One page of what is wanted, what is due first foremost. Pages count from 0."""
    circle = circle or circle_of(session, account_id)
    ids = _narrowed(select(ReviewTask.id), wanted or Wanted(), circle, account_id)
    ids = ids.order_by(col(ReviewTask.due_at), col(ReviewTask.id)).limit(PAGE).offset(page * PAGE)
    shown = session.exec(ids).all()
    found = rows_of(session, account_id, circle, shown)
    return [found[task_id] for task_id in shown if task_id in found]


def rows_of(session: Session, account_id: int, circle: Circle, task_ids: Sequence[int]) -> dict[int, Waiting]:
    """Rows by id of the task."""
    if not task_ids:
        return {}
    query: Any = (
        sql_select(ReviewTask, Delivery, Document, Account, Officer)
        .outerjoin(Delivery, col(ReviewTask.delivery_id) == col(Delivery.id))
        .outerjoin(Document, col(ReviewTask.document_id) == col(Document.id))
        .outerjoin(Account, col(ReviewTask.claimed_by) == col(Account.id))
        .outerjoin(Officer, col(ReviewTask.officer_id) == col(Officer.id))
        .where(col(ReviewTask.id).in_(task_ids))
    )
    rows = session.execute(query).all()
    known = hints(session, [row[2].id for row in rows if row[2] is not None])
    letters = titles_elsewhere(session, [row[0] for row in rows])
    return {
        row[0].id: _row(
            account_id,
            circle,
            about(row[0], known.get(row[2].id) if row[2] else None),
            letters.get(row[0].id, "배달 전체"),
            row,
        )
        for row in rows
    }


def count_wanted(session: Session, account_id: int, wanted: Wanted, circle: Circle) -> int:
    """How many are wanted, `words` and `unclaimed` included."""
    ids = _narrowed(select(ReviewTask.id), wanted, circle, account_id).subquery()
    return session.exec(select(func.count()).select_from(ids)).one()


def count_open(session: Session) -> int:
    query = select(func.count()).select_from(ReviewTask).where(col(ReviewTask.state).in_(OPEN))
    return session.exec(query).one()


def _narrowed(query: Any, wanted: Wanted, circle: Circle, account_id: int) -> Any:
    task = ReviewTask
    officer, held = col(task.officer_id), col(task.held_until)
    query = query.where(col(task.state).in_(OPEN))
    if wanted.scope == MINE:
        query = query.where(officer.in_(circle.own))
    elif wanted.scope == FREE:
        query = query.where(or_(officer.is_(None), officer.in_(circle.unattended)))
    elif wanted.scope == TEAM:
        query = query.where(officer.in_({*circle.team, *circle.own}))
    put_off = func.coalesce(held > func.now(), False)
    query = query.where(put_off if wanted.state == HELD else ~put_off)
    if wanted.state == OVERDUE:
        query = query.where(col(task.due_at) < func.now())
    for name in ("reason", "program", "source"):
        if value := getattr(wanted, name):
            query = query.where(getattr(task, name) == value)
    if wanted.unclaimed:
        others = and_(
            col(task.state) == ReviewState.CLAIMED.value,
            col(task.claimed_by) != account_id,
            col(task.claimed_until) > func.now(),
        )
        query = query.where(~func.coalesce(others, False))
    for word in wanted.words.split():
        query = query.where(col(task.delivery_id).in_(_from(word)))
    return query


def _from(word: str) -> Any:
    """Deliveries whose sender or number holds a word."""
    like = "%" + word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    digits = "".join(c for c in word if c.isdigit())
    found: list[Any] = [col(Delivery.sender_name).ilike(like), col(Delivery.caller_number).like(like)]
    if len(digits) >= 3:
        plain = func.regexp_replace(col(Delivery.caller_number), r"\D", "", "g")
        found.append(plain.like(f"%{digits}%"))
    return select(Delivery.id).where(or_(*found))


def held_by_other(task: ReviewTask, account_id: int) -> bool:
    """True while the claim of somebody else has not run out."""
    return (
        task.state == ReviewState.CLAIMED
        and task.claimed_by != account_id
        and task.claimed_until is not None
        and task.claimed_until > now()
    )


def _row(
    account_id: int,
    circle: Circle,
    what: str,
    without_paper: str,
    row: tuple[ReviewTask, Delivery | None, Document | None, Account | None, Officer | None],
) -> Waiting:
    task, delivery, document, holder, officer = row
    claimed = task.state == ReviewState.CLAIMED and (task.claimed_until is None or task.claimed_until > now())
    return Waiting(
        task_id=task.id,
        reason=reason_text(task.reason),
        reason_code=task.reason,
        kind=task.kind,
        question=task.question,
        document=title(document.type) if document else without_paper,
        about=what,
        pages=len(document.pages) if document else (delivery.page_count if delivery else 0),
        received_at=delivery.received_at if delivery else None,
        due_at=task.due_at,
        legal_on=task.legal_on,
        caller_number=delivery.caller_number if delivery else "",
        sender=delivery.sender_name if delivery else "",
        source=delivery.source if delivery else "",
        holder=holder.display_name or holder.username if claimed and holder else "",
        mine=claimed and task.claimed_by == account_id,
        officer=officer.name or officer.number if officer else "",
        stand_in=officer is not None and officer.id in circle.acting_for,
        other_center=task.other_center,
        held_until=task.held_until if task.held_until and task.held_until > now() else None,
    )
