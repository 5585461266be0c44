"""Any recording as samples of 16 kHz: decoded once into a file without a name, from which stretches are read."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np

from stt import errors
from stt.audio import ffmpeg
from stt.audio.probe import Sound, probe
from stt.engines.engine import SAMPLE_RATE, Samples
from stt.errors import SoundError

_BLOCK_SECONDS = 16.384
"""512 frames of the voice-activity model."""
_SCALE = np.float32(1 / 32768)
_BYTES = 2


@dataclass(frozen=True)
class Decoded:
    """A recording, decoded: `sound` is what the file is, `length` counts samples (16 kHz) of each channel.

    The samples lie on the disk, 115 MB for an hour of one channel, and in memory only while they are read.
    """

    sound: Sound
    length: int
    file: IO[bytes]

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.length / SAMPLE_RATE

    def samples(self, channel: int, start: float = 0.0, end: float | None = None) -> Samples:
        """One channel from `start` to `end` seconds, mono float32 in -1..1; what lies outside is left out."""
        first = max(0, round(start * SAMPLE_RATE))
        last = self.length if end is None else min(self.length, round(end * SAMPLE_RATE))
        return self._read(channel, first, last - first)

    def blocks(self, channel: int, seconds: float = _BLOCK_SECONDS) -> Iterator[Samples]:
        """One channel from its beginning to its end, in stretches of `seconds`."""
        step = round(seconds * SAMPLE_RATE)
        for first in range(0, self.length, step):
            yield self._read(channel, first, min(step, self.length - first))

    def _read(self, channel: int, first: int, count: int) -> Samples:
        # Read and not mapped: mapped pages would count as memory of the process.
        width = _BYTES * self.sound.channels
        found = os.pread(self.file.fileno(), max(0, count) * width, first * width)
        pcm = np.frombuffer(found, "<i2").reshape(-1, self.sound.channels)
        return pcm[:, channel].astype(np.float32) * _SCALE


@contextmanager
def decoded(path: Path, sound: Sound | None = None, *, name: str = "") -> Iterator[Decoded]:
    """Decode a whole file, once; the decoded samples are gone at the end of the block, and with the process.

    Raises `SoundError`: what `probe` raises, and "broken" when nothing can be decoded.
    """
    known = sound or probe(path, name)
    with tempfile.TemporaryFile(prefix="backoffice-sound-") as file:
        decode_into(file, path, known)
        count = file.seek(0, 2) // _BYTES // known.channels
        if count == 0:
            raise SoundError(errors.BROKEN, "nothing could be decoded")
        yield Decoded(known, count, file)


def samples(
    path: Path, channel: int, start: float = 0.0, end: float | None = None, *, name: str = ""
) -> Samples:
    """One stretch of one channel of a file (seconds), mono float32 of 16 kHz.

    For one stretch; whoever needs several of a file opens it once with `decoded`. Raises what `decoded` raises.
    """
    with decoded(path, name=name) as audio:
        return audio.samples(channel, start, end)


def decode_into(file: IO[bytes], path: Path, sound: Sound, rate: int = SAMPLE_RATE) -> None:
    """All channels as interleaved signed 16-bit samples. Gaps in the times of a browser's pieces become silence,
    so that a second here is a second in the player."""
    asked = ["-hide_banner", "-nostdin", "-v", "quiet", *ffmpeg.source(path, sound.form), "-map", "0:a:0"]
    asked += ["-af", "aresample=async=1:first_pts=0", "-ac", str(sound.channels), "-ar", str(rate)]
    asked += ["-t", f"{sound.duration + 30:.3f}", "-f", "s16le", "pipe:1"]
    most = round((sound.duration + 31) * rate) * _BYTES * sound.channels
    ffmpeg.run("ffmpeg", asked, seconds=max(120.0, sound.duration / 10), write_bytes=most, into=file)
