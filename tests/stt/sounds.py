"""Sounds as files, for tests: WAV of any number of channels."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from stt.engines.engine import SAMPLE_RATE, Samples


def write_wav(path: Path, *channels: Samples, rate: int = SAMPLE_RATE) -> Path:
    """Channels of samples in -1..1 as 16-bit PCM; shorter ones end in silence."""
    length = max(c.size for c in channels)
    sound = np.stack([np.pad(c, (0, length - c.size)) for c in channels], axis=1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(channels))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path
