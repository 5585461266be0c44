"""One window, heard to its end: what a model leaves out behind its last word is heard again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stt.engines.engine import SAMPLE_RATE, Engine, Heard, Samples, Segment

REST = 1.2
"""Seconds of speech behind the last word that are heard again: models stop after a short answer, or after a loop."""
MOST = 3
"""Times that a rest is heard."""


def heard_to_the_end(
    engine: Engine, samples: Samples, prompt: str, spoken: Callable[[float, float], float]
) -> Heard:
    """What the engine hears in a window and, as long as much speech is left behind its last word, in the rest.

    spoken  how many seconds of speech lie between two times of the window
    """
    heard = engine.hear(samples, prompt)
    seconds = len(samples) / SAMPLE_RATE
    for _ in range(MOST):
        if not heard.segments:
            break
        done = heard.segments[-1].end
        if spoken(done, seconds) < REST:
            break
        more = engine.hear(samples[round(done * SAMPLE_RATE) :], prompt)
        if not more.segments or more.segments[-1].end <= 0:
            break
        behind = tuple(_later(segment, done) for segment in more.segments)
        flags = tuple(dict.fromkeys((*heard.flags, *more.flags)))
        heard = replace(heard, segments=(*heard.segments, *behind), flags=flags)
    return heard


def _later(segment: Segment, by: float) -> Segment:
    words = tuple(replace(word, start=word.start + by, end=word.end + by) for word in segment.words)
    return replace(segment, start=segment.start + by, end=segment.end + by, words=words)
