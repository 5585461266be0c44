"""One talk as its screen shows it: what was said, the note, what is to be done, and earlier versions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from dashboard.acts.talk_sight import Sight
from queues import follow_ups
from queues.crypto import open_
from queues.models import (
    Account,
    Application,
    CounselingSession,
    FollowUp,
    NoteLine,
    NoteState,
    Person,
    Recording,
    ReviewState,
    ReviewTask,
    SessionNote,
    Transcript,
    Utterance,
)
from stt.transcript import Word, words_from_json


@dataclass(frozen=True)
class Said:
    """An utterance as it may be seen: `text` put right where somebody did, with personal data taken out or not.

    heard   what was heard, where the text was put right; "" else
    words   empty where personal data are taken out, or the text was put right
    whole   nothing is taken out
    """

    row: Utterance
    text: str
    heard: str = ""
    words: tuple[Word, ...] = ()
    whole: bool = False


@dataclass(frozen=True)
class Line:
    """A line of the note: as it stands, and as it was proposed ("" for an added one)."""

    row: NoteLine
    text: str
    proposed: str


@dataclass(frozen=True)
class ToDo:
    """Something that is to be done after the talk."""

    row: FollowUp
    text: str


@dataclass(frozen=True)
class NoteShown:
    """A version of the note with its lines, what is to be done, and why this version was begun."""

    row: SessionNote
    lines: Sequence[Line] = ()
    to_do: Sequence[ToDo] = ()
    why: str = ""


@dataclass(frozen=True)
class Version:
    """One of the versions of a note; `why`: the reason for which it was begun."""

    row: SessionNote
    signer: str
    why: str


@dataclass(frozen=True)
class TalkSheet:
    """A talk. `person_name` is in clear, for the screen to mask; `recording` is the one of the transcript."""

    sight: Sight
    person: Person | None
    application: Application | None
    counselor: str
    recordings: Sequence[Recording]
    recording: Recording | None
    transcript: Transcript | None
    said: Sequence[Said] = ()
    note: NoteShown | None = None
    versions: Sequence[Version] = ()
    tasks: Sequence[ReviewTask] = field(default_factory=tuple)

    @property
    def talk(self) -> CounselingSession:
        return self.sight.talk


def talk_sheet(
    session: Session, found: Sight, note_id: int | None = None, *, with_words: bool = True
) -> TalkSheet:
    """All that is shown of a talk. `note_id`: an earlier version of the note in place of the one that stands;
    without `with_words` the utterances are left out."""
    talk = found.talk
    recordings = _recordings(session, talk.id)
    versions = _versions(session, talk.id)
    note = _chosen([v for v in versions if found.whole or v.row.state != NoteState.DRAFT], note_id)
    transcript = _transcript(session, talk.id, note) if found.words else None
    return TalkSheet(
        sight=found,
        person=session.get(Person, talk.person_id) if talk.person_id else None,
        application=session.get(Application, talk.application_id) if talk.application_id else None,
        counselor=_name(session, talk.counselor_id),
        recordings=recordings,
        recording=_heard_recording(recordings, transcript),
        transcript=transcript,
        said=_said(session, transcript, found.whole) if transcript is not None and with_words else (),
        note=note_shown(session, note) if note is not None else None,
        versions=versions,
        tasks=_open_tasks(session, talk.id),
    )


def note_shown(session: Session, note: SessionNote) -> NoteShown:
    """A version of a note, opened."""
    lines = session.exec(
        select(NoteLine).where(NoteLine.note_id == note.id).order_by(col(NoteLine.position))
    ).all()
    to_do = follow_ups.of_talk(session, note.session_id)
    return NoteShown(
        note,
        [Line(line, _opened(line.text_enc), _opened(line.proposed_enc)) for line in lines],
        [ToDo(row, _opened(row.text_enc)) for row in to_do],
        _opened(note.why_enc),
    )


def said_of(utterance: Utterance, whole: bool) -> Said:
    """An utterance, opened: all of it, or with personal data taken out."""
    if not whole:
        # What nobody has taken personal data out of yet is not shown at all.
        return Said(utterance, _opened(utterance.redacted_enc) if utterance.redacted_enc else "[가리는 중]")
    heard = _opened(utterance.text_enc)
    if utterance.right_enc is not None:
        return Said(utterance, _opened(utterance.right_enc), heard, whole=True)
    words = words_from_json(json.loads(_opened(utterance.words_enc) or "[]"))
    return Said(utterance, heard, words=words, whole=True)


def _said(session: Session, transcript: Transcript, whole: bool) -> list[Said]:
    query = select(Utterance).where(Utterance.transcript_id == transcript.id)
    rows = session.exec(query.order_by(col(Utterance.start_ms), col(Utterance.number))).all()
    return [said_of(row, whole) for row in rows]


def _recordings(session: Session, talk_id: int) -> Sequence[Recording]:
    query = select(Recording).where(Recording.session_id == talk_id).order_by(col(Recording.id))
    return session.exec(query).all()


def _heard_recording(recordings: Sequence[Recording], transcript: Transcript | None) -> Recording | None:
    if transcript is not None:
        return next((r for r in recordings if r.id == transcript.recording_id), None)
    return recordings[-1] if recordings else None


def _transcript(session: Session, talk_id: int, note: SessionNote | None) -> Transcript | None:
    """The one that the note rests on; without a note the last."""
    if note is not None and note.transcript_id is not None:
        return session.get(Transcript, note.transcript_id)
    query = select(Transcript).where(Transcript.session_id == talk_id).order_by(col(Transcript.number).desc())
    return session.exec(query.limit(1)).first()


def _versions(session: Session, talk_id: int) -> list[Version]:
    query = (
        select(SessionNote).where(SessionNote.session_id == talk_id).order_by(col(SessionNote.number).desc())
    )
    return [
        Version(note, _name(session, note.signed_by), _opened(note.why_enc))
        for note in session.exec(query).all()
    ]


def _chosen(versions: Sequence[Version], note_id: int | None) -> SessionNote | None:
    """The one asked for; else the draft, else the signed one."""
    rank = {NoteState.DRAFT.value: 0, NoteState.SIGNED.value: 1}
    standing = sorted((v.row for v in versions), key=lambda n: (rank.get(n.state, 2), -n.number))
    asked = [n for n in standing if n.id == note_id]
    return next(iter([*asked, *standing]), None)


def _open_tasks(session: Session, talk_id: int) -> Sequence[ReviewTask]:
    still = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
    query = select(ReviewTask).where(ReviewTask.session_id == talk_id, col(ReviewTask.state).in_(still))
    return session.exec(query.order_by(col(ReviewTask.id))).all()


def _name(session: Session, account_id: int | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    return (account.display_name or account.username) if account else ""


def _opened(sealed: bytes | None) -> str:
    return open_(sealed) if sealed else ""
