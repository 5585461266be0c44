"""The note of a talk as JSON, with words for every code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from dashboard.parts import talk_words
from dashboard.parts.korean import SINK_STATES, Label
from dashboard.parts.times import day, full, now
from dashboard.reads.talk_sheet import Line, NoteShown, TalkSheet, ToDo, Version
from queues.models import FollowUpState, LineFate, NoteLine, NoteState, SessionNote, SinkState
from queues.note_doubts import SPEAKER_CHANGED, WORDS_CHANGED
from stt.note.draft import TITLES, NoteField

DEMO, DRAFTING = "demo_model", "drafting"
_BY_MACHINE = {"extract": "말한 내용에서 뽑음", "": ""}
_TAKEN_UP = (FollowUpState.ACCEPTED.value, FollowUpState.DONE.value)

Given = dict[str, Any]


def note_data(shown: NoteShown, sheet: TalkSheet, hinders: Sequence[str], edited: int | None) -> Given:
    """A version of the note; how its lines came about only for whom the talk is open as a whole."""
    note, whole = shown.row, sheet.sight.whole
    of_words = sheet.transcript.flags if sheet.transcript is not None else []
    lines = [
        line_data(line, whole=whole) for line in shown.lines if whole or line.row.fate != LineFate.STRUCK
    ]
    left = [line for line in lines if line["fate"] == LineFate.PROPOSED]
    return {
        "id": note.id,
        "v": note.version,
        "number": note.number,
        "state": note.state,
        "label": chip_data(talk_words.NOTE_STATES[note.state]),
        "by": _BY_MACHINE.get(note.drafted_by, f"모델 {note.drafted_by}"),
        "flags": [talk_words.flag(f) for f in note.flags if f not in (DEMO, DRAFTING, *of_words)],
        "why": shown.why,
        "fields": [
            {"field": f.value, "title": TITLES[f], "lines": [line for line in lines if line["field"] == f]}
            for f in NoteField
        ],
        "anew": note.state == NoteState.DRAFT and DRAFTING in note.flags,
        "outdated": note.number == 1 and any(_is_outdated(line.row) for line in shown.lines),
        "left": len(left),
        "doubtful": sum(bool(line["flags"]) for line in left),
        "plain": sum(not line["flags"] for line in left),
        "hinders": list(hinders),
        "edited": edited if sheet.sight.own else None,
        "to_do": [follow_up_data(t) for t in shown.to_do if whole or t.row.state in _TAKEN_UP],
        "signed": f"{_signer(sheet, note)} {full(note.signed_at)[:-3]}" if note.signed_at else "",
        "sink": chip_data(SINK_STATES[SinkState(note.sink_state)]) if note.signed_at else None,
        "sink_ref": note.sink_ref,
        "sent_soon": note.sink_state in (SinkState.PENDING, SinkState.SENT) and _is_fresh(note),
        "may_report": note.state == NoteState.SIGNED and note.sink_state == SinkState.FAILED,
        "papers": {"pdf": bool(note.pdf_sha256), "docx": bool(note.docx_sha256)},
    }


def _is_fresh(note: SessionNote) -> bool:
    """Signed so lately that what follows is worth waiting for."""
    return note.signed_at is not None and now() - note.signed_at < timedelta(minutes=2)


def _signer(sheet: TalkSheet, note: SessionNote) -> str:
    return next((v.signer for v in sheet.versions if v.row.id == note.id), "")


def _is_outdated(row: NoteLine) -> bool:
    """Whether what it rests on was put right since."""
    return bool({WORDS_CHANGED, SPEAKER_CHANGED} & set(row.flags))


def line_data(line: Line, *, whole: bool) -> Given:
    """A line; how it came about only for whom the talk is open as a whole."""
    row = line.row
    label = talk_words.FATES[row.fate]
    return {
        "id": row.id,
        "v": row.version,
        "field": row.field,
        "text": line.text,
        "proposed": line.proposed if whole else "",
        "cites": row.cites,
        "flags": [talk_words.flag(f) for f in row.flags] if whole else [],
        "origin": talk_words.ORIGINS.get(row.origin, row.origin),
        "absent": row.origin == "absent",
        "fate": row.fate,
        "label": chip_data(label) if whole else None,
    }


def follow_up_data(todo: ToDo) -> Given:
    """Something to be done."""
    row = todo.row
    return {
        "id": row.id,
        "v": row.version,
        "kind": row.kind,
        "what": talk_words.FOLLOW_UPS[row.kind],
        "who": row.who,
        "whose": talk_words.WHOSE.get(row.who, row.who),
        "on": row.on.isoformat() if row.on else "",
        "day": day(row.on),
        "at": row.at,
        "text": todo.text,
        "cites": row.cites,
        "flags": [talk_words.flag(f) for f in row.flags],
        "state": row.state,
        "open": row.state == FollowUpState.PROPOSED,
        "label": chip_data(talk_words.FOLLOW_UP_STATES[row.state]),
    }


def version_data(sheet: TalkSheet, version: Version) -> Given:
    """One of the versions to choose from."""
    note = version.row
    return {
        "id": note.id,
        "number": note.number,
        "label": chip_data(talk_words.NOTE_STATES[note.state]),
        "signed": f"{version.signer} {full(note.signed_at)[:-3]}" if note.signed_at else "",
        "edited": note.edited if sheet.sight.own else None,
        "why": version.why,
    }


def may_see(sheet: TalkSheet, note: SessionNote) -> bool:
    """A draft is seen by whom the talk is open to as a whole."""
    return sheet.sight.whole or note.state != NoteState.DRAFT


def chip_data(label: Label) -> Given:
    """A word in its tone."""
    return {"text": label.text, "tone": label.tone}
