"""A folder of pairs to train on: windows of audio, and what is said in them as people have put it right.

FOLDER/000001.wav   16 kHz, mono, 16-bit PCM, at most 30 s
FOLDER/pairs.jsonl  one line for each: {"audio": "000001.wav", "text": "...", "talk": "17"}

`talk` keeps the windows of one talk together, so that none of a talk that is trained on is measured with.
"""

from __future__ import annotations

import hashlib
import json
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stt.engines.engine import SAMPLE_RATE, Samples

LIST = "pairs.jsonl"
LONGEST_SECONDS = 30.0


class PairsError(ValueError):
    """The folder cannot be trained on; the text says what is wrong with which line."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A window. `audio`: its file; `talk`: which talk it is of."""

    audio: Path
    text: str
    talk: str


def write_pair(folder: Path, number: int, samples: Samples, text: str, talk: str) -> Path:
    """Adds a window to the folder. Raises PairsError when it is longer than 30 s or nothing is said in it."""
    if len(samples) > LONGEST_SECONDS * SAMPLE_RATE:
        raise PairsError(f"window {number} is longer than {LONGEST_SECONDS:.0f} s")
    if not text.strip():
        raise PairsError(f"window {number} has no text")
    path = folder / f"{number:06d}.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    with (folder / LIST).open("a", encoding="utf-8") as pairs:
        pairs.write(
            json.dumps({"audio": path.name, "text": text.strip(), "talk": talk}, ensure_ascii=False) + "\n"
        )
    return path


def read_pairs(folder: Path) -> list[Pair]:
    """Raises PairsError."""
    listed = folder / LIST
    if not listed.is_file():
        raise PairsError(f"{listed} is not there: export signed talks with ./backoffice stt pairs {folder}")
    return list(_lines(folder, listed))


def _lines(folder: Path, listed: Path) -> Iterator[Pair]:
    with listed.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                told = json.loads(line)
                name, text, talk = (
                    str(told["audio"]),
                    str(told["text"]).strip(),
                    str(told.get("talk", number)),
                )
            except (ValueError, KeyError, TypeError, AttributeError):
                raise PairsError(f'{listed}, line {number}: not {{"audio", "text", "talk"}}') from None
            if Path(name).name != name or not (folder / name).is_file():
                raise PairsError(f"{listed}, line {number}: no such file in the folder")
            if text:
                yield Pair(folder / name, text, talk)


def load(pair: Pair) -> Samples:
    """Mono float32 at 16 kHz. Raises PairsError."""
    try:
        with wave.open(str(pair.audio), "rb") as file:
            form = file.getnchannels(), file.getsampwidth(), file.getframerate()
            count = file.getnframes()
            if form != (1, 2, SAMPLE_RATE) or not 0 < count <= LONGEST_SECONDS * SAMPLE_RATE:
                raise PairsError(f"{pair.audio.name}: 16 kHz, mono, 16 bit and up to 30 s are needed")
            data = file.readframes(count)
    except (wave.Error, EOFError) as error:
        raise PairsError(f"{pair.audio.name}: not a WAV file ({error})") from None
    return np.frombuffer(data, dtype="<i2").astype(np.float32) / np.float32(32768)


def parted(pairs: list[Pair], share: float = 0.1) -> tuple[list[Pair], list[Pair]]:
    """(to train on, to measure with): whole talks, chosen by their name alone, so that it is the same every time and
    a talk that was once measured with is never trained on later. At least one talk to each side, if there are two."""
    talks = sorted({pair.talk for pair in pairs}, key=lambda talk: hashlib.sha256(talk.encode()).digest())
    below = [
        t for t in talks if int.from_bytes(hashlib.sha256(t.encode()).digest()[:4], "big") < share * 2**32
    ]
    held = set(below or talks[:1]) if len(talks) > 1 else set()
    if len(held) == len(talks):
        held.discard(talks[-1])
    return [p for p in pairs if p.talk not in held], [p for p in pairs if p.talk in held]
