"""What counselors have taken on after talks and is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, func, or_, select

from queues.days import today
from queues.models import (
    CounselingSession,
    FollowUp,
    FollowUpState,
    NoteState,
    RecordingConsent,
    SessionNote,
    TalkState,
)


@dataclass(frozen=True)
class DueCounts:
    """What waits for a counselor: due today, overdue, and drafts that wait for a signature."""

    today: int
    late: int
    unsigned: int


def may_be_seen() -> ColumnElement[bool]:
    """A condition on follow-ups: the person still agrees to the recording from which they come, or the note that says
    the same is signed."""
    talk, note = col(CounselingSession.id), col(SessionNote.id)
    of_it = exists().where(
        note == col(FollowUp.note_id),
        talk == col(SessionNote.session_id),
        or_(
            col(CounselingSession.consent) == RecordingConsent.GIVEN,
            col(SessionNote.state) != NoteState.DRAFT,
        ),
    )
    return of_it.correlate(FollowUp)


def due(session: Session, account_id: int, until: date, *, since: date | None = None) -> list[FollowUp]:
    """What a counselor has taken on and not done, due until a day (included), and what has no day at all.

    since  leaves out what was due before
    """
    query = select(FollowUp).where(
        FollowUp.counselor_id == account_id,
        FollowUp.state == FollowUpState.ACCEPTED,
        may_be_seen(),
        or_(col(FollowUp.on).is_(None), col(FollowUp.on) <= until),
    )
    if since is not None:
        query = query.where(or_(col(FollowUp.on).is_(None), col(FollowUp.on) >= since))
    return list(
        session.exec(query.order_by(col(FollowUp.on).nulls_last(), col(FollowUp.at), col(FollowUp.id)))
    )


def counts(session: Session, account_id: int, on: date | None = None) -> DueCounts:
    """What waits for a counselor, on a day (today)."""
    on = on or today()
    accepted = (
        FollowUp.counselor_id == account_id,
        FollowUp.state == FollowUpState.ACCEPTED,
        may_be_seen(),
    )
    now = session.exec(select(func.count(col(FollowUp.id))).where(*accepted, FollowUp.on == on)).one()
    late = session.exec(select(func.count(col(FollowUp.id))).where(*accepted, col(FollowUp.on) < on)).one()
    drafts = select(func.count()).where(
        CounselingSession.counselor_id == account_id, CounselingSession.state == TalkState.DRAFTED
    )
    return DueCounts(now, late, session.exec(drafts).one())
