"""What one channel carries of the other: on a telephone recorder the other's voice is faintly there as well."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stt.audio.decode import Decoded
from stt.audio.silero import FRAME, FRAME_SECONDS
from stt.audio.speech import Activity, spans_of
from stt.engines.engine import SAMPLE_RATE, Samples

LOUDER = 8.0
"""The other channel is so much louder (dB) where this one only carries it."""
ALIKE = 0.45
"""How alike (0..1) the two are then, at the delay at which they are most alike."""
LATEST = 0.2
"""Seconds by which the one may lag behind the other."""
_FRAMES = 31  # about a second
_SAME = 0.995


def same(audio: Decoded, seconds: float = 60.0) -> bool:
    """Whether the first two channels carry the same sound: one microphone, saved as two channels."""
    for start in np.arange(0.0, audio.duration, seconds):
        one, other = (audio.samples(c, start, start + seconds) for c in (0, 1))
        power = float(np.dot(one, one) + np.dot(other, other))
        if power > 1e-6 * one.size and 2 * float(np.dot(one, other)) < _SAME * power:
            return False
    return True


def without_crosstalk(audio: Decoded, found: dict[int, Activity]) -> dict[int, Activity]:
    """The activity of channels 0 and 1 without what each only carries of the other."""
    if not {0, 1} <= found.keys():
        return found
    cleaned = dict(found)
    for channel, other in ((0, 1), (1, 0)):
        chance = _cleaned(audio, channel, other, found)
        here = found[channel]
        spans = spans_of(chance, here.levels, here.duration)
        cleaned[channel] = Activity(spans, chance, here.levels, here.duration)
    return cleaned


def _cleaned(audio: Decoded, channel: int, other: int, found: dict[int, Activity]) -> NDArray[np.float32]:
    here, there = found[channel], found[other]
    chance = here.chances.copy()
    for span in here.spans:
        first, last = int(span.start / FRAME_SECONDS), int(np.ceil(span.end / FRAME_SECONDS))
        for begin in range(first, last, _FRAMES):
            end = min(begin + _FRAMES, last, chance.size)
            start, stop = begin * FRAME_SECONDS, end * FRAME_SECONDS
            if there.loudness(start, stop) - here.loudness(start, stop) < LOUDER:
                continue
            if alike(audio.samples(channel, start, stop), audio.samples(other, start, stop)) >= ALIKE:
                chance[begin:end] = 0.0
    return chance


def alike(one: Samples, other: Samples) -> float:
    """How alike two stretches are, 0..1, at the delay up to `LATEST` at which they are most alike."""
    if one.size < FRAME or one.size != other.size:
        return 0.0
    size = 1 << (2 * one.size - 1).bit_length()
    product = np.fft.rfft(one, size) * np.conj(np.fft.rfft(other, size))
    correlation = np.fft.irfft(product, size)
    lags = round(LATEST * SAMPLE_RATE)
    most = max(np.abs(correlation[: lags + 1]).max(), np.abs(correlation[-lags:]).max())
    power = float(np.sqrt(np.dot(one, one) * np.dot(other, other)))
    return float(most) / power if power > 0 else 0.0
