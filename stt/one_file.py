"""The whole way for one file: audio, and perhaps a transcript beside it, to redacted words and a note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stt.audio.decode import decoded
from stt.audio.hearing import hearing
from stt.delivered import read
from stt.delivered.fitting import fitted
from stt.engines.engine import Engine
from stt.note.draft import Draft, Meeting, NoteField
from stt.transcribe import Progress, cut, listen
from stt.transcript import Transcript, Utterance

if TYPE_CHECKING:
    from stt.note.writer import Writer

HELD_AT_UNSURE = "held_at_unsure"


@dataclass(frozen=True, slots=True)
class Noted:
    """What one file gave: its transcript without personal data, and the draft that rests on it."""

    transcript: Transcript
    draft: Draft


def words_of(
    audio: Path,
    delivered: Path | None,
    engine: Callable[[], Engine],
    progress: Progress | None = None,
) -> Transcript:
    """What was said, unredacted: read from the delivered transcript if there is one, else recognised.

    engine  is asked for only when there is something to recognise. Raises `SoundError` for the audio,
    `UnreadableTranscriptError` for the transcript, `EngineError` when nothing can listen.
    """
    if delivered is not None:
        with decoded(audio) as sound:
            return fitted(read(delivered.read_bytes(), delivered.suffix, sound.duration), sound)
    with hearing(audio) as heard:
        if not heard.activities:
            return Transcript((), duration=heard.duration, flags=heard.flags)
        listener = engine()
        return listen(cut(audio, heard, listener), listener, progress)


def noted(
    transcript: Transcript,
    held_at: datetime,
    *,
    sure: bool = True,
    way: str = "phone",
    model: Writer | None = None,
) -> Noted:
    """Take personal data out and draft the note.

    held_at   local time of the talk; without being `sure` of it the line that tells it is flagged
    """
    from stt.note.drafting import draft
    from stt.redaction import redact

    redacted = replace(transcript, utterances=redact(transcript.utterances).utterances)
    found = draft(redacted, Meeting(held_at, way, transcript.duration), model)
    return Noted(redacted, found if sure else _unsure(found))


def _unsure(draft: Draft) -> Draft:
    lines = tuple(
        replace(line, flags=(*line.flags, HELD_AT_UNSURE)) if line.field is NoteField.MEETING else line
        for line in draft.lines
    )
    return replace(draft, lines=lines)


def as_json(noted: Noted) -> dict[str, Any]:
    """The form in which `./backoffice stt note` writes it; times in seconds."""
    return {
        "utterances": utterances_as_json(noted.transcript.utterances),
        "note": [
            {
                "field": line.field.value,
                "text": line.text,
                "cites": list(line.cites),
                "flags": list(line.flags),
            }
            for line in noted.draft.lines
        ],
    }


def utterances_as_json(utterances: Sequence[Utterance]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "start": round(one.start, 2),
            "end": round(one.end, 2),
            "speaker": one.speaker,
            "text": one.text,
            "confidence": round(one.confidence, 3),
        }
        for one in utterances
    ]
