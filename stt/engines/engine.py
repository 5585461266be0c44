"""What an engine for speech is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from stt.transcript import Word

SAMPLE_RATE = 16_000
"""Samples a second of all audio inside `stt`: mono float32 in -1..1."""

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Segment:
    """What an engine heard in one go; times in seconds from the beginning of the window.

    no_speech   the engine's own chance that nothing was said; mean_logprob of its tokens
    compression how well the text compresses (gzip): loops compress far too well
    """

    text: str
    start: float
    end: float
    words: tuple[Word, ...] = ()
    mean_logprob: float = 0.0
    no_speech: float = 0.0
    compression: float = 1.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A window, heard.

    language   as the engine detected or was told
    flags      of the whole window: "unreadable_window", "cut_short", ...
    dropped    segments that the guards took away, because words were "heard" where nobody spoke
    """

    segments: tuple[Segment, ...]
    language: str = "ko"
    flags: tuple[str, ...] = ()
    dropped: int = 0


class Engine(Protocol):
    """name "whisper" or "faster-whisper"; model: as configured; model_sha256: of its weights.

    longest   the longest window in seconds that it should be given
    apart     a pause of so many seconds should end a window
    """

    name: str
    model: str
    model_sha256: str
    longest: float
    apart: float

    def hear(self, samples: Samples, prompt: str = "") -> Heard:
        """Decode one window of at most 30 s, on its own. `prompt`: words that are likely to occur."""
