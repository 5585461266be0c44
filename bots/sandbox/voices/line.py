"""What lies between a voice and the recorder: the telephone's band, its coding, and the room's noise."""

from __future__ import annotations

from typing import Literal

import numpy as np

from bots.sandbox.voices.espeak import SAMPLE_RATE, Samples

Noise = Literal["white", "room", "hum"]

_MU = 255.0


def telephone(samples: Samples, *, low: float = 300.0, high: float = 3400.0) -> Samples:
    """Only what a telephone line carries, coded with G.711's mu-law steps."""
    if not len(samples):
        return samples
    length = 1 << (len(samples) - 1).bit_length()
    spectrum = np.fft.rfft(samples, length)
    at = np.fft.rfftfreq(length, 1 / SAMPLE_RATE)
    band = 1 / (1 + (low / np.maximum(at, 1.0)) ** 6) / (1 + (at / high) ** 12)
    carried = np.fft.irfft(spectrum * band, length)[: len(samples)].astype(np.float32)
    return mu_law(carried)


def mu_law(samples: Samples) -> Samples:
    """Coded to 8 bits by the mu-law (ITU-T G.711) and decoded again."""
    clipped = np.clip(samples, -1.0, 1.0)
    coded = np.sign(clipped) * np.log1p(_MU * np.abs(clipped)) / np.log1p(_MU)
    steps = np.round((coded + 1) / 2 * _MU) / _MU * 2 - 1
    decoded: Samples = (np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(_MU)) / _MU).astype(np.float32)
    return decoded


def noise(count: int, rng: np.random.Generator, kind: Noise = "room") -> Samples:
    """`count` samples of noise with a root mean square of 1."""
    if count <= 0:
        return np.zeros(0, dtype=np.float32)
    length = 1 << (count - 1).bit_length()
    spectrum = np.fft.rfft(rng.standard_normal(length))
    at = np.maximum(np.fft.rfftfreq(length, 1 / SAMPLE_RATE), 20.0)
    if kind == "room":
        spectrum /= np.sqrt(at)
    made = np.fft.irfft(spectrum, length)[:count]
    if kind == "hum":
        time = np.arange(count) / SAMPLE_RATE
        made = made / made.std() * 0.5 + sum(np.sin(2 * np.pi * 60 * n * time) / n for n in (1, 2, 3))
    return (made / max(float(np.sqrt(np.mean(made**2))), 1e-9)).astype(np.float32)


def with_noise(samples: Samples, rng: np.random.Generator, decibels: float, kind: Noise = "room") -> Samples:
    """Noise added so that the loud part of the speech is `decibels` above it."""
    loud = float(np.quantile(np.abs(samples), 0.95)) if len(samples) else 0.0
    level = max(loud, 1e-3) / 2 * 10 ** (-decibels / 20)
    return (samples + noise(len(samples), rng, kind) * level).astype(np.float32)
