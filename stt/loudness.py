"""How loud a stretch of audio is, and whether anybody can have spoken in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stt.engines.engine import SAMPLE_RATE, Samples

FRAME = SAMPLE_RATE // 50
SILENT_DB = -55.0
"""Level in dB of full scale below which nobody is heard: quiet telephone speech lies about -40."""
FLAT_DB = 2.5
"""Speech rises and falls by 15 dB and more within a second; a stretch this even is a hum or a hiss."""
FLAT_FROM = 1.0
"""Seconds that a stretch must have before its evenness tells anything."""


def levels(samples: Samples) -> NDArray[np.float64]:
    """The level of every 20 ms in dB of full scale, at least -120."""
    whole = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    found: NDArray[np.float64] = 10 * np.log10(np.maximum(np.mean(whole**2, axis=1), 1e-12))
    return found


def nobody_spoke(samples: Samples) -> bool:
    """Whether the energy alone says that there is no speech: silence, or a noise that is even throughout.

    Too short to tell is not silent.
    """
    found = levels(samples)
    if len(found) < 3:
        return bool(len(samples) == 0 or float(np.max(np.abs(samples))) < 1e-4)
    loud = float(np.percentile(found, 95))
    if loud < SILENT_DB:
        return True
    return len(samples) >= FLAT_FROM * SAMPLE_RATE and loud - float(np.percentile(found, 20)) < FLAT_DB
