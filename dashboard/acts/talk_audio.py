"""Which sound of a talk a person may hear: the recording itself its counselor and a supervisor who said why; others
the one in which personal data are beeped over."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from dashboard.acts.rights import NotAllowed, Right, require
from dashboard.acts.seeing import note_look
from dashboard.acts.talk_sight import sight, subject
from dashboard.visitor import Visitor
from queues.models import Recording, Transcript


class NoSound(Exception):
    """There is no such recording."""


@dataclass(frozen=True)
class Sound:
    """A stored file to be played."""

    sha256: str


def sound_to_hear(session: Session, visitor: Visitor, talk_id: int, recording_id: int) -> Sound:
    """The recording as it came; hearing it is noted once a look. Raises `NotAllowed`, `NoSound`."""
    require(visitor, Right.SEE_TALKS)
    found = sight(session, visitor, talk_id)
    recording = session.get(Recording, recording_id)
    if found is None or recording is None or recording.session_id != talk_id:
        raise NoSound
    if not found.whole:
        raise NotAllowed(Right.SEE_TALKS)
    note_look(session, visitor, subject(talk_id), "listen")
    return Sound(recording.sha256)


def beeped_to_hear(session: Session, visitor: Visitor, talk_id: int, transcript_id: int) -> Sound:
    """The sound with personal data beeped over. Raises `NotAllowed`, `NoSound`."""
    require(visitor, Right.SEE_TALKS)
    found = sight(session, visitor, talk_id)
    transcript = session.get(Transcript, transcript_id)
    if found is None or transcript is None or transcript.session_id != talk_id:
        raise NoSound
    if not found.words:
        raise NotAllowed(Right.SEE_TALKS)
    if not transcript.beeped_sha256:
        raise NoSound
    note_look(session, visitor, subject(talk_id), "listen_beeped")
    return Sound(transcript.beeped_sha256)
