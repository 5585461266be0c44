"""A recording to be handed out: personal data beeped over at the times at which it was said."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from stt import errors
from stt.audio import ffmpeg
from stt.audio.probe import Sound, probe
from stt.errors import SoundError

AROUND = 0.15
"""Seconds before and after what is beeped: the times of words are not exact to the sound."""
_TONE, _LOUDNESS = 1000.0, 0.1
_RATE = 24_000
_BLOCK_SECONDS = 10


def beep(path: Path, spans: Iterable[tuple[float, float]], into: Path, *, name: str = "") -> Path:
    """Write the recording as MP3 `into` a file with a tone in place of each span (start, end in seconds), on all
    channels: what one microphone hears the other one hears too. Raises `SoundError`."""
    sound = probe(path, name)
    around = merged((start - AROUND, end + AROUND) for start, end in spans)
    _convert(path, sound, into, around)
    return into


def playable(path: Path, into: Path, *, name: str = "") -> Path:
    """Write the recording as MP3 `into` a file, for a browser that does not know its form. Raises `SoundError`."""
    _convert(path, probe(path, name), into, [])
    return into


def merged(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """In order, apart from each other; what ends before it begins is nothing."""
    whole: list[tuple[float, float]] = []
    for start, end in sorted((max(0.0, s), e) for s, e in spans if e > s):
        if whole and start <= whole[-1][1]:
            whole[-1] = whole[-1][0], max(whole[-1][1], end)
        else:
            whole.append((start, end))
    return whole


def overlay(block: NDArray[np.int16], first: int, spans: Sequence[tuple[float, float]], rate: int) -> None:
    """Put the tone into a block of samples (time, channels) that begins with sample number `first`."""
    for start, end in spans:
        begin, stop = max(0, round(start * rate) - first), min(len(block), round(end * rate) - first)
        if begin < stop:
            at = np.arange(first + begin, first + stop) / rate
            tone = np.sin(2 * np.pi * _TONE * at) * _LOUDNESS * 32767
            block[begin:stop] = tone.astype(np.int16)[:, None]


def _convert(path: Path, sound: Sound, into: Path, spans: Sequence[tuple[float, float]]) -> None:
    channels = min(sound.channels, 2)
    seconds = max(120.0, sound.duration / 4)
    raw = ["-f", "s16le", "-ar", str(_RATE), "-ac", str(channels)]
    reading = [*ffmpeg.source(path, sound.form), "-map", "0:a:0", "-af", "aresample=async=1:first_pts=0"]
    reading += ["-t", f"{sound.duration + 30:.3f}", *raw, "pipe:1"]
    writing = ["-y", *raw, "-i", "pipe:0", "-c:a", "libmp3lame", "-b:a", f"{48 * channels}k"]
    writing += ["-map_metadata", "-1", "-f", "mp3", f"file:{into}"]
    most = round(sound.duration * 48_000 * channels / 8 * 1.2) + 1024 * 1024
    with (
        ffmpeg.start(reading, seconds=seconds, stdout=subprocess.PIPE) as reader,
        ffmpeg.start(writing, seconds=seconds, write_bytes=most, stdin=subprocess.PIPE) as writer,
    ):
        assert reader.stdout is not None and writer.stdin is not None
        try:
            with suppress(BrokenPipeError), writer.stdin:
                _pass_on(reader.stdout, writer.stdin, channels, spans)
            failed = writer.wait(seconds) != 0 or reader.wait(seconds) != 0
        except subprocess.TimeoutExpired:
            raise SoundError(errors.TIMEOUT, "the exported recording took too long") from None
        finally:
            reader.kill()
            writer.kill()
    if failed:
        into.unlink(missing_ok=True)
        raise SoundError(errors.BROKEN, "could not be written as MP3")


def _pass_on(
    source: IO[bytes], target: IO[bytes], channels: int, spans: Sequence[tuple[float, float]]
) -> None:
    size = _BLOCK_SECONDS * _RATE * channels * 2
    first = 0
    while piece := source.read(size):
        whole = len(piece) - len(piece) % (2 * channels)
        block = np.frombuffer(piece[:whole], "<i2").reshape(-1, channels).copy()
        overlay(block, first, spans, _RATE)
        target.write(block.tobytes())
        first += len(block)
