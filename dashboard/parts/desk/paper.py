"""What the paper says, row by row, as the desk shows it."""

from __future__ import annotations

from typing import Any

from dashboard.parts.korean import NOTES, Label, confidence
from dashboard.parts.korean import field as field_label
from dashboard.reads.document_types import fields_of
from dashboard.reads.masked import COVERED, is_personal, mask, shown
from dashboard.reads.review_desk import COMPARED, Desk, OnPaper

_ORDER = {name: i for i, name in enumerate(COMPARED)}
_NOT_READ = Label("못 읽음", "wait")


def rows(desk: Desk, revealed: bool) -> list[dict[str, Any]]:
    """Every field of the paper and every line of the comparison, in one order that never changes.

    `field` is the paper's own value to be corrected; `compared` what the cases are compared with, which another
    paper of the delivery may say.
    """
    read = {f.row.name: f for f in desk.fields}
    absent = [n for n in fields_of(desk.document.type) if n not in read] if desk.document else []
    lines = {line.field: line for choice in desk.choices for line in choice.lines}
    names = sorted({*read, *absent, *lines}, key=lambda n: (_ORDER.get(n, 99), n))
    result = []
    for name in names:
        own = read.get(name)
        line = lines.get(name)
        beside = line.on_paper if line and line.elsewhere and not own else ""
        result.append(
            (_field(own, revealed) if own else _missing(name))
            | {"elsewhere": shown(name, beside, revealed=revealed), "fillable": bool(own) or name in absent}
        )
    return result


def _missing(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "id": "",
        "label": field_label(name),
        "shown": "",
        "clear": True,
        "missing": True,
        "covered": False,
        "crop": "",
        "doubtful": False,
        "mark": {"text": _NOT_READ.text, "tone": _NOT_READ.tone, "title": "읽지 못한 항목"},
        "notes": "",
    }


def _field(read: OnPaper, revealed: bool) -> dict[str, Any]:
    row = read.row
    clear = revealed or not is_personal(row.name)
    covered = row.name in COVERED and not revealed
    mark = _sureness(read)
    return {
        "name": row.name,
        "id": str(row.id),
        "label": field_label(row.name),
        "shown": read.value if clear else mask(row.name, read.value),
        "clear": clear,
        "missing": False,
        "covered": covered,
        "crop": f"/field-image/{row.id}" if row.box and not covered else "",
        "doubtful": row.doubtful,
        "mark": {"text": mark.text, "tone": mark.tone, "title": f"확신도 {confidence(row.confidence)}"},
        "notes": ", ".join(_notes(read, revealed)),
    }


def _sureness(read: OnPaper) -> Label:
    row = read.row
    if row.corrected_by is not None:
        return Label("사람이 고침", "busy")
    percent = confidence(row.confidence)
    if row.doubtful:
        return Label(f"의심 {percent}", "bad" if row.confidence < 0.5 else "warn")
    return Label(f"확실 {percent}", "good")


def _notes(read: OnPaper, revealed: bool) -> list[str]:
    words = [NOTES.get(code, code) for code in read.row.notes]
    if read.row.handwritten and NOTES["handwritten"] not in words:
        words.append(NOTES["handwritten"])
    if revealed and read.raw and "mended" in read.row.notes:
        words.append(f"읽힌 대로: {read.raw}")
    return words


def people(desk: Desk, revealed: bool) -> list[list[dict[str, Any]]]:
    """Further people that the paper names, with what it says of each."""
    return [[_person_value(v, revealed) for v in person] for person in desk.people]


def _person_value(read: OnPaper, revealed: bool) -> dict[str, Any]:
    row = read.row
    return {
        "person": row.person,
        "name": row.name,
        "id": str(row.id) if row.box else "",
        "label": field_label(row.name),
        "clear": revealed or not is_personal(row.name),
        "shown": shown(row.name, read.value, revealed=revealed),
    }
