"""What one counselor has to do about talks: notes to sign, questions, tasks and appointments that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from queues import due_follow_ups
from queues.models import CounselingSession, ReviewState, ReviewTask

_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
MOST = 20


@dataclass(frozen=True)
class Question:
    """An open question about one of their talks."""

    task_id: int
    reason: str
    held_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class MyTalks:
    """unsigned: drafts that wait for this person's signature; asked: open questions about their talks, the earliest due
    first; today and late: what follows talks and is due."""

    unsigned: int
    asked: tuple[Question, ...]
    today: int
    late: int


def my_talks(session: Session, account_id: int) -> MyTalks:
    """What there is now; of questions at most `MOST`."""
    due = due_follow_ups.counts(session, account_id)
    asked = (
        select(ReviewTask.id, ReviewTask.reason, CounselingSession.held_at, ReviewTask.due_at)
        .join(CounselingSession, col(CounselingSession.id) == col(ReviewTask.session_id))
        .where(CounselingSession.counselor_id == account_id, col(ReviewTask.state).in_(_OPEN))
        .order_by(col(ReviewTask.due_at).nulls_last(), col(ReviewTask.id))
    )
    questions = tuple(Question(*row) for row in session.exec(asked.limit(MOST)))
    return MyTalks(due.unsigned, questions, due.today, due.late)
