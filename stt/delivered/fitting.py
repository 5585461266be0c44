"""Whether a delivered transcript belongs to the audio, and what the audio's channels say of who speaks."""

from __future__ import annotations

from dataclasses import replace

from stt.audio.hearing import Hearing
from stt.delivered.reading import TIMES_DO_NOT_FIT
from stt.transcript import UNKNOWN, Transcript, Utterance
from stt.voices import speaker_of

LEAST_IN_SPEECH = 0.4
"""Share of the told time in which somebody must be speaking."""
LEAST_COVERED = 0.3
"""Share of the speech that the transcript must tell of."""
CLEARLY = 3.0
"""So many times as long as on the other one must a channel be spoken on, to be the one that an utterance is from."""


def fitted(transcript: Transcript, hearing: Hearing) -> Transcript:
    """The transcript as the audio confirms it.

    Flagged "times_do_not_fit" when most of it lies where nobody speaks, or most of the speech outside it. Where two
    voices have channels of their own, an utterance is put on the one that is spoken on meanwhile, and without a
    label it gets that one's speaker; where both are, it stays as told.
    """
    flags = dict.fromkeys((*hearing.flags, *transcript.flags))
    if not _fits(transcript, hearing):
        flags[TIMES_DO_NOT_FIT] = None
    told = transcript.utterances
    if hearing.apart and TIMES_DO_NOT_FIT not in flags:
        told = tuple(_placed(one, hearing) for one in told)
    return replace(transcript, utterances=told, duration=hearing.duration, flags=tuple(flags))


def _fits(transcript: Transcript, hearing: Hearing) -> bool:
    told = sum(one.end - one.start for one in transcript.utterances)
    spoken = max(
        (sum(span.length for span in active.spans) for active in hearing.activities.values()), default=0.0
    )
    common = sum(max(_spoken(one, hearing).values(), default=0.0) for one in transcript.utterances)
    return told > 0 and common >= LEAST_IN_SPEECH * told and common >= LEAST_COVERED * spoken


def _placed(one: Utterance, hearing: Hearing) -> Utterance:
    shares = sorted(((seconds, channel) for channel, seconds in _spoken(one, hearing).items()), reverse=True)
    if shares[0][0] <= 0 or shares[0][0] < CLEARLY * shares[1][0]:
        return one
    channel = shares[0][1]
    speaker = speaker_of(channel, 2) if one.speaker == UNKNOWN else one.speaker
    return replace(one, channel=channel, speaker=speaker)


def _spoken(one: Utterance, hearing: Hearing) -> dict[int, float]:
    """Seconds in which somebody speaks during an utterance, by channel."""
    return {channel: hearing.spoken(channel, one.start, one.end) for channel in hearing.activities}
