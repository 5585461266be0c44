"""The draft of a session note: lines in fields, each with the utterances that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class NoteField(StrEnum):
    """The fields of a 상담일지, in its order."""

    MEETING = "meeting"
    SITUATION = "situation"
    REQUESTS = "requests"
    GUIDANCE = "guidance"
    AGREED = "agreed"
    NEXT = "next"
    TO_CHECK = "to_check"


TITLES = {
    NoteField.MEETING: "상담일시·방식",
    NoteField.SITUATION: "구직자 상황",
    NoteField.REQUESTS: "요청·문의",
    NoteField.GUIDANCE: "안내 내용",
    NoteField.AGREED: "합의·조치",
    NoteField.NEXT: "다음 일정",
    NoteField.TO_CHECK: "확인 필요",
}


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A line of the note.

    cites   ids of the utterances that it rests on; empty only when `origin` is "absent" or "facts"
    origin  "said": words that were spoken; "written": by a model from its evidence, and checked;
            "absent": nothing was said about this field (언급 없음); "facts": date, time and way of the talk
    flags   what is doubtful: "low_confidence", "number_unclear", "speaker_unknown", "fell_back", ...
    """

    field: NoteField
    text: str
    cites: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()
    origin: str = "said"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is to be done: `kind` "task" or "appointment", `who` "counselor" or "person".

    on   the day that was meant, reckoned from the day of the talk; None when it was said too loosely
    at   "14:00", or "" when no time was said
    """

    kind: str
    who: str
    text: str
    cites: tuple[int, ...]
    on: date | None = None
    at: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """What is known of the talk without listening: when (local time), how, and how long in seconds."""

    held_at: datetime
    way: str = "phone"
    duration: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """`drafted_by`: "extract" or the model's name; flags of the whole: "nothing_said", ..."""

    lines: tuple[NoteLine, ...]
    follow_ups: tuple[FollowUp, ...] = ()
    drafted_by: str = "extract"
    flags: tuple[str, ...] = ()
