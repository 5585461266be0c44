"""A heard window as JSON: what is kept of it as a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stt.engines.engine import Heard, Segment
from stt.transcript import word_to_json, words_from_json


def heard_to_json(heard: Heard) -> dict[str, Any]:
    return {
        "language": heard.language,
        "flags": list(heard.flags),
        "dropped": heard.dropped,
        "segments": [_segment_to_json(segment) for segment in heard.segments],
    }


def heard_from_json(told: Mapping[str, Any]) -> Heard:
    """Raises KeyError, TypeError or ValueError when it is not what `heard_to_json` makes."""
    return Heard(
        tuple(_segment_from_json(segment) for segment in told["segments"]),
        str(told.get("language", "ko")),
        tuple(str(flag) for flag in told.get("flags", ())),
        int(told.get("dropped", 0)),
    )


def _segment_to_json(segment: Segment) -> dict[str, Any]:
    return {
        "text": segment.text,
        "start": round(segment.start, 3),
        "end": round(segment.end, 3),
        "words": [word_to_json(word) for word in segment.words],
        "mean_logprob": round(segment.mean_logprob, 4),
        "no_speech": round(segment.no_speech, 4),
        "compression": round(segment.compression, 3),
        "flags": list(segment.flags),
    }


def _segment_from_json(told: Mapping[str, Any]) -> Segment:
    return Segment(
        text=str(told["text"]),
        start=float(told["start"]),
        end=float(told["end"]),
        words=words_from_json(told["words"]),
        mean_logprob=float(told["mean_logprob"]),
        no_speech=float(told["no_speech"]),
        compression=float(told["compression"]),
        flags=tuple(str(flag) for flag in told["flags"]),
    )
