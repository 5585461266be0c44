"""Whether a delivered transcript belongs to the audio, and what the audio's channels say of who speaks.

The energy of the sound tells enough for that, at a twentieth of the time that voice activity takes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from stt.audio.decode import Decoded
from stt.audio.silero import FRAME_SECONDS
from stt.audio.speech import QUIETEST, levels
from stt.delivered.reading import TIMES_DO_NOT_FIT
from stt.transcript import UNKNOWN, Transcript, Utterance
from stt.voices import speaker_of

LEAST_IN_SOUND = 0.4
"""Share of the told time in which something must be heard."""
LEAST_COVERED = 0.3
"""Share of what is heard that the transcript must tell of."""
CLEARLY = 3.0
"""So many times as long as the other one must a channel be the louder one, to be the one that an utterance is from."""
ABOVE_FLOOR, ABOVE_OTHER = 6.0, 6.0
"""dB above the quiet of the channel, and above the other channel, that count as sound and as a voice of its own."""
OWN_SECONDS = 1.0
"""A channel that has so much of its own has a voice of its own."""

Frames = NDArray[np.bool_]


@dataclass(frozen=True)
class Loud:
    """Frames in which something is heard on any channel, and, of two channels, in which each is the louder one."""

    anywhere: Frames
    own: tuple[Frames, ...]

    @property
    def apart(self) -> bool:
        return len(self.own) == 2 and all(own.sum() * FRAME_SECONDS >= OWN_SECONDS for own in self.own)


def fitted(transcript: Transcript, audio: Decoded) -> Transcript:
    """The transcript as the audio confirms it.

    Flagged "times_do_not_fit" when most of it lies where nothing is heard, or most of what is heard outside it.
    Where two voices have channels of their own, an utterance is put on the one that is spoken on meanwhile, and
    without a label it gets that one's speaker; where both are, it stays as told.
    """
    loud = loudness(audio)
    flags = dict.fromkeys((*audio.sound.flags, *transcript.flags))
    if not _fits(transcript, loud):
        flags[TIMES_DO_NOT_FIT] = None
    told = transcript.utterances
    if loud.apart and TIMES_DO_NOT_FIT not in flags:
        told = tuple(_placed(one, loud) for one in told)
    return replace(transcript, utterances=told, duration=audio.duration, flags=tuple(flags))


def loudness(audio: Decoded) -> Loud:
    found = [
        np.concatenate([levels(block) for block in audio.blocks(channel)])
        for channel in range(audio.sound.channels)
    ]
    heard = [level > max(QUIETEST, _floor(level) + ABOVE_FLOOR) for level in found]
    own: tuple[Frames, ...] = ()
    if len(found) == 2:
        apart = found[0] - found[1]
        own = (heard[0] & (apart > ABOVE_OTHER), heard[1] & (apart < -ABOVE_OTHER))
    return Loud(np.logical_or.reduce(heard), own)


def _floor(level: NDArray[np.float32]) -> float:
    """How loud a channel is when it is quiet; digital silence does not count."""
    sounding = level[level > -100]
    return float(np.percentile(sounding, 20)) if sounding.size else -120.0


def _fits(transcript: Transcript, loud: Loud) -> bool:
    told = np.zeros(len(loud.anywhere), np.bool_)
    for one in transcript.utterances:
        told[_frames(one)] = True
    common = int((told & loud.anywhere).sum())
    return (
        common > 0 and common >= LEAST_IN_SOUND * told.sum() and common >= LEAST_COVERED * loud.anywhere.sum()
    )


def _placed(one: Utterance, loud: Loud) -> Utterance:
    left, right = (int(own[_frames(one)].sum()) for own in loud.own)
    if max(left, right) == 0 or max(left, right) < CLEARLY * min(left, right):
        return one
    channel = 0 if left > right else 1
    return replace(
        one, channel=channel, speaker=speaker_of(channel, 2) if one.speaker == UNKNOWN else one.speaker
    )


def _frames(one: Utterance) -> slice:
    return slice(int(one.start / FRAME_SECONDS), max(1, round(one.end / FRAME_SECONDS)))
