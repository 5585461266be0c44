"""Handing out a signed note as PDF or DOCX: by right, for a reason, noted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, require
from dashboard.acts.seeing import ReasonMissing, note_access
from dashboard.acts.talk_sight import sight
from dashboard.visitor import Visitor
from queues.models import CounselingSession, NoteState, SessionNote

PDF, DOCX = "pdf", "docx"
NOT_MADE = "아직 문서가 만들어지지 않았습니다. 잠시 뒤 다시 눌러 주십시오."


@dataclass(frozen=True)
class Paper:
    """What to send: its hash in the file store, and the name to save it under (ids only)."""

    sha256: str
    name: str


def subject(note_id: int) -> str:
    """How the access log names a note."""
    return f"session_note:{note_id}"


def paper(session: Session, visitor: Visitor, note_id: int, kind: str, reason: str) -> Paper:
    """The signed note, byte for byte. Raises `NotAllowed`, `ReasonMissing`, `Refused` when it was not made yet."""
    require(visitor, Right.READ_NOTES)
    note = session.get(SessionNote, note_id)
    if note is None or kind not in (PDF, DOCX):
        raise Refused("없는 상담일지입니다.")
    if sight(session, visitor, note.session_id) is None:
        raise NotAllowed(Right.READ_NOTES)
    if note.state == NoteState.DRAFT:
        raise Refused("서명한 상담일지만 내려받을 수 있습니다.")
    if len(reason.strip()) < 2:
        raise ReasonMissing("상담일지를 내려받으려면 사유를 적어 주십시오.")
    sha256 = note.pdf_sha256 if kind == PDF else note.docx_sha256
    if not sha256:
        raise Refused(NOT_MADE)
    note_access(session, visitor, subject(note_id), "download", reason.strip()[:200])
    talk = session.get_one(CounselingSession, note.session_id)
    return Paper(sha256, f"상담일지{talk.id}-{note.number}판.{kind}")
