"""What was said: words, utterances and transcripts, and their form as JSON. Times are seconds from the beginning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COUNSELOR, PERSON, OTHER, UNKNOWN = "counselor", "person", "other", "unknown"
SPEAKERS = (COUNSELOR, PERSON, OTHER, UNKNOWN)
"""Who may speak; besides them "voice1", "voice2", ...: voices told apart, and not yet whose they are."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was heard; `confidence` 0..1."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one voice said in one go.

    id          its number in the transcript, from 1, in the order of time: what notes cite
    channel     of the audio, from 0
    confidence  0..1, of the whole
    flags       what is doubtful: "low_confidence", "repeated", "invented", "other_language", "overlap", ...
    words       empty where only the whole is known
    """

    id: int
    start: float
    end: float
    speaker: str
    text: str
    confidence: float = 1.0
    channel: int = 0
    flags: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """A talk in words.

    source        "recognised", or "delivered": a file that came beside the audio
    engine, model, model_sha256   what recognised it; "" for a delivered one
    duration      of the audio in seconds, 0 when it is not known
    flags         of the whole: "nothing_said", "times_do_not_fit", "unreadable_window", ...
    """

    utterances: tuple[Utterance, ...]
    source: str = "recognised"
    language: str = "ko"
    duration: float = 0.0
    engine: str = ""
    model: str = ""
    model_sha256: str = ""
    flags: tuple[str, ...] = field(default=())


def word_to_json(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "start": round(word.start, 3),
        "end": round(word.end, 3),
        "confidence": round(word.confidence, 4),
    }


def words_from_json(told: Sequence[Mapping[str, Any]]) -> tuple[Word, ...]:
    """Raises KeyError, TypeError or ValueError when it is not what `word_to_json` makes."""
    return tuple(
        Word(str(w["text"]), float(w["start"]), float(w["end"]), float(w["confidence"])) for w in told
    )
