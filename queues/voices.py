"""Who speaks: voices and channels of a talk are given to the counselor, the person or somebody else."""

from __future__ import annotations

import re

from queues.models import CounselingSession, Utterance

COUNSELOR, PERSON, OTHER, UNKNOWN = "counselor", "person", "other", "unknown"
SPEAKERS = (COUNSELOR, PERSON, OTHER, UNKNOWN)
_VOICE = re.compile(r"voice[1-9]\d?")


def speaker_of(utterance: Utterance, talk: CounselingSession) -> str:
    """Who said it: as a person said of this utterance, else as its voice was named, else the voice itself."""
    if is_voice(utterance.speaker):
        return str(talk.voices.get(utterance.speaker, utterance.speaker))
    if utterance.speaker == UNKNOWN and utterance.changed_by is None:
        return str(talk.voices.get(str(utterance.channel), UNKNOWN))
    return utterance.speaker


def is_voice(name: str) -> bool:
    """Whether it is a voice that was told apart ("voice1") rather than somebody."""
    return _VOICE.fullmatch(name) is not None


def is_channel(name: str) -> bool:
    """Whether it is the number of a channel, from 0."""
    return name.isascii() and name.isdigit() and len(name) == 1
