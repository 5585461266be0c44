"""What one channel carries of the other: on a telephone recorder the other's voice is faintly there as well."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stt.audio.decode import Decoded
from stt.audio.silero import FRAME_SECONDS
from stt.audio.speech import Activity, Span, spans_of
from stt.engines.engine import Samples

LOUDER = 4.5
"""The other channel is so much louder (dB) where this one only carries it."""
UNEXPLAINED = 0.32
"""Of a channel that only carries the other, less than this share is not the other's voice through line or room."""
PERHAPS = 0.45
HALF = 0.5
"""Two microphones in one room hear so much of the same, whoever speaks."""
_LOOKS = 40
_FRAMES = 31  # about a second
_SAME = 0.995
_DIVIDED = 4
_TAPS, _AHEAD = 192, 16
"""Of the path from the one to the other: 48 ms at 4 kHz, 4 of them before the sound."""


def same(audio: Decoded, seconds: float = 60.0) -> bool:
    """Whether the first two channels carry the same sound: one microphone, saved as two channels."""
    for start in np.arange(0.0, audio.duration, seconds):
        one, other = (audio.samples(c, start, start + seconds) for c in (0, 1))
        power = float(np.dot(one, one) + np.dot(other, other))
        if power > 1e-6 * one.size and 2 * float(np.dot(one, other)) < _SAME * power:
            return False
    return True


def one_room(audio: Decoded, found: dict[int, Activity]) -> bool:
    """Whether channels 0 and 1 both hear everybody: a stereo recorder on the desk. They tell no voices apart."""
    if not {0, 1} <= found.keys():
        return False
    together = [at for at in _seconds(found[0]) if found[1].spoken(*at) > 0.8 * (at[1] - at[0])]
    if len(together) < 0.5 * len(_seconds(found[0])) or not together:
        return False
    chosen = together[:: -(-len(together) // _LOOKS)]
    louder = [found[0].loudness(*at) - found[1].loudness(*at) for at in chosen]
    shares = [
        unexplained(audio.samples(int(by >= 0), *at), audio.samples(int(by < 0), *at))
        for at, by in zip(chosen, louder, strict=True)
    ]
    return bool(np.median(np.abs(louder)) < LOUDER and np.median(shares) < HALF)


def _seconds(activity: Activity) -> list[tuple[float, float]]:
    """Stretches of about a second in which somebody speaks."""
    frames = activity.levels.size
    pairs = (pair for span in activity.spans for pair in pairwise(_edges(span, frames)))
    return [(begin * FRAME_SECONDS, end * FRAME_SECONDS) for begin, end in pairs]


def without_crosstalk(audio: Decoded, found: dict[int, Activity]) -> dict[int, Activity]:
    """The activity of channels 0 and 1 without what each only carries of the other."""
    if not {0, 1} <= found.keys():
        return found
    cleaned = dict(found)
    for channel, other in ((0, 1), (1, 0)):
        chance = _cleaned(audio, channel, other, found)
        here = found[channel]
        spans = spans_of(chance, here.levels, here.duration)
        cleaned[channel] = replace(here, spans=spans, chances=chance)
    return cleaned


def _cleaned(audio: Decoded, channel: int, other: int, found: dict[int, Activity]) -> NDArray[np.float32]:
    chance = found[channel].chances.copy()
    for span in found[channel].spans:
        edges = _edges(span, chance.size)
        shares = [_share(audio, channel, other, found, *pair) for pair in pairwise(edges)]
        sure = [share < UNEXPLAINED for share in shares]
        for n, (begin, end) in enumerate(pairwise(edges)):
            around = sure[max(0, n - 1) : n] + sure[n + 1 : n + 2]
            # Between two seconds that are the other's a third one is, too, unless something else is in it.
            if sure[n] or (around and all(around) and shares[n] < PERHAPS):
                chance[begin:end] = 0.0
    return chance


def _edges(span: Span, frames: int) -> list[int]:
    """Frames that divide a span into stretches of about a second."""
    first, last = int(span.start / FRAME_SECONDS), min(frames, int(np.ceil(span.end / FRAME_SECONDS)))
    count = max(1, round((last - first) / _FRAMES))
    return [int(at) for at in np.linspace(first, last, count + 1)]


def _share(
    audio: Decoded, channel: int, other: int, found: dict[int, Activity], begin: int, end: int
) -> float:
    """How much of a stretch of the channel is not the other's; all of it where the other is not louder."""
    here, there = found[channel], found[other]
    start, stop = begin * FRAME_SECONDS, end * FRAME_SECONDS
    if there.loudness(start, stop) - here.loudness(start, stop) < LOUDER:
        return 1.0
    one, by = audio.samples(channel, start, stop), audio.samples(other, start, stop)
    return unexplained(one, by, 10 ** (here.floor / 10))


def unexplained(one: Samples, by: Samples, noise: float = 0.0) -> float:
    """Which share (0..1) of the one is not the other, however a line or a room changed it on the way.

    The path is the linear filter that explains most (least squares); noise: mean square of the one when it is quiet.
    """
    whole = one.size // _DIVIDED * _DIVIDED
    if whole < _TAPS * _DIVIDED * 2 or by.size < whole:
        return 1.0
    heard = one[:whole].reshape(-1, _DIVIDED).mean(axis=1, dtype=np.float64)
    source = by[:whole].reshape(-1, _DIVIDED).mean(axis=1, dtype=np.float64)
    heard = np.concatenate((np.zeros(_AHEAD), heard))[: source.size]
    size = 1 << (source.size + _TAPS).bit_length()
    spectrum = np.fft.rfft(source, size)
    own = np.fft.irfft(np.square(np.abs(spectrum)), size)[:_TAPS]
    shared = np.fft.irfft(np.conj(spectrum) * np.fft.rfft(heard, size), size)[:_TAPS]
    own[0] = own[0] * 1.003 + 1e-12
    lags = np.arange(_TAPS)
    explained = float(np.linalg.solve(own[np.abs(lags[:, None] - lags)], shared) @ shared)
    there = float(heard @ heard)
    spoken = there - noise * heard.size / _DIVIDED
    return 1.0 if spoken <= 0 else max(0.0, there - noise * heard.size / _DIVIDED - explained) / spoken
