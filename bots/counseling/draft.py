"""counseling.draft: a transcript becomes the draft of a session note.

The note is made of the words without personal data, and of what the record knows of the talk. A draft that its
counselor has begun to work on, and a signed note, stay as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bots.counseling.redact import go_through
from bots.counseling.wordless import wordless
from bots.counseling.words import NotGoneThrough, transcript_of
from config.settings import settings
from queues import session_notes, talks, transcripts
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import CounselingSession, TalkState, Utterance

if TYPE_CHECKING:
    from stt.note.draft import Draft, Meeting
    from stt.note.writer import Writer
    from stt.transcript import Transcript

ACTOR = f"bot:{talks.DRAFT}"
_HAS_WORDS = (TalkState.HEARD, TalkState.DRAFTED)


@dataclass(frozen=True)
class _Words:
    """What a draft is made from; `seen` tells whether it is still so."""

    transcript_id: int
    told: Transcript
    meeting: Meeting
    seen: tuple[object, ...]


@bot(talks.DRAFT, title="상담일지 초안", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Draft the note of one talk."""
    with wordless():
        return Outcome(
            counts=draft_note(int(item.payload["talk_id"]), redact=bool(item.payload.get("redact")))
        )


def draft_note(talk_id: int, *, redact: bool = False) -> dict[str, int]:
    """{"drafted": 1}, or {} when there is nothing to do. `redact`: take personal data out of the words first.

    Where words were put right, or voices named, while it was drafted from them, it is not entered, since it would say
    what they denied: {"again": 1}, and the work is added anew.
    """
    found = _words(talk_id, redact=redact)
    if found is None:
        return {}
    told, meeting = found.told, found.meeting
    writer, missing = _writer()
    drafted = _draft(told, meeting, writer)
    with record() as session:
        talk = talks.hold(session, talk_id)
        standing = transcripts.standing(session, talk_id)
        if talk.state not in _HAS_WORDS or not talks.readable(talk):
            return {}
        if standing is None or standing.id != found.transcript_id:
            return {}  # there are other words by now, and work of drafting from them
        if _seen(talk, transcripts.utterances(session, standing.id)) != found.seen:
            talks.begin(session, talks.DRAFT, talk_id, ACTOR, redact=redact)
            return {"again": 1}
        made = {"source": told.source, "engine": told.engine, "model_sha256": told.model_sha256}
        if missing:
            made["note_model"] = "unusable"
        try:
            session_notes.propose(session, talk, standing.id, drafted, actor=ACTOR, made=made)
        except session_notes.NotEditable:
            return {}
        talks.move(session, talk, TalkState.DRAFTED, ACTOR)
    return {"drafted": 1}


def _words(talk_id: int, *, redact: bool) -> _Words | None:
    with record() as session:
        talk = session.get_one(CounselingSession, talk_id)
        row = transcripts.standing(session, talk_id)
        if talk.state not in _HAS_WORDS or not talks.readable(talk) or row is None:
            return None
        if not redact:
            try:
                return _read(session, talk, row.id)
            except NotGoneThrough:
                pass
    go_through(talk_id, row.id)
    with record() as session:
        return _read(session, session.get_one(CounselingSession, talk_id), row.id)


def _read(session: Session, talk: CounselingSession, transcript_id: int) -> _Words:
    """Raises `NotGoneThrough`."""
    rows = transcripts.utterances(session, transcript_id)  # held, so that these are the rows that are read
    told = transcript_of(session, transcript_id, redacted=True)
    return _Words(transcript_id, told, _meeting(talk), _seen(talk, rows))


def _seen(talk: CounselingSession, rows: Sequence[Utterance]) -> tuple[object, ...]:
    """What a draft depends on and a person may change meanwhile: the words, whose they are, and whose talk it is."""
    return (
        talk.person_id,
        talk.counselor_id,
        sorted(talk.voices.items()),
        [(row.number, row.version) for row in rows],
    )


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
