"""Transcripts as recorders deliver them beside the sound."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bots.sandbox.voices.talk import Turn

_NAMES = {"counselor": "상담사", "person": "고객"}


def transcript(form: str, turns: Sequence[Turn]) -> str:
    """`form`: "vtt", "srt" or "json". Raises KeyError for another."""
    return {"vtt": _vtt, "srt": _srt, "json": _json}[form](turns)


def _vtt(turns: Sequence[Turn]) -> str:
    cues = [
        f"{_time(turn.start, '.')} --> {_time(turn.end, '.')}\n<v {_NAMES[turn.line.speaker]}>{turn.line.text}\n"
        for turn in turns
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def _srt(turns: Sequence[Turn]) -> str:
    cues = [
        f"{number}\n{_time(turn.start, ',')} --> {_time(turn.end, ',')}\n"
        f"{_NAMES[turn.line.speaker]}: {turn.line.text}\n"
        for number, turn in enumerate(turns, 1)
    ]
    return "\n".join(cues)


def _json(turns: Sequence[Turn]) -> str:
    segments = [
        {
            "speaker": _NAMES[turn.line.speaker],
            "start": round(turn.start, 2),
            "end": round(turn.end, 2),
            "text": turn.line.text,
        }
        for turn in turns
    ]
    return json.dumps({"language": "ko", "segments": segments}, ensure_ascii=False, indent=1)


def _time(seconds: float, mark: str) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}{mark}{whole % 1000:03d}"
