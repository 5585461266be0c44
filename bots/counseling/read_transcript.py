"""counseling.read_transcript: the transcript that a recorder delivered beside the audio is read, not recognised.

The audio says whether it fits: a transcript whose times do not, or that is of another talk, is flagged. One whose
audio cannot be opened is read all the same, and says so; one that cannot be read is no loss: the recording is listened
to instead.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bots.counseling.listening import Stopped, begin, keep_words, note_problem, note_sound, shown_name
from bots.counseling.wordless import wordless
from queues import audit, files, talks
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Recording, TalkState

if TYPE_CHECKING:
    from stt.transcript import Transcript

ACTOR = f"bot:{talks.READ}"
AUDIO_UNREADABLE = "audio_unreadable"


@bot(talks.READ, title="녹취록 읽기", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Read the transcript of one talk."""
    with wordless():
        return Outcome(counts=read_transcript(int(item.payload["talk_id"])))


def read_transcript(talk_id: int) -> dict[str, int]:
    """{"read": 1}, {"to_hear": 1} (it is listened to instead) or {} (nothing to do)."""
    from stt.delivered import UnreadableTranscriptError

    recording = begin(talk_id, ACTOR)
    if recording is None or not recording.transcript_sha256:
        return {}
    try:
        keep_words(talk_id, recording.id, _told(talk_id, recording), ACTOR)
    except UnreadableTranscriptError as error:
        _hear_instead(talk_id, recording, error.code)
        return {"to_hear": 1}
    except Stopped:
        return {}
    return {"read": 1}


def _told(talk_id: int, recording: Recording) -> Transcript:
    """The transcript as the audio confirms it. Raises `UnreadableTranscriptError`, `Stopped`."""
    from stt.audio.decode import decoded
    from stt.delivered import read
    from stt.delivered.fitting import fitted
    from stt.errors import SoundError

    data, form = files.read(recording.transcript_sha256), recording.transcript_format
    read(data, form)  # what cannot be read is heard instead: known before anything is decoded
    try:
        with files.as_path(recording.sha256) as path, decoded(path, name=shown_name(recording)) as audio:
            note_sound(talk_id, recording.id, audio.sound)
            return fitted(read(data, form, audio.duration), audio)
    except SoundError as error:
        note_problem(talk_id, recording.id, error.code)
        told = read(data, form)
        return replace(told, flags=(*told.flags, AUDIO_UNREADABLE))


def _hear_instead(talk_id: int, recording: Recording, code: str) -> None:
    with record() as session:
        talk = talks.hold(session, talk_id)
        if talk.state != TalkState.LISTENING:
            return
        audit.record(session, ACTOR, "talk.transcript_unreadable", "talk", talk_id, problem=code)
        talks.move(session, talk, TalkState.READY, ACTOR, "transcript_unreadable")
        talks.begin(session, talks.LISTEN, talk_id, ACTOR)
