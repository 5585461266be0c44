"""The signed session notes of one case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from queues.models import Account, CounselingSession, NoteState, SessionNote, SinkState

MOST = 20


@dataclass(frozen=True)
class CaseNote:
    """A note as it stands: version `number`, `told`: the system of record has it."""

    talk_id: int
    way: str
    held_at: datetime
    signed_at: datetime | None
    counselor: str
    number: int
    told: bool


def of_case(session: Session, application_id: int) -> list[CaseNote]:
    """The latest talk first, at most `MOST`."""
    query = (
        select(SessionNote, CounselingSession, Account)
        .join(CounselingSession, col(CounselingSession.id) == col(SessionNote.session_id))
        .join(Account, col(Account.id) == col(SessionNote.signed_by))
        .where(CounselingSession.application_id == application_id, SessionNote.state == NoteState.SIGNED)
        .order_by(col(CounselingSession.held_at).desc(), col(SessionNote.id).desc())
        .limit(MOST)
    )
    return [
        CaseNote(
            talk.id,
            talk.way,
            talk.held_at,
            note.signed_at,
            account.display_name or account.username,
            note.number,
            note.sink_state == SinkState.ACKNOWLEDGED,
        )
        for note, talk, account in session.exec(query)
    ]
