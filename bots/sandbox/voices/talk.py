"""A written talk, spoken: its sound, and what was said when."""

from __future__ import annotations

import random
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import yaml
from numpy.typing import NDArray

from bots.sandbox.voices.espeak import SAMPLE_RATE, Voice, speak
from bots.sandbox.voices.line import noise, telephone

TALKS = Path(__file__).resolve().parent.parent / "talks"

Speaker = Literal["counselor", "person"]
_SPEAKERS: dict[str, Speaker] = {"c": "counselor", "p": "person"}
_PAUSES = (0.35, 0.9)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's turn. `pause`: seconds of silence before it; None: as it happens."""

    speaker: Speaker
    text: str
    pause: float | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a note of the talk ought to hold: `what` for people, and words of which one must occur."""

    what: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk as it is written in bots/sandbox/talks.

    key        the file's name without its ending
    way        "phone", "visit"; program: whose matter it is (NES, UB, ...)
    channels   2: the counselor left, the person right; 1: both on one
    delivered  the form of the transcript that the recorder delivers beside it, None for none
    decibels   how far the noise lies under the voices
    """

    key: str
    title: str
    way: str
    program: str
    telephone: bool
    channels: int
    delivered: str | None
    noise: str
    decibels: float
    voices: dict[str, Voice]
    lines: tuple[Line, ...]
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A line and when it is said, in seconds."""

    line: Line
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class SpokenTalk:
    """samples: channels x count, float32 at 16 kHz."""

    samples: NDArray[np.float32]
    turns: tuple[Turn, ...]

    @property
    def duration(self) -> float:
        return int(self.samples.shape[1]) / SAMPLE_RATE


def talks(folder: Path = TALKS) -> list[Talk]:
    """All talks of the demo, in the order of their names."""
    return [read_talk(path) for path in sorted(folder.glob("*.yaml"))]


def read_talk(path: Path) -> Talk:
    """Raises KeyError or ValueError when the file is no talk."""
    told: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines = tuple(
        Line(_SPEAKERS[who], str(text), line.get("pause"))
        for line in told["lines"]
        for who, text in line.items()
        if who != "pause"
    )
    return Talk(
        key=path.stem,
        title=told["title"],
        way=told["way"],
        program=told["program"],
        telephone=bool(told["telephone"]),
        channels=int(told["channels"]),
        delivered=told["delivered"],
        noise=told["noise"]["kind"],
        decibels=float(told["noise"]["decibels"]),
        voices={who: Voice(**voice) for who, voice in told["voices"].items()},
        lines=lines,
        facts=tuple(Fact(fact["what"], tuple(fact["words"])) for fact in told.get("facts", [])),
    )


def say(talk: Talk) -> SpokenTalk:
    """The talk as it is recorded: the same words at about the same times whenever it is made.

    Raises NoVoiceError without espeak-ng.
    """
    rng = random.Random(talk.key)
    placed: list[tuple[Turn, NDArray[np.float32]]] = []
    at = 0.6
    for line in talk.lines:
        at += rng.uniform(*_PAUSES) if line.pause is None else line.pause
        spoken = _trimmed(speak(line.text, talk.voices[line.speaker]).samples)
        end = at + len(spoken) / SAMPLE_RATE
        placed.append((Turn(line, at, end), spoken))
        at = end
    count = int((at + 0.8) * SAMPLE_RATE)
    channels = np.zeros((2, count), dtype=np.float32)
    for turn, spoken in placed:
        first = int(turn.start * SAMPLE_RATE)
        channels[0 if turn.line.speaker == "counselor" else 1, first : first + len(spoken)] += spoken
    draw = np.random.default_rng(len(talk.key) + sum(map(ord, talk.key)))
    heard = channels if talk.channels == 2 else channels.sum(0, keepdims=True)
    loud = float(np.quantile(np.abs(heard[np.abs(heard) > 0.01]), 0.9))
    level = loud / 2 * 10 ** (-talk.decibels / 20)
    recorded = []
    for channel in heard:
        mixed = channel + noise(count, draw, talk.noise) * level  # type: ignore[arg-type]
        recorded.append(telephone(mixed) if talk.telephone else mixed)
    return SpokenTalk(
        np.clip(np.stack(recorded), -1.0, 1.0).astype(np.float32), tuple(turn for turn, _ in placed)
    )


def _trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without the silence that the voice leaves behind it."""
    loud = np.flatnonzero(np.abs(samples) > 0.005)
    return samples[: int(loud[-1]) + 800] if len(loud) else samples


def write_wav(path: Path, samples: NDArray[np.float32], rate: int = SAMPLE_RATE) -> None:
    """channels x count in -1..1 as 16-bit PCM."""
    whole = (np.clip(samples, -1, 1).T * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[0])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(whole.tobytes())
