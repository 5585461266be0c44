"""Transcripts as JSON: a list of entries under one of the names that recorders and services give it.

Known: this program's own form, openai-whisper's, and those of services that tell entries of start, end, text and
speaker, in seconds or milliseconds, with or without words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stt.delivered.cue import Cue, finite, seconds
from stt.delivered.problems import MALFORMED, UnreadableTranscriptError
from stt.transcript import Word

_LISTS = (
    "utterances",
    "segments",
    "cues",
    "entries",
    "items",
    "sentences",
    "results",
    "transcript",
    "data",
    "chunks",
)
_TEXTS = (
    "text",
    "transcript",
    "content",
    "sentence",
    "msg",
    "message",
    "utterance",
    "word",
    "punctuated_word",
)
_STARTS = ("start", "start_time", "startTime", "begin", "from", "offset", "start_at", "startAt")
_ENDS = ("end", "end_time", "endTime", "finish", "to", "end_at", "endAt")
_SPEAKERS = (
    "speaker",
    "speaker_label",
    "speakerLabel",
    "speakerTag",
    "speaker_id",
    "spk",
    "role",
    "name",
    "label",
)
_CONFIDENCES = ("confidence", "probability", "score", "prob")
_DEEPEST = 4
_LOOKED_AT = 200


def cues(text: str, duration: float | None = None) -> Iterator[Cue]:
    """The cues in the order of the file. Raises UnreadableTranscriptError.

    duration   of the audio in seconds, where it is known: it tells seconds from milliseconds
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableTranscriptError(MALFORMED, f"not JSON ({type(error).__name__})") from None
    entries = _entries(told, 0)
    if entries is None:
        raise UnreadableTranscriptError(MALFORMED, "JSON without a list of what was said")
    unit = _unit(entries, duration)
    for entry in entries:
        yield _cue(entry, unit)


def _entries(told: Any, depth: int) -> list[Mapping[str, Any]] | None:
    """The first list of entries with words in them."""
    if isinstance(told, list):
        found: list[Mapping[str, Any]] = [entry for entry in told if isinstance(entry, dict) and _text(entry)]
        return found or (_entries(told[0], depth + 1) if told and depth < _DEEPEST else None)
    if not isinstance(told, dict) or depth > _DEEPEST:
        return None
    for name in _LISTS:
        if (found_in := told.get(name)) and isinstance(found_in, list | dict):
            inner = _entries(found_in, depth + 1)
            if inner:
                return inner
    return None


def _cue(entry: Mapping[str, Any], unit: float) -> Cue:
    start, end = _time(entry, _STARTS, unit), _time(entry, _ENDS, unit)
    if end is None and start is not None and (length := _time(entry, ("duration", "dur"), unit)) is not None:
        end = start + length
    channel = entry.get("channel", entry.get("channelTag"))
    return Cue(
        start,
        end,
        _text(entry),
        _label(entry),
        channel if isinstance(channel, int) and not isinstance(channel, bool) and 0 <= channel < 8 else None,
        _confidence(entry),
        tuple(_words(entry.get("words"), unit)),
    )


def _text(entry: Mapping[str, Any]) -> str:
    for name in _TEXTS:
        if isinstance(said := entry.get(name), str) and said.strip():
            return " ".join(said.split())
    alternatives = entry.get("alternatives")
    if isinstance(alternatives, list) and alternatives and isinstance(alternatives[0], dict):
        said = alternatives[0].get("transcript", alternatives[0].get("text"))
        return " ".join(said.split()) if isinstance(said, str) else ""
    return ""


def _label(entry: Mapping[str, Any]) -> str:
    for name in _SPEAKERS:
        told = entry.get(name)
        if isinstance(told, dict):
            told = next(
                (told[key] for key in ("name", "label", "id") if isinstance(told.get(key), str | int)), None
            )
        if isinstance(told, str) and told.strip():
            return told.strip()[:80]
        if isinstance(told, int) and not isinstance(told, bool):
            return f"speaker {told}"[:80]
    return ""


def _confidence(entry: Mapping[str, Any]) -> float:
    """0..1; a service that tells per cent is understood, and one that tells nothing is believed."""
    told = next((n for name in _CONFIDENCES if (n := finite(entry.get(name))) is not None), 1.0)
    return min(1.0, max(0.0, told / 100 if told > 1 else told))


def _words(told: Any, unit: float) -> Iterator[Word]:
    """Words with times; ones that are not legible are left out, the text holds them."""
    for word in told if isinstance(told, list) else ():
        if isinstance(word, dict):
            start, end, text = _time(word, _STARTS, unit), _time(word, _ENDS, unit), _text(word)
            sure = _confidence(word)
        elif isinstance(word, list) and len(word) == 3 and isinstance(word[2], str):
            start, end, text, sure = _scaled(word[0], unit), _scaled(word[1], unit), word[2].strip(), 1.0
        else:
            continue
        if start is not None and end is not None and 0 <= start <= end and text:
            yield Word(text, round(start, 3), round(end, 3), sure)


def _time(entry: Mapping[str, Any], names: tuple[str, ...], unit: float) -> float | None:
    for name in names:
        for ending in ("_ms", "Ms", "_millis"):
            if (told := finite(entry.get(name + ending))) is not None:
                return told / 1000
        if name in entry:
            return _scaled(entry[name], unit)
    return None


def _scaled(told: Any, unit: float) -> float | None:
    if isinstance(told, str):
        return seconds(told)
    number = finite(told)
    return None if number is None else number * unit


def _unit(entries: list[Mapping[str, Any]], duration: float | None) -> float:
    """1 for seconds, 0.001 for milliseconds: whole numbers that are far too large for seconds."""
    told = [n for entry in entries for n in _told_times(entry)]
    numbers = [number for n in told if (number := finite(n)) is not None]
    if not numbers or not all(float(number).is_integer() for number in numbers):
        return 1.0
    latest = max(numbers)
    if duration:
        return 0.001 if latest > 20 * duration else 1.0
    lengths = sorted(b - a for a, b in zip(numbers[::2], numbers[1::2], strict=False))
    return 0.001 if lengths and lengths[len(lengths) // 2] > 200 else 1.0


def _told_times(entry: Mapping[str, Any]) -> Iterator[Any]:
    for names in (_STARTS, _ENDS):
        yield next((entry[name] for name in names if name in entry), None)
