"""counseling.read_transcript: the transcript that a recorder delivered beside the audio is read, not recognised.

The audio is looked at (whether it can be played, how long it is), so that times which do not fit it show. A
transcript that cannot be read is no loss: the recording is listened to instead, and the talk says why.
"""

from __future__ import annotations

from dataclasses import replace

from bots.counseling.listening import Stopped, begin, fail, keep_words, note_sound, shown_name
from bots.counseling.wordless import wordless
from queues import audit, files, talks
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Recording, TalkState

ACTOR = f"bot:{talks.READ}"


@bot(talks.READ, title="녹취록 읽기", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Read the transcript of one talk."""
    with wordless():
        return Outcome(counts=read_transcript(int(item.payload["talk_id"])))


def read_transcript(talk_id: int) -> dict[str, int]:
    """{"read": 1}, {"to_hear": 1} (it is listened to instead), {"failed": 1} or {} (nothing to do)."""
    from stt.audio.probe import probe
    from stt.delivered import UnreadableTranscriptError, read
    from stt.errors import SoundError

    recording = begin(talk_id, ACTOR)
    if recording is None or not recording.transcript_sha256:
        return {}
    try:
        with files.as_path(recording.sha256) as path:
            sound = probe(path, name=shown_name(recording))
        note_sound(talk_id, recording.id, sound)
        told = read(files.read(recording.transcript_sha256), recording.transcript_format, sound.duration)
        flags = tuple(dict.fromkeys((*told.flags, *sound.flags)))
        keep_words(talk_id, recording.id, replace(told, duration=sound.duration, flags=flags), ACTOR)
    except SoundError as error:
        fail(talk_id, recording.id, error, ACTOR)
        return {"failed": 1}
    except UnreadableTranscriptError as error:
        _hear_instead(talk_id, recording, error.code)
        return {"to_hear": 1}
    except Stopped:
        return {}
    return {"read": 1}


def _hear_instead(talk_id: int, recording: Recording, code: str) -> None:
    with record() as session:
        talk = talks.hold(session, talk_id)
        if talk.state != TalkState.LISTENING:
            return
        row = session.get_one(Recording, recording.id, with_for_update=True)
        row.problem = f"transcript_{code}"
        session.add(row)
        audit.record(session, ACTOR, "talk.transcript_unreadable", "talk", talk_id, problem=code)
        talks.move(session, talk, TalkState.READY, ACTOR, "transcript_unreadable")
        talks.begin(session, talks.LISTEN, talk_id, ACTOR)
