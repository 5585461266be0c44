"""What a counselor has put right and signed: of which talks, and which words of them a recogniser may learn from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from queues import transcripts
from queues.models import (
    CounselingSession,
    NoteState,
    RecordingConsent,
    SessionNote,
    Transcript,
    Utterance,
)

SURE = 0.8
"""What nobody has changed is taken as right from this confidence on, and only in talks in which something was changed:
there somebody has read along."""


def signed_talks(session: Session) -> Sequence[Transcript]:
    """The transcripts under signed notes, of talks whose person still agrees, in which something was put right."""
    corrected = select(Utterance.transcript_id).where(col(Utterance.right_enc).is_not(None))
    query = (
        select(Transcript)
        .join(SessionNote, col(SessionNote.transcript_id) == col(Transcript.id))
        .join(CounselingSession, col(CounselingSession.id) == col(Transcript.session_id))
        .where(
            SessionNote.state == NoteState.SIGNED,
            CounselingSession.consent == RecordingConsent.GIVEN,
            col(Transcript.id).in_(corrected),
        )
        .order_by(col(Transcript.id))
    )
    return session.exec(query).all()


def to_learn(session: Session, transcript_id: int) -> list[tuple[Utterance, str]]:
    """Utterances of a transcript with what was really said: those that were put right, and those beyond doubt."""
    return [
        (row, transcripts.text(row))
        for row in transcripts.utterances(session, transcript_id)
        if row.right_enc is not None or (row.confidence >= SURE and not row.flags)
    ]
