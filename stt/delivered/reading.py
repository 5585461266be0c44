"""A delivered transcript, whatever its format, as a `Transcript` whose times are checked against the audio."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from stt.delivered import structured, subtitles
from stt.delivered.cue import Cue
from stt.delivered.labels import labelled, speakers
from stt.delivered.problems import (
    EMPTY,
    MALFORMED,
    NO_WORDS,
    NOT_TEXT,
    TOO_LARGE,
    UNKNOWN_FORMAT,
    UnreadableTranscriptError,
)
from stt.guards import OTHER_LANGUAGE, bare, is_other_language
from stt.transcript import Transcript, Utterance, Word
from stt.utterances import LOW, LOW_CONFIDENCE, numbered

FORMATS = ("vtt", "srt", "json")
TIMES_DO_NOT_FIT = "times_do_not_fit"
MOST_BYTES = 20_000_000
MOST_CUES = 50_000
MOST_SIGNS = 5_000
TOLERANCE = 1.0
"""Seconds by which a transcript may go beyond the audio: recorders round."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
"""Signs that cannot be stored, or that show other signs in another order than they were said."""


def read(data: bytes, form: str = "", duration: float | None = None) -> Transcript:
    """Read a transcript that came beside the audio.

    form       "vtt", "srt", "json", or "" to find out; duration: of the audio in seconds, None when it is not known

    No words are lost: where times are missing or do not fit the audio, what was said stays in its place in the
    file's order, and is flagged "times_do_not_fit". Raises `UnreadableTranscriptError`.
    """
    text = decoded(data)
    form = form.lower().lstrip(".") or sniff(data)
    if form not in FORMATS:
        raise UnreadableTranscriptError(UNKNOWN_FORMAT)
    found = list(structured.cues(text, duration) if form == "json" else subtitles.cues(text))
    if len(found) > MOST_CUES:
        raise UnreadableTranscriptError(TOO_LARGE, f"{len(found)} entries")
    cues = [piece for cue in labelled([_clean(cue) for cue in found]) for piece in _bounded(cue)]
    if not cues:
        raise UnreadableTranscriptError(NO_WORDS if form == "json" or "-->" in text else MALFORMED)
    return _transcript(cues, duration)


def sniff(data: bytes) -> str:
    """The format that the content speaks for, "" for none. Raises `UnreadableTranscriptError` for what is no text."""
    text = decoded(data).lstrip()
    if text.startswith("WEBVTT"):
        return "vtt"
    if text.startswith(("{", "[")):
        return "json"
    return "srt" if "-->" in text else ""


def decoded(data: bytes) -> str:
    """As UTF-8, UTF-16 with a mark, or CP949, with the line ends of one kind. Raises `UnreadableTranscriptError`."""
    if not data.strip():
        raise UnreadableTranscriptError(EMPTY)
    if len(data) > MOST_BYTES:
        raise UnreadableTranscriptError(TOO_LARGE, f"{len(data)} bytes")
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
            return _CONTROL.sub("", text)
    raise UnreadableTranscriptError(NOT_TEXT)


def _transcript(cues: Sequence[Cue], duration: float | None) -> Transcript:
    spoken_by = speakers(cues)
    said: list[Utterance] = []
    clock = 0.0
    for cue, speaker in zip(cues, spoken_by, strict=True):
        said.append(_utterance(cue, speaker, clock, duration))
        clock = said[-1].end if TIMES_DO_NOT_FIT in said[-1].flags else max(clock, said[-1].start)
    found = numbered([said])
    flags = []
    if any(TIMES_DO_NOT_FIT in one.flags for one in found):
        flags.append(TIMES_DO_NOT_FIT)
    foreign = sum(len(bare(one.text)) for one in found if OTHER_LANGUAGE in one.flags)
    if foreign * 2 > sum(len(bare(one.text)) for one in found):
        flags.append(OTHER_LANGUAGE)
    return Transcript(found, source="delivered", duration=duration or 0.0, flags=tuple(flags))


def _utterance(cue: Cue, speaker: str, clock: float, duration: float | None) -> Utterance:
    start, end, fits = _times(cue, clock, duration)
    words = _words(cue, start, end) if fits else ()
    flags = [] if fits else [TIMES_DO_NOT_FIT]
    if cue.confidence < LOW:
        flags.append(LOW_CONFIDENCE)
    if is_other_language(cue.text):
        flags.append(OTHER_LANGUAGE)
    return Utterance(
        0,
        round(start, 3),
        round(end, 3),
        speaker,
        cue.text,
        cue.confidence,
        cue.channel or 0,
        tuple(flags),
        words,
    )


def _clean(cue: Cue) -> Cue:
    """JSON and HTML can name signs that do not stand in the file: they are taken out once they are read."""
    words = tuple(replace(word, text=_CONTROL.sub("", word.text)) for word in cue.words)
    return replace(
        cue, text=_CONTROL.sub("", cue.text).strip(), label=_CONTROL.sub("", cue.label), words=words
    )


def _bounded(cue: Cue) -> list[Cue]:
    """A cue without words is none; one that holds a whole talk comes in pieces that a screen can show."""
    if len(cue.text) <= MOST_SIGNS:
        return [cue] if cue.text else []
    pieces = [cue.text[at : at + MOST_SIGNS].strip() for at in range(0, len(cue.text), MOST_SIGNS)]
    return [replace(cue, text=piece, words=()) for piece in pieces if piece]


def _times(cue: Cue, clock: float, duration: float | None) -> tuple[float, float, bool]:
    """Where a cue lies, and whether its own times say so legibly; else it keeps its place in the file."""
    longest = duration if duration else float("inf")
    if cue.start is None or cue.end is None or cue.start < 0 or cue.end < cue.start:
        start = clock if cue.start is None or cue.start < 0 else cue.start
        return min(start, longest), min(start, longest), False
    if cue.end > 86_400:
        return min(clock, longest), min(clock, longest), False
    fits = cue.end <= longest + TOLERANCE and cue.start <= longest
    return min(cue.start, longest), min(cue.end, longest), fits


def _words(cue: Cue, start: float, end: float) -> tuple[Word, ...]:
    """The cue's words where they are what its text says, in order and inside its times; else none."""
    said = bare("".join(word.text for word in cue.words))
    if not said or said != bare(cue.text):
        return ()
    placed = tuple(
        replace(word, start=min(max(word.start, start), end), end=min(max(word.end, start), end))
        for word in cue.words
    )
    in_order = all(a.start <= b.start for a, b in pairwise(placed))
    return placed if in_order else ()
