"""Windows of bounded length, cut where nobody speaks: what an engine is given one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stt.audio.silero import FRAME_SECONDS
from stt.audio.speech import Activity, Span

LONGEST = 28.0
"""Seconds: an engine hears 30 at once."""
APART = 2.0
"""A longer pause, in seconds, is never inside a window: engines invent words in silence."""
SHARED = 2.0
"""Seconds that two windows have in common when they had to be cut where somebody speaks without a pause: every word
is whole in one of them, and some are in both."""
_QUIET_FRAMES = 5
_QUIET_BELOW = 15.0
"""A cut is quiet when it is so much below the window's level (dB)."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a channel to be heard on its own, in seconds from the beginning of the recording.

    number   from 0, in the channel's order
    shared   how many seconds of its beginning also end the window before it: `stt.joins` sees to them
    """

    channel: int
    number: int
    start: float
    end: float
    shared: float = 0.0


@dataclass(frozen=True, slots=True)
class _Piece:
    start: float
    end: float
    shared: float = 0.0


def windows(
    activity: Activity, channel: int = 0, *, longest: float = LONGEST, apart: float = APART
) -> tuple[Window, ...]:
    """The windows of a channel: the same recording, the same windows.

    longest  no window is longer, seconds; apart: a pause as long as this ends a window
    """
    pieces = [piece for run in _together(activity.spans, apart) for piece in _cut(run, activity, longest)]
    return tuple(
        Window(channel, n, round(p.start, 3), round(p.end, 3), round(p.shared, 3))
        for n, p in enumerate(pieces)
    )


def _together(spans: Sequence[Span], apart: float) -> list[list[Span]]:
    runs: list[list[Span]] = []
    for span in spans:
        if runs and span.start - runs[-1][-1].end < apart:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _cut(run: list[Span], activity: Activity, longest: float) -> list[_Piece]:
    """Cut a run at its longest pauses, in speech only where there is none."""
    pieces: list[_Piece] = []
    shared = 0.0
    rest = list(run)
    while rest[-1].end - rest[0].start > longest:
        start = rest[0].start
        at = _pause(rest, start, longest)
        if at:
            pieces.append(_Piece(start, rest[at - 1].end, shared))
            rest, shared = rest[at:], 0.0
            continue
        cut, quiet = _quietest(activity, start + longest / 2, start + longest - SHARED / 2)
        half = 0.0 if quiet else SHARED / 2
        inside = next(n for n, span in enumerate(rest) if span.end > cut - half)
        pieces.append(_Piece(start, cut + half, shared))
        rest = [Span(max(rest[inside].start, cut - half), rest[inside].end), *rest[inside + 1 :]]
        # Less than both halves where speech begins only a little before the cut.
        shared = max(0.0, cut + half - rest[0].start) if half else 0.0
    return [*pieces, _Piece(rest[0].start, rest[-1].end, shared)]


def _pause(rest: list[Span], start: float, longest: float) -> int:
    """The number of the span before which to cut, 0 when there is no pause in reach."""
    reach = [
        (rest[n].start - rest[n - 1].end, n)
        for n in range(1, len(rest))
        if start + longest * 0.3 <= rest[n - 1].end <= start + longest
    ]
    return max(reach)[1] if reach else 0


def _quietest(activity: Activity, start: float, end: float) -> tuple[float, bool]:
    """The quietest place between the two, and whether it is quiet enough that no word is cut there."""
    first, last = round(start / FRAME_SECONDS), round(end / FRAME_SECONDS)
    around = activity.levels[first:last]
    if around.size < _QUIET_FRAMES:
        return (start + end) / 2, False
    smooth = np.convolve(around, np.ones(_QUIET_FRAMES) / _QUIET_FRAMES, mode="valid")
    at = int(np.argmin(smooth))
    quiet = float(smooth[at]) < activity.loudness(start, end) - _QUIET_BELOW
    return (first + at + _QUIET_FRAMES / 2) * FRAME_SECONDS, quiet
