"""Who speaks, as a delivered transcript calls it: labels before the words, and whose they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from config.speaker_labels import speaker_labels
from stt.delivered.cue import Cue
from stt.transcript import COUNSELOR, PERSON, UNKNOWN
from stt.voices import BY_TELEPHONE

_LABEL = re.compile(
    r"^(?:-\s{0,4})?(?:\[([^\[\]:\n]{1,24})\]|\(([^():\n]{1,24})\)|([^\s\[\]():][^\[\]():\n]{0,23}))\s{0,4}[::]\s{0,4}(?=\S)"
)
_BRACKETED = re.compile(r"^(?:-\s{0,4})?\[([^\[\]:\n]{1,24})\]\s{0,4}(?=\S)")
_NUMBERED = re.compile(
    r"^(?:speaker|spk|화자|참석자|목소리|voice|s|ch|channel|채널)[\s_\-#]*0*(\d{1,3})$", re.IGNORECASE
)
MOST_VOICES = 20
ALL_LABELLED = 0.8
"""Where so many lines begin with a label, the one that speaks but once has one too."""


def labelled(cues: Sequence[Cue]) -> list[Cue]:
    """Cues with the labels taken out of their words.

    What stands before a colon is a label when the center knows it, or when most of the file's cues begin so: "참고로:
    ..." said once is no label. A cue whose lines have labels of their own is parted into one for each.
    """
    by_shape = _labels_by_shape(cues)
    return [part for cue in cues for part in _parts(cue, by_shape)]


def speakers(cues: Sequence[Cue]) -> list[str]:
    """The speaker of each cue: the counselor, the person, or voice1, voice2, ... in the order of their first words."""
    voices: dict[str, str] = {}
    found = []
    for cue in cues:
        known = known_speaker(cue.label) if cue.label else ""
        key = known or cue.label.casefold().strip() or ("" if cue.channel is None else f"#{cue.channel}")
        if key and key not in voices:
            taken = sum(1 for voice in voices.values() if voice.startswith("voice"))
            voices[key] = known or (f"voice{taken + 1}" if taken < MOST_VOICES else UNKNOWN)
        found.append(voices.get(key, UNKNOWN))
    channels = {cue.channel for cue in cues}
    if channels == {0, 1} and not any(cue.label for cue in cues):
        return [BY_TELEPHONE[str(cue.channel)] for cue in cues]
    return found


def known_speaker(label: str) -> str:
    """COUNSELOR or PERSON for a label that the center knows, else ""."""
    bare = re.sub(r"[\s_\-.]", "", label).casefold()
    bare = re.sub(r"\d{1,2}$", "", bare)
    labels = speaker_labels()
    for speaker, names in ((COUNSELOR, labels.counselor), (PERSON, labels.person)):
        if bare in {name.replace(" ", "").casefold() for name in names}:
            return speaker
    return ""


def _labels_by_shape(cues: Sequence[Cue]) -> frozenset[str]:
    lines = [line for cue in cues for line in cue.text.split("\n")]
    shaped = Counter(_name(hit) for line in lines if (hit := _LABEL.match(line)))
    share = sum(shaped.values()) / max(1, len(lines))
    if share >= ALL_LABELLED and len(lines) >= 5:
        return frozenset(shaped)
    if share > 0.5 and len(lines) >= 2:
        return frozenset(name for name, times in shaped.items() if times >= 2 or _NUMBERED.match(name))
    return frozenset(name for name in shaped if _NUMBERED.match(name))


def _parts(cue: Cue, by_shape: frozenset[str]) -> Iterator[Cue]:
    said: list[tuple[str, str]] = []
    for line in cue.text.split("\n"):
        label, words = _split(line, by_shape)
        if label or not said:
            said.append((label or cue.label, words))
        else:
            said[-1] = (said[-1][0], f"{said[-1][1]} {words}")
    if len(said) == 1:
        yield replace(cue, label=said[0][0], text=said[0][1])
    else:
        yield from _shared(cue, said)


def _shared(cue: Cue, said: Sequence[tuple[str, str]]) -> Iterator[Cue]:
    """Several voices in one cue: its time is shared out by the length of what they say."""
    total = sum(len(words) for _, words in said) or 1
    at, length = cue.start, (cue.end - cue.start if cue.start is not None and cue.end is not None else 0.0)
    for label, words in said:
        until = None if at is None else at + length * len(words) / total
        yield replace(
            cue, start=at, end=cue.end if cue.start is None else until, label=label, text=words, words=()
        )
        at = until


def _split(line: str, by_shape: frozenset[str]) -> tuple[str, str]:
    hit = _LABEL.match(line) or _BRACKETED.match(line)
    if hit and (known_speaker(_name(hit)) or _name(hit) in by_shape):
        return _name(hit), line[hit.end() :].strip()
    return "", line.strip()


def _name(hit: re.Match[str]) -> str:
    return next(group for group in hit.groups() if group is not None).strip()
