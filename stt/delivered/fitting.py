"""Whether a delivered transcript belongs to the audio: words where somebody speaks."""

from __future__ import annotations

from dataclasses import replace

from stt.audio.hearing import Hearing
from stt.delivered.reading import TIMES_DO_NOT_FIT
from stt.transcript import Transcript

LEAST_IN_SPEECH = 0.4
"""Share of the told time in which somebody must be speaking. A transcript of another talk hits about as much as
there is speech at all, so it is also compared with that."""
LEAST_COVERED = 0.3
"""Share of the speech that the transcript must tell of."""


def against(transcript: Transcript, hearing: Hearing) -> Transcript:
    """The transcript, flagged "times_do_not_fit" when most of it lies where nobody speaks, or most speech outside it."""
    told = [(one.start, one.end) for one in transcript.utterances]
    told_seconds = sum(end - start for start, end in told)
    spoken_seconds = sum(span.length for active in hearing.activities.values() for span in active.spans)
    common = sum(
        max((hearing.spoken(channel, start, end) for channel in hearing.activities), default=0.0)
        for start, end in told
    )
    fits = (
        told_seconds > 0
        and common >= LEAST_IN_SPEECH * told_seconds
        and common >= LEAST_COVERED * spoken_seconds / max(1, len(hearing.activities))
    )
    if fits or TIMES_DO_NOT_FIT in transcript.flags:
        return transcript
    return replace(transcript, flags=(*transcript.flags, TIMES_DO_NOT_FIT))
