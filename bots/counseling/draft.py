"""counseling.draft: a transcript becomes the draft of a session note.

The note is made of the words without personal data, and of what the record knows of the talk. A draft that its
counselor has begun to work on, and a signed note, stay as they are.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bots.counseling.redact import go_through
from bots.counseling.wordless import wordless
from bots.counseling.words import NotGoneThrough, transcript_of
from config.settings import settings
from queues import session_notes, talks, transcripts
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import CounselingSession, TalkState

if TYPE_CHECKING:
    from stt.note.draft import Draft, Meeting
    from stt.note.writer import Writer
    from stt.transcript import Transcript

ACTOR = f"bot:{talks.DRAFT}"
_HAS_WORDS = (TalkState.HEARD, TalkState.DRAFTED)


@bot(talks.DRAFT, title="상담일지 초안", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Draft the note of one talk."""
    with wordless():
        return Outcome(
            counts=draft_note(int(item.payload["talk_id"]), redact=bool(item.payload.get("redact")))
        )


def draft_note(talk_id: int, *, redact: bool = False) -> dict[str, int]:
    """{"drafted": 1}, or {} when there is nothing to do. `redact`: take personal data out of the words first."""
    found = _words(talk_id, redact=redact)
    if found is None:
        return {}
    transcript_id, told, meeting = found
    writer, missing = _writer()
    drafted = _draft(told, meeting, writer)
    with record() as session:
        talk = talks.hold(session, talk_id)
        standing = transcripts.standing(session, talk_id)
        if talk.state not in _HAS_WORDS or not talks.readable(talk):
            return {}
        if standing is None or standing.id != transcript_id:
            return {}  # there are other words by now, and work of drafting from them
        made = {"source": told.source, "engine": told.engine, "model_sha256": told.model_sha256}
        if missing:
            made["note_model"] = "unusable"
        try:
            session_notes.propose(session, talk, transcript_id, drafted, actor=ACTOR, made=made)
        except session_notes.NotEditable:
            return {}
        talks.move(session, talk, TalkState.DRAFTED, ACTOR)
    return {"drafted": 1}


def _words(talk_id: int, *, redact: bool) -> tuple[int, Transcript, Meeting] | None:
    with record() as session:
        talk = session.get_one(CounselingSession, talk_id)
        row = transcripts.standing(session, talk_id)
        if talk.state not in _HAS_WORDS or not talks.readable(talk) or row is None:
            return None
        if not redact:
            try:
                return row.id, transcript_of(session, row.id, redacted=True), _meeting(talk)
            except NotGoneThrough:
                pass
    go_through(talk_id, row.id)
    with record() as session:
        return row.id, transcript_of(session, row.id, redacted=True), _meeting(talk)


def _meeting(talk: CounselingSession) -> Meeting:
    from stt.note.draft import Meeting

    held_at: datetime = talk.held_at.astimezone(ZoneInfo(settings().timezone))
    length = (talk.ended_at - talk.held_at).total_seconds() if talk.ended_at else 0.0
    return Meeting(held_at=held_at, way=talk.way, duration=max(0.0, length))


def _writer() -> tuple[Writer | None, bool]:
    """The model that writes lines; (None, True) where one is configured and cannot be used: its lines quote then."""
    folder = settings().note_model
    if folder is None:
        return None, False
    from stt.note.writer import NoteModelError, open_writer

    try:
        return open_writer(folder), False
    except NoteModelError:
        return None, True


def _draft(told: Transcript, meeting: Meeting, writer: Writer | None) -> Draft:
    from stt.note.drafting import draft

    return draft(told, meeting, model=writer)
