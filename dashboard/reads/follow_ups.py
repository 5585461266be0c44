"""The list of what follows a counselor's talks: tasks and appointments, by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from queues import appointment_notices, follow_ups
from queues.days import today
from queues.due_follow_ups import may_be_seen
from queues.models import (
    Application,
    CounselingSession,
    FollowUp,
    FollowUpState,
    Person,
    SessionNote,
)

LATE, TODAY, WEEK, LATER, UNDATED, DONE = "late", "today", "week", "later", "undated", "done"
SPANS = (LATE, TODAY, WEEK, LATER, UNDATED, DONE)
MOST = 300


@dataclass(frozen=True)
class Row:
    """A row. `name` is in clear, for the screen to mask; `told`: the person was told of the appointment."""

    found: FollowUp
    text: str
    talk: CounselingSession
    name: str
    receipt_no: str
    told: bool

    @property
    def late(self) -> bool:
        on = self.found.on
        return self.found.state == FollowUpState.ACCEPTED and on is not None and on < today()


def counts(session: Session, account_id: int, kind: str = "") -> dict[str, int]:
    """How many by span."""
    return {
        span: session.exec(
            select(func.count(col(FollowUp.id))).where(*_conditions(account_id, span, kind))
        ).one()
        for span in SPANS
    }


def rows(session: Session, account_id: int, span: str, kind: str = "") -> list[Row]:
    """Those of a span, the earliest first; what is done, the latest first. At most `MOST`."""
    query = (
        select(FollowUp, CounselingSession, Person, Application)
        .join(SessionNote, col(SessionNote.id) == col(FollowUp.note_id))
        .join(CounselingSession, col(CounselingSession.id) == col(SessionNote.session_id))
        .outerjoin(Person, col(Person.id) == col(CounselingSession.person_id))
        .outerjoin(Application, col(Application.id) == col(CounselingSession.application_id))
        .where(*_conditions(account_id, span, kind))
    )
    if span == DONE:
        query = query.order_by(col(FollowUp.decided_at).desc(), col(FollowUp.id).desc())
    else:
        query = query.order_by(col(FollowUp.on).nulls_last(), col(FollowUp.at), col(FollowUp.id))
    found = session.exec(query.limit(MOST)).all()
    told = appointment_notices.of_cases(session, [talk.application_id for _, talk, *_ in found])
    return [
        Row(
            f,
            follow_ups.text_of(f),
            talk,
            person.name if person else "",
            case.receipt_no if case else "",
            f.id in told,
        )
        for f, talk, person, case in found
    ]


def _conditions(account_id: int, span: str, kind: str) -> list[Any]:
    on, now = col(FollowUp.on), today()
    week = now + timedelta(days=7)
    within: dict[str, list[ColumnElement[bool]]] = {
        LATE: [on < now],
        TODAY: [on == now],
        WEEK: [on > now, on <= week],
        LATER: [on > week],
        UNDATED: [on.is_(None)],
        DONE: [],
    }
    state = FollowUpState.DONE if span == DONE else FollowUpState.ACCEPTED
    conditions: list[Any] = [
        FollowUp.counselor_id == account_id,
        FollowUp.state == state,
        may_be_seen(),
        *within[span],
    ]
    if kind:
        conditions.append(FollowUp.kind == kind)
    return conditions
