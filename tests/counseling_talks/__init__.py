"""Scripted talks of counselors and persons, with the facts that a note of them must hold.

A talk is a YAML file:

    title, program, way, held_at     what it is about; when (local time)
    channels   2 (the default: one for each speaker) or 1 (speakers are then "unknown")
    talk       its utterances, a line each: "c:" the counselor, "p:" the person, "o:" somebody else.
               <kind:words> marks what redaction must take out (kinds of stt.redaction.kinds); <keep:words> marks
               what looks like that and must stay
    facts      what must be in the note:
        field    where it belongs, or a list of fields that will do
        who      whose fact it is: "person", "counselor", "other"
        what     in a few words, for people
        words    groups of wordings: of every group one must be in the note
        value    amounts, durations, numbers: each must be there, however written
        until    the day that is meant (ISO), said in the ways of `said`: either will do
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from stt.note.draft import Meeting, NoteField, NoteLine
from stt.spoken_numbers import in_digits
from stt.transcript import Transcript, Utterance

FOLDER = Path(__file__).parent
_SPEAKERS = {"c": "counselor", "p": "person", "o": "other"}
_MARK = re.compile(r"<([a-z]+):([^<>]*)>")
NEAR = 4
"""Utterances that the lines may lie apart which hold one fact together."""


@dataclass(frozen=True)
class Fact:
    """words: of every group one must occur, in figures and without blanks."""

    fields: tuple[NoteField, ...]
    who: str
    what: str
    words: tuple[tuple[str, ...], ...]
    until: date | None = None

    def held_by(self, lines: Sequence[NoteLine]) -> bool:
        """Whether a line of one of its fields holds it, or lines of one field that rest on neighbouring utterances."""
        for field in self.fields:
            own = [line for line in lines if line.field == field]
            for line in own:
                beside = [other for other in own if other is line or _near(line, other)]
                if self._in(plain(line.text)) or self._in(" ".join(plain(other.text) for other in beside)):
                    return True
        return False

    def _in(self, text: str) -> bool:
        return all(any(word in text for word in group) for group in self.words)


@dataclass(frozen=True)
class Planted:
    """Something personal (or "keep") in the utterance at position `at`: characters [start, end)."""

    kind: str
    at: int
    start: int
    end: int


@dataclass(frozen=True)
class Talk:
    """number: of its file; even ones are for developing, odd ones for judging."""

    number: int
    name: str
    title: str
    program: str
    meeting: Meeting
    utterances: tuple[Utterance, ...]
    planted: tuple[Planted, ...]
    facts: tuple[Fact, ...]

    @property
    def transcript(self) -> Transcript:
        return Transcript(self.utterances, duration=self.meeting.duration)


def plain(text: str) -> str:
    """A text as it is compared: numbers in figures, no blanks, no punctuation."""
    return re.sub(r"[\s,.?!~…·'\"()]", "", in_digits(text)).lower()


@lru_cache
def talks() -> tuple[Talk, ...]:
    """All of them by number. Raises ValueError naming file and place for what is not understood."""
    return tuple(read(file) for file in sorted(FOLDER.glob("[0-9]*.yaml")))


def even() -> tuple[Talk, ...]:
    return tuple(talk for talk in talks() if talk.number % 2 == 0)


def odd() -> tuple[Talk, ...]:
    return tuple(talk for talk in talks() if talk.number % 2)


def read(file: Path) -> Talk:
    """Raises ValueError naming file and place for what is not understood."""
    told: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    try:
        utterances, planted = _utterances(told["talk"], told.get("channels", 2) == 1)
        held_at = datetime.fromisoformat(str(told["held_at"]))
        meeting = Meeting(held_at, told.get("way", "phone"), utterances[-1].end + 1.0)
        facts = tuple(_fact(one) for one in told["facts"])
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{file.name}: {error!r}") from error
    return Talk(
        int(file.name.split("_")[0]),
        file.stem,
        told["title"],
        told.get("program", ""),
        meeting,
        utterances,
        planted,
        facts,
    )


def _utterances(script: str, one_channel: bool) -> tuple[tuple[Utterance, ...], tuple[Planted, ...]]:
    utterances: list[Utterance] = []
    planted: list[Planted] = []
    at = 1.0
    for line in script.strip().splitlines():
        who, _, marked = line.strip().partition(":")
        text, places = _unmarked(marked.strip())
        planted += [Planted(kind, len(utterances), start, end) for kind, start, end in places]
        end = at + max(0.6, len(text.replace(" ", "")) / 5.5)
        speaker = "unknown" if one_channel else _SPEAKERS[who]
        channel = 0 if one_channel or who == "c" else 1
        utterances.append(
            Utterance(len(utterances) + 1, round(at, 2), round(end, 2), speaker, text, channel=channel)
        )
        at = end + 0.4
    return tuple(utterances), tuple(planted)


def _unmarked(marked: str) -> tuple[str, list[tuple[str, int, int]]]:
    text, places, last = "", [], 0
    for found in _MARK.finditer(marked):
        text += marked[last : found.start()]
        places.append((found[1], len(text), len(text) + len(found[2])))
        text += found[2]
        last = found.end()
    return text + marked[last:], places


def _fact(told: dict[str, Any]) -> Fact:
    fields = told["field"] if isinstance(told["field"], list) else [told["field"]]
    groups = [group if isinstance(group, list) else [group] for group in told.get("words", [])]
    groups += [[value] for value in _list(told.get("value"))]
    until = told.get("until")
    day = date.fromisoformat(str(until)) if until else None
    if day or told.get("said"):
        groups.append([*_days(day), *_list(told.get("said"))])
    if not groups:
        raise ValueError(f"{told['what']}: nothing to look for")
    words = tuple(tuple(plain(str(word)) for word in group) for group in groups)
    return Fact(tuple(NoteField(field) for field in fields), told["who"], told["what"], words, day)


def _list(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _days(day: date | None) -> Iterator[str]:
    if day:
        yield day.isoformat()
        yield f"{day.month}월 {day.day}일"
        yield f"{day.month}/{day.day}"
        yield f"{day.month}. {day.day}."


def _near(line: NoteLine, other: NoteLine) -> bool:
    return any(abs(a - b) <= NEAR for a in line.cites for b in other.cites)
