"""counseling.papers: a signed note as PDF and DOCX. Each is made once and stays as it was made."""

from __future__ import annotations

from datetime import UTC, datetime

from bots.counseling.note_docx import to_docx
from bots.counseling.note_pdf import to_pdf
from bots.counseling.note_sheet import sheet
from bots.typesetting import problem
from bots.typesetting.problem import LetterError
from queues import audit, files
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import NoteState, SessionNote
from queues.note_signing import PAPERS, is_intact

_PASSES = frozenset({problem.TIMEOUT, problem.MEMORY, problem.CRASHED})


@bot(PAPERS, title="상담일지 문서 작성", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """The papers of one signed note; safe to repeat."""
    try:
        return Outcome(counts={"papers": make(int(item.payload["note_id"]))})
    except LetterError as error:
        if error.code in _PASSES:
            raise
        raise BusinessError("note_paper", error.text) from error


def make(note_id: int) -> int:
    """Make those that are missing; returns how many. Raises `LetterError`, and `BusinessError` for a note that does not
    say any more what was signed."""
    with record() as session:
        note = session.get_one(SessionNote, note_id)
        if note.state == NoteState.DRAFT or (note.pdf_sha256 and note.docx_sha256):
            return 0
        if not is_intact(session, note):
            raise BusinessError(
                "note_altered",
                "상담일지의 내용이 서명한 것과 다릅니다. 문서를 만들지 않았습니다. 감사 기록을 확인하십시오.",
            )
        told, signed_at = sheet(session, note), note.signed_at or datetime.now(UTC)
    return _keep(note_id, "pdf_sha256", to_pdf(told, signed_at)) + _keep(
        note_id, "docx_sha256", to_docx(told, signed_at)
    )


def _keep(note_id: int, column: str, content: bytes) -> int:
    """The first one that was made stays."""
    sha256 = files.put(content)
    with record() as session:
        note = session.get_one(SessionNote, note_id, with_for_update=True)
        if getattr(note, column):
            return 0
        setattr(note, column, sha256)
        session.add(note)
        audit.record(session, f"bot:{PAPERS}", "note.paper", "session_note", note.id, **{column: sha256})
    return 1
