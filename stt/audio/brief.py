"""Brief sounds of a voice that the model passes over: a single "네" after a long silence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stt.audio.silero import FRAME, FRAME_SECONDS, framed
from stt.engines.engine import SAMPLE_RATE, Samples

ABOVE_FLOOR = 15.0
"""They stand out so much (dB) from what the channel is like when it is quiet."""
SHORTEST, LONGEST = 0.1, 1.0
"""Seconds: shorter is a click, longer is music, and the model knows speech of that length."""
PERIODIC = 0.55
_LAGS = slice(SAMPLE_RATE // 400, SAMPLE_RATE // 70)


def voicing(block: Samples, wanted: NDArray[np.bool_]) -> NDArray[np.float32]:
    """How periodic (0..1) each frame is at the pitches of voices, 70 to 400 Hz; 0 where it is not `wanted`."""
    frames = framed(block)
    found = np.zeros(len(frames), np.float32)
    chosen = np.flatnonzero(wanted)
    if not chosen.size:
        return found
    picked = frames[chosen] - frames[chosen].mean(axis=1, keepdims=True)
    power = np.square(np.abs(np.fft.rfft(picked, 2 * FRAME, axis=1)))
    alike = np.fft.irfft(power, axis=1)[:, :FRAME] / (FRAME - np.arange(FRAME))
    found[chosen] = alike[:, _LAGS].max(axis=1) / np.maximum(alike[:, 0], 1e-12)
    return found


def brief_voices(
    chance: NDArray[np.float32],
    level: NDArray[np.float32],
    voiced: NDArray[np.float32],
    floor: float,
    sure: float,
) -> NDArray[np.float32]:
    """The chances, made `sure` where there is a brief sound of a voice."""
    raised = chance.copy()
    stands_out = level > max(floor + ABOVE_FLOOR, -50.0)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], stands_out.astype(np.int8), [0]))))
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        seconds = (last - first) * FRAME_SECONDS
        if SHORTEST <= seconds <= LONGEST and np.median(voiced[first:last]) >= PERIODIC:
            raised[first:last] = np.maximum(raised[first:last], sure)
    return raised
