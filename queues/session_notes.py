"""상담일지: the note of a talk, proposed by the program, a draft until its counselor signs it.

A talk has at most one draft, and at most one signed note that stands; versions count from 1. Every change of a draft
raises its `version`, so that nobody signs what they have not seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from queues import audit, crypto
from queues.errors import BackOfficeError
from queues.models import (
    CounselingSession,
    FollowUp,
    FollowUpState,
    LineFate,
    NoteLine,
    NoteState,
    SessionNote,
)

FIELDS = ("meeting", "situation", "requests", "guidance", "agreed", "next", "to_check")
"""The fields of a note, in its order."""
DRAFTING = "drafting"
"""A flag of a note: its draft is being made anew, as its counselor asked."""
_STANDING = (NoteState.DRAFT.value, NoteState.SIGNED.value)


class NotEditable(BackOfficeError):
    """What was asked cannot be: `text` says why, in Korean; `field` where to look."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.text, self.field = text, field


class ProposedLine(Protocol):
    """A line as `stt` drafts it."""

    @property
    def field(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def cites(self) -> Sequence[int]: ...
    @property
    def flags(self) -> Sequence[str]: ...
    @property
    def origin(self) -> str: ...


class ProposedFollowUp(Protocol):
    """What is to be done, as `stt` drafts it."""

    @property
    def kind(self) -> str: ...
    @property
    def who(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def cites(self) -> Sequence[int]: ...
    @property
    def flags(self) -> Sequence[str]: ...
    @property
    def on(self) -> date | None: ...
    @property
    def at(self) -> str: ...


class Proposed(Protocol):
    """A whole draft as `stt` makes it."""

    @property
    def lines(self) -> Sequence[ProposedLine]: ...
    @property
    def follow_ups(self) -> Sequence[ProposedFollowUp]: ...
    @property
    def drafted_by(self) -> str: ...
    @property
    def flags(self) -> Sequence[str]: ...


def propose(
    session: Session,
    talk: CounselingSession,
    transcript_id: int | None,
    drafted: Proposed,
    *,
    actor: str,
    made: Mapping[str, Any] | None = None,
) -> SessionNote:
    """Enter a draft in the caller's transaction; the talk's state is the caller's to move.

    A draft that nobody has decided about yet is replaced by it; one that somebody works on stays as it is and is
    returned. made: plain JSON of what it was made with, without personal data

    Raises `NotEditable` when the talk's note is signed.
    """
    hold_talk(session, talk.id)
    note = standing(session, talk.id)
    if note is not None and note.state != NoteState.DRAFT:
        raise NotEditable("이미 서명한 상담일지가 있습니다. 고치려면 새 판을 열어 주십시오.")
    asked_for = (
        note is not None and DRAFTING in note.flags
    )  # lines written meanwhile stay, before the new ones
    if note is not None and is_touched(session, note) and not asked_for:
        return note
    if note is None:
        note = SessionNote(session_id=talk.id, number=1)
        session.add(note)
    else:
        if not asked_for:
            clear(session, note)
        note.version += 1
    note.transcript_id, note.drafted_by = transcript_id, drafted.drafted_by
    note.flags, note.made = list(drafted.flags), dict(made or {})
    session.flush()
    there = session.exec(select(func.max(NoteLine.position)).where(NoteLine.note_id == note.id)).one() or 0
    session.add_all(_line(note.id, place, line) for place, line in enumerate(drafted.lines, there + 1))
    there = session.exec(select(func.max(FollowUp.position)).where(FollowUp.note_id == note.id)).one() or 0
    session.add_all(_follow_up(talk, note.id, n, one) for n, one in enumerate(drafted.follow_ups, there + 1))
    session.flush()
    audit.record(
        session, actor, "note.propose", "session_note", note.id,
        talk=talk.id, lines=len(drafted.lines), follow_ups=len(drafted.follow_ups), by=drafted.drafted_by,
    )  # fmt: skip
    return note


def hold_talk(session: Session, talk_id: int) -> CounselingSession:
    """The talk, locked until the end of the transaction, as it is now: its note, too, changes for nobody else.

    Raises `NotEditable` when there is none.
    """
    query = select(CounselingSession).where(CounselingSession.id == talk_id).with_for_update()
    talk = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if talk is None:
        raise NotEditable("없는 상담입니다.")
    return talk


def hold(session: Session, note_id: int) -> tuple[CounselingSession, SessionNote]:
    """A note and its talk, both locked, as they are now. Raises `NotEditable` when there is none."""
    talk_id = session.exec(select(SessionNote.session_id).where(SessionNote.id == note_id)).one_or_none()
    if talk_id is None:
        raise NotEditable("없는 상담일지입니다.")
    talk = hold_talk(session, talk_id)
    query = select(SessionNote).where(SessionNote.id == note_id).with_for_update()
    return talk, session.exec(query.execution_options(populate_existing=True)).one()


def standing(session: Session, talk_id: int) -> SessionNote | None:
    """The talk's draft, else the signed note that stands."""
    query = (
        select(SessionNote)
        .where(SessionNote.session_id == talk_id, col(SessionNote.state).in_(_STANDING))
        .order_by(col(SessionNote.number).desc())
    )
    return session.exec(query.limit(1)).first()


def versions(session: Session, talk_id: int) -> list[SessionNote]:
    """All notes of a talk, the newest first."""
    query = select(SessionNote).where(SessionNote.session_id == talk_id)
    return list(session.exec(query.order_by(col(SessionNote.number).desc())))


def lines_of(session: Session, note_id: int) -> list[NoteLine]:
    """The lines of a note by field, then by their place; struck ones are among them."""
    return in_order(session.exec(select(NoteLine).where(NoteLine.note_id == note_id)))


def in_order(lines: Iterable[NoteLine]) -> list[NoteLine]:
    """By field, then by their place."""
    return sorted(lines, key=lambda line: (_rank(line.field), line.position))


def stands(line: NoteLine) -> bool:
    """Whether the line is part of the note, as far as anybody has decided."""
    return line.fate != LineFate.STRUCK


def text_of(line: NoteLine) -> str:
    """The line as it stands."""
    return crypto.open_(line.text_enc) if line.text_enc else ""


def proposed_of(line: NoteLine) -> str | None:
    """What was proposed; None for a line that the counselor added."""
    return crypto.open_(line.proposed_enc) if line.proposed_enc else None


def is_touched(session: Session, note: SessionNote) -> bool:
    """Whether a person has decided about anything of it, or it is a new version of a signed one."""
    if note.number > 1:
        return True
    fates = select(NoteLine.id).where(NoteLine.note_id == note.id, NoteLine.fate != LineFate.PROPOSED)
    decided = select(FollowUp.id).where(FollowUp.note_id == note.id, FollowUp.state != FollowUpState.PROPOSED)
    return (
        session.exec(fates.limit(1)).first() is not None or session.exec(decided.limit(1)).first() is not None
    )


def outdate(session: Session, talk_id: int) -> None:
    """It is somebody else's talk now: who signs its draft has to have seen that. The talk's row is held."""
    note = standing(session, talk_id)
    if note is not None and note.state == NoteState.DRAFT:
        note.version += 1
        session.add(note)


def clear(session: Session, note: SessionNote) -> None:
    """Take the lines of a draft away, and the follow-ups that nobody has decided about."""
    session.flush()
    session.execute(delete(NoteLine).where(col(NoteLine.note_id) == note.id))
    session.execute(
        delete(FollowUp).where(
            col(FollowUp.note_id) == note.id, col(FollowUp.state) == FollowUpState.PROPOSED.value
        )
    )


def _line(note_id: int, place: int, line: ProposedLine) -> NoteLine:
    return NoteLine(
        note_id=note_id,
        position=place,
        field=str(line.field),
        origin=line.origin,
        proposed_enc=crypto.seal(line.text),
        text_enc=crypto.seal(line.text),
        cites=list(line.cites),
        flags=list(line.flags),
    )


def _follow_up(talk: CounselingSession, note_id: int, place: int, one: ProposedFollowUp) -> FollowUp:
    return FollowUp(
        note_id=note_id,
        position=place,
        counselor_id=talk.counselor_id,
        person_id=talk.person_id,
        kind=one.kind,
        who=one.who,
        on=one.on,
        at=one.at,
        text_enc=crypto.seal(one.text),
        cites=list(one.cites),
        flags=list(one.flags),
    )


def _rank(field: str) -> int:
    return FIELDS.index(field) if field in FIELDS else len(FIELDS)
