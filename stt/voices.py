"""Whose voice is where: by channel, or by an engine that tells voices apart, if one is configured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path

from config.settings import settings
from stt.engines.problems import BAD_SETTING, EngineError
from stt.transcript import COUNSELOR, PERSON, UNKNOWN

BY_TELEPHONE: Mapping[str, str] = {"0": COUNSELOR, "1": PERSON}
"""Telephone recorders put the counselor on the left channel and the caller on the right."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One voice speaks from `start` to `end` (seconds); `voice`: any name that is the same for the same voice."""

    start: float
    end: float
    voice: str


def speaker_of(
    channel: int, channels: int, *, apart: bool = True, voices: Mapping[str, str] | None = None
) -> str:
    """Who speaks on a channel. Where voices share one nobody can say: unknown, never a guess.

    apart   each of two channels has a voice of its own; voices: what is known better, by channel
    """
    if voices and str(channel) in voices:
        return voices[str(channel)]
    if channels == 1 or (channels == 2 and not apart):
        return UNKNOWN
    return BY_TELEPHONE[str(channel)] if channels == 2 else f"voice{channel + 1}"


def turns(path: Path) -> tuple[Turn, ...]:
    """What the configured engine says of a file with one channel; () when none is configured.

    The engine is a function of the file's path that gives (start, end, voice) for each turn; its voices become
    "voice1", "voice2", ... in the order in which they are first heard. Raises EngineError when the setting does
    not name such a function.
    """
    name = settings().diarisation
    if not name:
        return ()
    module, _, function = name.partition(":")
    try:
        told = [
            (float(start), float(end), voice)
            for start, end, voice in getattr(import_module(module), function)(path)
        ]
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise EngineError(
            BAD_SETTING,
            f"BACKOFFICE_DIARISATION {name!r} is no function that gives (start, end, voice): {type(error).__name__}.",
        ) from error
    numbers: dict[object, int] = {}
    return tuple(
        Turn(start, end, f"voice{numbers.setdefault(voice, len(numbers) + 1)}")
        for start, end, voice in sorted(told, key=lambda turn: turn[:2])
        if end > start
    )


def voice_at(turns: Sequence[Turn], start: float, end: float) -> str:
    """Whose turn a word falls into: the one that it shares most time with, else the nearest within half a second."""
    shares = [(min(turn.end, end) - max(turn.start, start), turn.voice) for turn in turns]
    best = max(shares, default=(-1.0, UNKNOWN))
    return best[1] if best[0] > -0.5 else UNKNOWN


def overlapping(turns: Sequence[Turn], start: float, end: float) -> bool:
    """Whether two voices speak at once for a good part of a stretch."""
    both = sum(
        max(0.0, min(one.end, other.end, end) - max(one.start, other.start, start))
        for one, other in pairwise(turns)
        if one.voice != other.voice
    )
    return both > 0.3 * (end - start)
