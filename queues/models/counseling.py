"""Recorded talks, their transcripts, and the notes that counselors sign."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from queues.models.columns import (
    identity,
    listing,
    mapping,
    moment,
    one_of,
    optional_words,
    reference,
    required_moment,
    sealed,
    stamp,
    words,
)
from queues.models.states import FollowUpState, LineFate, NoteState, RecordingConsent, SinkState, TalkState


class CounselingSession(SQLModel, table=True):
    """상담: one talk of a counselor with a person, by telephone or at the desk.

    way             "phone", "desk", "video"
    held_at, ended_at   begin and end of the talk, as recorder or browser tell; ended_at None until known
    counselor_id    the account that may sign; None until it is known whose talk it is
    consent         to being recorded; only "given" lets anything listen (a trigger refuses windows and transcripts
                    otherwise). consent_how: "desk", "recorder", "ars", "form", "review"; consent_by: account, or None
    voices          who speaks where: {"0": "counselor", "1": "person"} by channel, {"voice1": "person"} by voice
    reason          why it stands where it does, a code
    progress        of listening, whole per mille
    """

    __tablename__ = "counseling_session"
    __table_args__ = (
        one_of("state", TalkState),
        one_of("consent", RecordingConsent),
        Index("counseling_session_of", "counselor_id", "state", "held_at"),
        Index("counseling_session_held", "held_at", "id"),
    )
    id: int = identity()
    way: str = words("phone")
    held_at: datetime = required_moment()
    ended_at: datetime | None = moment()
    counselor_id: int | None = reference("account.id", optional=True, index=False)
    person_id: int | None = reference("person.id", optional=True)
    application_id: int | None = reference("application.id", optional=True)
    state: str = words(TalkState.RECEIVED.value, index=True)
    reason: str = words()
    consent: str = words(RecordingConsent.UNKNOWN.value)
    consent_how: str = words()
    consent_at: datetime | None = moment()
    consent_by: int | None = Field(default=None, sa_type=BigInteger)
    voices: dict[str, Any] = mapping()
    progress: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    created_at: datetime = stamp()


class Recording(SQLModel, table=True):
    """녹음: an audio file as it came, and the transcript file beside it if there was one. Never changed.

    source, source_ref   the way in ("recorder", "upload", "desk") and its own name for the file: the same once
    sha256               of the audio in the file store; transcript_sha256: of the file beside it, "" for none
    name_enc, facts_enc  file name and what the recorder tells (JSON): they hold names and numbers, so sealed
    container, codec, channels, sample_rate, duration_ms   as found; 0 and "" before it was looked at
    problem              why it cannot be listened to, a code
    """

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("source", "source_ref"),)
    id: int = identity()
    session_id: int = reference("counseling_session.id")
    source: str = words(None)
    source_ref: str = words(None)
    received_at: datetime = stamp()
    sha256: str = words(None, index=True)
    transcript_sha256: str = words()
    transcript_format: str = words()
    name_enc: bytes | None = sealed()
    facts_enc: bytes | None = sealed()
    size: int = Field(default=0, sa_type=BigInteger)
    container: str = words()
    codec: str = words()
    channels: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    sample_rate: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    duration_ms: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    problem: str = words()


class TalkPiece(SQLModel, table=True):
    """A piece of a recording that is being made in a browser; joined in the order of `number` when it ends.

    take      a random name of the recording, made by the browser; the same take and number are the same piece
    """

    __tablename__ = "talk_piece"
    __table_args__ = (UniqueConstraint("take", "number"),)
    id: int = identity()
    session_id: int = reference("counseling_session.id")
    take: str = words(None)
    number: int = Field(nullable=False)
    sha256: str = words(None)
    size: int = Field(default=0, sa_type=BigInteger)
    at: datetime = stamp()


class SpeechWindow(SQLModel, table=True):
    """A stretch of one channel that was recognised: the checkpoint of listening. Only added, never changed.

    run        which listening it belongs to: a digest of engine, model, options and the cut into windows
    heard_enc  segments with words, as `stt` gives them, JSON, sealed
    """

    __tablename__ = "speech_window"
    __table_args__ = (UniqueConstraint("recording_id", "run", "channel", "number"),)
    id: int = identity()
    recording_id: int = reference("recording.id")
    run: str = words(None)
    channel: int = Field(nullable=False)
    number: int = Field(nullable=False)
    start_ms: int = Field(nullable=False, sa_type=BigInteger)
    end_ms: int = Field(nullable=False, sa_type=BigInteger)
    heard_enc: bytes | None = sealed()
    took_ms: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    made_at: datetime = stamp()


class Transcript(SQLModel, table=True):
    """녹취: what was said in a session. source: "recognised" or "delivered" (a file beside the audio).

    `number` counts the session's transcripts from 1; the last one stands. flags: of the whole, codes.
    beeped_sha256   the audio with personal data beeped over, in the file store; "" until somebody asked for it
    """

    __tablename__ = "transcript"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        CheckConstraint("source IN ('recognised', 'delivered')", name="source_known"),
    )
    id: int = identity()
    session_id: int = reference("counseling_session.id")
    recording_id: int = reference("recording.id")
    number: int = Field(nullable=False)
    source: str = words(None)
    engine: str = words()
    model: str = words()
    model_sha256: str = words()
    language: str = words()
    duration_ms: int = Field(default=0, sa_type=BigInteger)
    flags: list[str] = listing()
    beeped_sha256: str = words()
    made_at: datetime = stamp()


class Utterance(SQLModel, table=True):
    """발화: what one voice said in one go. `number` is what notes cite.

    speaker      "counselor", "person", "other", "unknown", or "voice1", ... until somebody says whose voice it is
    text_enc     as it was heard, everything in it, sealed; redacted_enc: with personal data taken out
    words_enc    [{"text", "start", "end", "confidence"}] in seconds, JSON, sealed
    hidden       [{"kind", "start", "end", "from", "to"}]: what was taken out, by times (s) and places in the text
    confidence   0..1; flags: codes ("low_confidence", "repeated", "invented", "other_language", ...)
    right_enc    what was really said, as the counselor put it right (redacted_enc then follows it); None: nothing
    """

    __tablename__ = "utterance"
    __table_args__ = (UniqueConstraint("transcript_id", "number"),)
    id: int = identity()
    transcript_id: int = reference("transcript.id", index=False)
    number: int = Field(nullable=False)
    channel: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    start_ms: int = Field(nullable=False, sa_type=BigInteger)
    end_ms: int = Field(nullable=False, sa_type=BigInteger)
    speaker: str = words("unknown")
    text_enc: bytes | None = sealed()
    redacted_enc: bytes | None = sealed()
    words_enc: bytes | None = sealed()
    hidden: list[dict[str, Any]] = listing()
    confidence: float = Field(default=0.0)
    flags: list[str] = listing()
    right_enc: bytes | None = sealed()
    changed_by: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: datetime | None = moment()
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class SessionNote(SQLModel, table=True):
    """상담일지: the note of a session, a draft until its counselor signs it. What is signed never changes (a trigger
    refuses it, lines included); a correction is a new version that replaces it when it is signed.

    number          version, from 1; drafted_by: "extract", or the model's name; what it made of it: `made`
    content_sha256  of the signed lines, which the signature binds; pdf_sha256, docx_sha256 in the file store
    edited          how much of the proposal was changed, whole per mille of its characters; None before signing
    sink_state      whether the system of record has it; sink_key makes telling it twice harmless, sink_ref is the
                    number under which it was acknowledged
    """

    __tablename__ = "session_note"
    __table_args__ = (
        UniqueConstraint("session_id", "number"),
        Index("session_note_one_draft", "session_id", unique=True, postgresql_where=text("state = 'draft'")),
        Index("session_note_signed", "signed_by", "signed_at"),
        one_of("state", NoteState),
        one_of("sink_state", SinkState),
    )
    id: int = identity()
    session_id: int = reference("counseling_session.id", index=False)
    transcript_id: int | None = reference("transcript.id", optional=True)
    number: int = Field(nullable=False)
    state: str = words(NoteState.DRAFT.value, index=True)
    drafted_by: str = words()
    flags: list[str] = listing()
    made: dict[str, Any] = mapping()
    why_enc: bytes | None = sealed()
    created_at: datetime = stamp()
    signed_by: int | None = Field(default=None, sa_type=BigInteger)
    signed_at: datetime | None = moment()
    content_sha256: str = words()
    pdf_sha256: str = words()
    docx_sha256: str = words()
    edited: int | None = Field(default=None)
    sink_state: str = words(SinkState.PENDING.value)
    sink_key: str | None = optional_words(unique=True)
    sink_ref: str = words()
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class NoteLine(SQLModel, table=True):
    """A line of a note, in one of the note's fields, with the utterances that it rests on.

    field         "meeting", "situation", "requests", "guidance", "agreed", "next", "to_check"
    cites         numbers of utterances of the note's transcript; empty only for "said nothing" and added lines
    origin        "said" (words spoken), "written" (by a model), "absent" (언급 없음), "facts" (from the record),
                  "counselor"
    proposed_enc  what was proposed, sealed, None for an added line; text_enc: as it stands
    flags         what is doubtful, codes
    """

    __tablename__ = "note_line"
    __table_args__ = (UniqueConstraint("note_id", "position"), one_of("fate", LineFate))
    id: int = identity()
    note_id: int = reference("session_note.id", index=False)
    position: int = Field(nullable=False)
    field: str = words(None)
    origin: str = words("said")
    proposed_enc: bytes | None = sealed()
    text_enc: bytes | None = sealed()
    cites: list[int] = listing()
    flags: list[str] = listing()
    fate: str = words(LineFate.PROPOSED.value)
    changed_by: int | None = Field(default=None, sa_type=BigInteger)
    changed_at: datetime | None = moment()
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})


class FollowUp(SQLModel, table=True):
    """What is to be done after a talk: a task or an appointment that the counselor may accept.

    who      "counselor" or "person"; on: the day, None when only said loosely; at: "14:00" or ""
    """

    __tablename__ = "follow_up"
    __table_args__ = (
        UniqueConstraint("note_id", "position"),
        CheckConstraint("kind IN ('task', 'appointment')", name="kind_known"),
        Index("follow_up_due", "counselor_id", "state", "on"),
        one_of("state", FollowUpState),
    )
    id: int = identity()
    note_id: int = reference("session_note.id", index=False)
    position: int = Field(nullable=False)
    counselor_id: int | None = reference("account.id", optional=True, index=False)
    person_id: int | None = reference("person.id", optional=True)
    kind: str = words(None)
    who: str = words("counselor")
    on: date | None = Field(default=None)
    at: str = words()
    text_enc: bytes | None = sealed()
    cites: list[int] = listing()
    flags: list[str] = listing()
    state: str = words(FollowUpState.PROPOSED.value)
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: datetime | None = moment()
    version: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
