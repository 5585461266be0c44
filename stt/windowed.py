"""One window, heard to its end: what a model leaves out behind its last word is heard again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from stt.engines.engine import SAMPLE_RATE, Engine, Heard, Samples, Segment
from stt.guards import bare
from stt.loudness import FRAME, levels
from stt.transcript import Word

REST = 1.2
"""Seconds of speech behind the last word that are heard again: models stop after a short answer, or after a loop."""
MOST = 3
"""Times that a rest is heard."""
AT_A_CUT = 0.5
"""The most that the words on both sides of such a cut are believed."""
QUICK, SLOW = 0.15, 0.35
"""Seconds that a syllable takes when it is said quickly, and slowly."""
ONSET = 0.1
"""Seconds by which a word may be put too early."""
SMOOTHED = 3


def heard_to_the_end(
    engine: Engine, samples: Samples, prompt: str, spoken: Callable[[float, float], float]
) -> Heard:
    """What the engine hears in a window and, as long as much speech is left behind its last word, in the rest.

    spoken  how many seconds of speech lie between two times of the window
    """
    heard = engine.hear(samples, prompt)
    seconds = len(samples) / SAMPLE_RATE
    for _ in range(MOST):
        if not heard.segments or spoken(heard.segments[-1].end, seconds) < REST:
            break
        cut = _behind(heard.segments[-1], samples)
        more = engine.hear(samples[round(cut * SAMPLE_RATE) :], prompt)
        if not more.segments or cut + more.segments[-1].end <= heard.segments[-1].end:
            break
        behind = tuple(_later(segment, cut) for segment in more.segments)
        left, right = _met(_ended(heard.segments[-1], cut), _doubted(behind[0]))
        rest = [segment for segment in (right, *behind[1:]) if segment.words or segment.text]
        flags = tuple(dict.fromkeys((*heard.flags, *more.flags)))
        heard = replace(heard, segments=(*heard.segments[:-1], left, *rest), flags=flags)
    return heard


def _met(left: Segment, right: Segment) -> tuple[Segment, Segment]:
    """Both sides of a cut; the same word on both is one word that was cut in two."""
    if not left.words or not right.words or bare(left.words[-1].text) != bare(right.words[0].text):
        return left, right
    end = right.words[0].end
    whole = replace(left.words[-1], end=end)
    text = right.text.partition(" ")[2]
    others = right.words[1:]
    start = others[0].start if others else end
    return replace(left, end=end, words=(*left.words[:-1], whole)), replace(
        right, text=text, start=start, words=others
    )


def _behind(segment: Segment, samples: Samples) -> float:
    """Where the last word ends: the quietest place around its end, so that what follows is not cut into.

    The attention of a model that stops lets its last word stretch into what it left out.
    """
    if not segment.words:
        return segment.end
    last = segment.words[-1]
    syllables = max(1, sum(sign.isalnum() for sign in last.text))
    first = last.start + ONSET + QUICK * syllables
    until = max(last.end, last.start + ONSET + SLOW * syllables)
    around = levels(samples[round(first * SAMPLE_RATE) : round(until * SAMPLE_RATE)])
    if len(around) < SMOOTHED:
        return segment.end
    smooth = np.convolve(10 ** (around / 10), np.ones(SMOOTHED), mode="valid")
    return first + (int(np.argmin(smooth)) + SMOOTHED / 2) * FRAME / SAMPLE_RATE


def _ended(segment: Segment, cut: float) -> Segment:
    """The segment before the cut; its last word is where it was left off, and not to be relied on."""
    words = tuple(replace(w, start=min(w.start, cut), end=min(w.end, cut)) for w in segment.words)
    return replace(segment, end=min(segment.end, cut), words=(*words[:-1], *map(_unsure, words[-1:])))


def _doubted(segment: Segment) -> Segment:
    """The segment behind a cut: its first word may have lost its beginning."""
    return replace(segment, words=(*map(_unsure, segment.words[:1]), *segment.words[1:]))


def _unsure(word: Word) -> Word:
    return replace(word, confidence=min(word.confidence, AT_A_CUT))


def _later(segment: Segment, by: float) -> Segment:
    words = tuple(replace(word, start=word.start + by, end=word.end + by) for word in segment.words)
    return replace(segment, start=segment.start + by, end=segment.end + by, words=words)
