"""What one counselor has to do about talks: notes to sign, questions, tasks and appointments that are due."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from queues import due_follow_ups
from queues.models import CounselingSession, ReviewState, ReviewTask

_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


@dataclass(frozen=True)
class MyTalks:
    """unsigned: drafts that wait for this person's signature; asked: open questions about their talks; today and late:
    what follows talks and is due."""

    unsigned: int
    asked: int
    today: int
    late: int


def my_talks(session: Session, account_id: int) -> MyTalks:
    """The counts."""
    due = due_follow_ups.counts(session, account_id)
    asked = (
        select(func.count())
        .select_from(ReviewTask)
        .join(CounselingSession, col(CounselingSession.id) == col(ReviewTask.session_id))
        .where(CounselingSession.counselor_id == account_id, col(ReviewTask.state).in_(_OPEN))
    )
    return MyTalks(due.unsigned, session.exec(asked).one(), due.today, due.late)
