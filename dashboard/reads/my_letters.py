"""What one person has to do about letters: agree to them, and see to those that did not arrive."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from dashboard.reads.approvals import waiting_by_kind
from queues.models import ReviewState, ReviewTask
from queues.whose import Circle

_RETURNED = "notice_returned"
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


@dataclass(frozen=True)
class MyLetters:
    """approvals: letters that wait for this person's agreement; returned: of theirs, what came back;
    other: what else is asked about their letters. Of one who is no officer, everybody's."""

    approvals: int
    returned: int
    other: int


def my_letters(session: Session, circle: Circle, account_id: int, *, approves: bool) -> MyLetters:
    """The counts. `approves`: whether this person is asked for agreement at all."""
    query = select(func.count().filter(col(ReviewTask.kind) == _RETURNED), func.count()).where(
        col(ReviewTask.kind).startswith("notice"), col(ReviewTask.state).in_(_OPEN)
    )
    if circle.officer_id is not None:
        query = query.where(col(ReviewTask.officer_id).in_(circle.own))
    returned, asked = session.exec(query).one()
    waiting = sum(waiting_by_kind(session, account_id).values()) if approves else 0
    return MyLetters(waiting, returned, asked - returned)
