"""Searching the notes of one person. They are sealed, so that they are opened and looked through in memory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from queues.models import CounselingSession, NoteLine, NoteState, RecordingConsent, SessionNote
from queues.session_notes import in_order, stands, text_of

MOST_NOTES = 500
"""The newest of a person."""


@dataclass(frozen=True)
class Hit:
    """A line that was found. number: of the note's version; state: "draft" or "signed"."""

    note_id: int
    session_id: int
    line_id: int
    number: int
    field: str
    text: str
    held_at: datetime
    state: str
    counselor_id: int | None


def search(session: Session, person_id: int, words: str, reader_id: int) -> list[Hit]:
    """The lines of a person's notes in which all words stand, the latest talk first; without words, all lines.

    Of drafts only those of the reader's own talks. Spaces and capitals do not count.
    """
    wanted = [_plain(word) for word in words.split()]
    query = (
        select(SessionNote, CounselingSession)
        .join(CounselingSession, col(CounselingSession.id) == col(SessionNote.session_id))
        .where(
            CounselingSession.person_id == person_id,
            or_(
                SessionNote.state == NoteState.SIGNED,
                (col(SessionNote.state) == NoteState.DRAFT)
                & (col(CounselingSession.counselor_id) == reader_id)
                & (col(CounselingSession.consent) == RecordingConsent.GIVEN),
            ),
        )
        .order_by(col(CounselingSession.held_at).desc(), col(SessionNote.number).desc())
        .limit(MOST_NOTES)
    )
    found = session.exec(query).all()
    lines = _lines(session, [note.id for note, _ in found])
    return [
        _hit(note, talk, line)
        for note, talk in found
        for line in lines.get(note.id, ())
        if stands(line) and _holds(text_of(line), wanted)
    ]


def _lines(session: Session, note_ids: list[int]) -> dict[int, list[NoteLine]]:
    """The lines of all these notes at once, in their order."""
    by_note: dict[int, list[NoteLine]] = {}
    for line in in_order(session.exec(select(NoteLine).where(col(NoteLine.note_id).in_(note_ids)))):
        by_note.setdefault(line.note_id, []).append(line)
    return by_note


def _holds(text: str, wanted: list[str]) -> bool:
    plain = _plain(text)
    return all(word in plain for word in wanted)


def _hit(note: SessionNote, talk: CounselingSession, line: NoteLine) -> Hit:
    return Hit(
        note.id, talk.id, line.id, note.number, line.field, text_of(line), talk.held_at, note.state,
        talk.counselor_id,
    )  # fmt: skip


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
