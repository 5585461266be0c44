"""Whisper's log-mel of a piece of audio."""

from __future__ import annotations

import numpy as np

from stt.engines.engine import SAMPLE_RATE, Samples
from stt.training.shards import Mel

SILENCE_SECONDS = 0.2


def mel_of(samples: Samples, bands: int = 80) -> Mel:
    """`bands` x frames of mono float32 at 16 kHz, with the beginning of the digital silence that a window is filled up
    with behind it, so that its last frame shows how that silence looks beside this speech."""
    import torch
    from whisper.audio import log_mel_spectrogram

    filled = np.concatenate([samples, np.zeros(int(SILENCE_SECONDS * SAMPLE_RATE), dtype=np.float32)])
    with torch.no_grad():
        made: Mel = log_mel_spectrogram(torch.from_numpy(filled), n_mels=bands).numpy().astype(np.float16)
    return made
