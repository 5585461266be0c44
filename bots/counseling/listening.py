"""What listening and reading a delivered transcript have in common: begin, note the sound, keep the words, fail."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bots.counseling import questions
from bots.counseling.words import kept, names_around
from queues import audit, recordings, talks, transcripts
from queues.database import session as record
from queues.models import CounselingSession, Recording, TalkState
from queues.work_again import add_again
from stt.audio.probe import Sound
from stt.errors import SoundError
from stt.transcript import Transcript

_MAY_BEGIN = (TalkState.READY, TalkState.LISTENING)


class Stopped(Exception):
    """The talk must not be listened to any more: the consent was taken back, it was closed, or another run is done."""


def begin(talk_id: int, actor: str) -> Recording | None:
    """Its recording, when it may be listened to now; None when there is nothing to do."""
    with record() as session:
        talk = talks.hold(session, talk_id)
        recording = recordings.of(session, talk_id)
        if talk.state not in _MAY_BEGIN or not talks.readable(talk) or recording is None:
            return None
        talks.move(session, talk, TalkState.LISTENING, actor)
        return recording


def must_go_on(talk: CounselingSession) -> None:
    """Raises `Stopped`."""
    if talk.state != TalkState.LISTENING or not talks.readable(talk):
        raise Stopped(f"talk {talk.id} is {talk.state}, its consent {talk.consent}")


def shown_name(recording: Recording) -> str:
    """A name with the ending of the file's own: what it was called may be personal and goes nowhere."""
    return f"recording{Path(recordings.name(recording)).suffix.lower()[:8]}"


def note_sound(talk_id: int, recording_id: int, sound: Sound) -> None:
    """What the file was found to be; and when the talk ended, if nobody has said. Raises `Stopped`."""
    with record() as session:
        talk = talks.hold(session, talk_id)
        must_go_on(talk)
        row = session.get_one(Recording, recording_id, with_for_update=True)
        first = row.duration_ms == 0
        row.container, row.codec, row.channels = sound.container, sound.codec, sound.channels
        row.sample_rate, row.duration_ms, row.problem = sound.sample_rate, round(sound.duration * 1000), ""
        session.add(row)
        if talk.ended_at is None:
            length = timedelta(seconds=sound.duration)
            if first and row.source.startswith("recorder:") and "started" not in recordings.facts(row):
                talk.held_at -= length  # all that was known was when the file was finished
            talk.ended_at = talk.held_at + length
            session.add(talk)


def keep_words(talk_id: int, recording_id: int, told: Transcript, actor: str) -> int:
    """Keep the transcript, and have the note drafted; returns the transcript's id. Raises `Stopped`."""
    with record() as session:
        talk = session.get_one(CounselingSession, talk_id)
        person, counselor = names_around(session, talk)
    rows = kept(told.utterances, person, counselor)
    with record() as session:
        talk = talks.hold(session, talk_id)
        must_go_on(talk)
        row = transcripts.keep(session, talk, recording_id, told, rows, actor=actor)
        talk.progress = 1000
        talks.withdraw_questions(session, talk_id, actor, (questions.RECORDING,))
        talks.move(session, talk, TalkState.HEARD, actor)
        add_again(session, talks.DRAFT, f"talk:{talk_id}", payload={"talk_id": talk_id}, actor=actor)
        return row.id


def note_problem(talk_id: int, recording_id: int, code: str) -> None:
    """Why the file cannot be listened to, where the talk goes on without it. Raises `Stopped`."""
    with record() as session:
        must_go_on(talks.hold(session, talk_id))
        row = session.get_one(Recording, recording_id, with_for_update=True)
        row.problem = code
        session.add(row)


def fail(talk_id: int, recording_id: int, error: SoundError, actor: str) -> None:
    """The file cannot be listened to: noted, kept, and asked about."""
    with record() as session:
        talk = talks.hold(session, talk_id)
        if talk.state != TalkState.LISTENING:
            return
        row = session.get_one(Recording, recording_id, with_for_update=True)
        row.problem = error.code
        session.add(row)
        talks.move(session, talk, TalkState.FAILED, actor, f"recording_{error.code}")
        audit.record(session, actor, "talk.unreadable", "talk", talk_id, problem=error.code)
        questions.ask(
            session, talk, questions.RECORDING, f"recording_{error.code}",
            evidence={"problem": error.code}, actor=actor,
        )  # fmt: skip
