"""Where somebody speaks on a channel: voice activity, with a gate of energy behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import tee

import numpy as np
from numpy.typing import NDArray

from stt.audio.brief import brief_voices, voicing
from stt.audio.silero import FRAME_SECONDS, chances, framed
from stt.engines.engine import SAMPLE_RATE, Samples

Levels = NDArray[np.float32]

BEGINS, GOES_ON = 0.3, 0.1
"""Chances of speech above which it begins, and below which it ends."""
BRIDGED = 0.5
"""A shorter pause, in seconds, is part of what is said."""
SHORTEST = 0.1
"""A shorter sound, in seconds, is nobody speaking."""
BEFORE, AFTER = 0.25, 0.2
"""So many seconds around speech are kept: its first and last sounds are faint."""
QUIETEST = -60.0
"""Nothing below this level (dB of full scale) is speech."""
ABOVE_FLOOR = 1.0
"""Speech is so much louder (dB) than the channel is when it is quiet."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a channel, in seconds."""

    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Activity:
    """What happens on a channel.

    spans    where somebody speaks, in order, apart from each other
    chances  of speech, and levels (dB of full scale), in each frame of 32 ms
    """

    spans: tuple[Span, ...]
    chances: Levels
    levels: Levels
    duration: float

    def spoken(self, start: float, end: float) -> float:
        """Seconds between the two in which somebody speaks."""
        return sum(max(0.0, min(s.end, end) - max(s.start, start)) for s in self.spans)

    @property
    def floor(self) -> float:
        """How loud the channel is when nobody speaks, in dB of full scale."""
        return _floor(self.chances, self.levels)

    def loudness(self, start: float, end: float) -> float:
        """The mean level between the two, in dB of full scale; -120 where there is nothing."""
        part = self.levels[round(start / FRAME_SECONDS) : max(1, round(end / FRAME_SECONDS))]
        return float(10 * np.log10(np.mean(10 ** (part / 10)))) if part.size else -120.0


def speech(samples: Samples) -> tuple[Span, ...]:
    """Where somebody speaks in these samples (16 kHz)."""
    return activity([samples]).spans


def activity(blocks: Iterable[Samples]) -> Activity:
    """Listen to a channel that comes in blocks of whole frames (`Decoded.blocks`)."""
    for_chances, for_levels = tee(blocks)
    found, loud, voices, count = [], [], [], 0
    for chance, block in zip(chances(for_chances), for_levels, strict=False):
        level = levels(block)
        found.append(chance)
        loud.append(level)
        voices.append(voicing(block, (chance < GOES_ON) & (level > QUIETEST)))
        count += block.size
    if not found:
        return Activity((), np.zeros(0, np.float32), np.zeros(0, np.float32), 0.0)
    level, duration = np.concatenate(loud), count / SAMPLE_RATE
    chance = np.concatenate(found)
    chance = brief_voices(chance, level, np.concatenate(voices), _floor(chance, level), BEGINS)
    return Activity(spans_of(chance, level, duration), chance, level, duration)


def levels(block: Samples) -> Levels:
    """The level of each frame in dB of full scale, at least -120."""
    power = np.mean(np.square(framed(block)), axis=1, dtype=np.float64)
    return (10 * np.log10(np.maximum(power, 1e-12))).astype(np.float32)


def spans_of(chance: Levels, level: Levels, duration: float) -> tuple[Span, ...]:
    """From chances and levels of the frames to the spans of speech."""
    loud = level > max(QUIETEST, _floor(chance, level) + ABOVE_FLOOR)
    return _joined(_runs(np.where(loud, chance, 0.0)), duration)


def _floor(chance: Levels, level: Levels) -> float:
    """How loud the channel is when nobody speaks, in dB; digital silence does not count."""
    quiet = level[(chance < GOES_ON) & (level > -100)]
    return float(np.percentile(quiet, 50)) if quiet.size else -120.0


def _runs(chance: Levels) -> list[tuple[int, int]]:
    """Runs of frames that begin above BEGINS and end where it stays below GOES_ON."""
    runs: list[tuple[int, int]] = []
    going = chance >= GOES_ON
    edges = np.flatnonzero(np.diff(np.concatenate(([0], going.astype(np.int8), [0]))))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        if chance[first:last].max() >= BEGINS:
            runs.append((int(first), int(last)))
    return runs


def _joined(runs: list[tuple[int, int]], duration: float) -> tuple[Span, ...]:
    joined: list[list[float]] = []
    for first, last in runs:
        start, end = first * FRAME_SECONDS, last * FRAME_SECONDS
        if joined and start - joined[-1][1] < BRIDGED:
            joined[-1][1] = end
        else:
            joined.append([start, end])
    long_enough = [(start, end) for start, end in joined if end - start >= SHORTEST]
    return _padded(long_enough, duration)


def _padded(spans: list[tuple[float, float]], duration: float) -> tuple[Span, ...]:
    """With what is kept around; never over what comes before."""
    padded: list[Span] = []
    for start, end in spans:
        begin = max(start - BEFORE, padded[-1].end if padded else 0.0)
        padded.append(Span(round(begin, 3), round(min(end + AFTER, duration), 3)))
    return tuple(padded)
