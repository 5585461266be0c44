"""The desk beside the page: fields to correct, candidates to compare, the decision to make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.look import tone_variables
from dashboard.parts.korean import NOTES, Label, case_status, confidence
from dashboard.parts.korean import field as field_label
from dashboard.reads.cases import FOUND, CaseOnFile
from dashboard.reads.document_types import all_types, fields_of
from dashboard.reads.masked import COVERED, is_personal, mask, shown
from dashboard.reads.review_desk import COMPARED, CONFIRMS, Choice, Compared, Desk, OnPaper

HERE = Path(__file__).parent

AGREEMENTS = {
    "agree": Label("일치", "good"),
    "near": Label("비슷함", "warn"),
    "differ": Label("다름", "bad"),
    "unknown": Label("비교 못 함", "wait"),
}
# A person moves, changes phones and banks; a paper that says so is news, not a mistake.
CHANGEABLE = {
    "phone": "전화번호 변경?",
    "account": "계좌 변경?",
    "bank": "은행 변경?",
    "address": "주소 변경?",
}


def desk_component(
    desk: Desk,
    *,
    revealed: bool,
    readonly: bool,
    message: Label | None = None,
    searched: str = "",
    found: Sequence[CaseOnFile] = (),
) -> dict[str, Any] | None:
    """Show the desk. Returns what the person did just now: {"do": "attach" | "search" | ..., ...}."""
    data = {
        "task": desk.task.id,
        "version": desk.task.version,
        "confirms": desk.document is None or desk.task.kind == CONFIRMS,
        "done": "다시 실행" if desk.task.item_id else "확인 완료",
        "readonly": readonly,
        "message": message._asdict() if message else None,
        "has_document": desk.document is not None,
        "type": desk.document.type if desk.document else "",
        "types": all_types(),
        "fields": _fields(desk, revealed),
        "people": [[_person_value(v, revealed) for v in person] for person in desk.people],
        "choices": [_choice(c, revealed) for c in desk.choices],
        "compared": _compared(desk.choices, revealed),
        "searched": searched,
        "found": [_hit(c, revealed) for c in found],
        "more": len(found) >= FOUND,
    }
    result = _component()(key="desk", data=data, on_act_change=lambda: None)
    act = result.get("act")
    return dict(act) if act else None


def _fields(desk: Desk, revealed: bool) -> list[dict[str, Any]]:
    """Rows in the order of the form; fields of the type that were not read come last, to be filled in."""
    if desk.document is None:
        return []
    order = {name: i for i, name in enumerate(COMPARED)}
    read = sorted(desk.fields, key=lambda f: order.get(f.row.name, 99))
    rows = [_field(f, revealed) for f in read]
    absent = [n for n in fields_of(desk.document.type) if n not in {f.row.name for f in read}]
    rows += [
        {
            "key": name,
            "id": "",
            "label": field_label(name),
            "shown": "",
            "clear": True,
            "missing": True,
            "covered": False,
            "crop": "",
            "mark": {"text": "못 읽음", "tone": "wait", "title": "이 문서에 있을 수 있으나 읽지 못한 항목"},
            "notes": "",
        }
        for name in absent
    ]
    return rows


def _field(read: OnPaper, revealed: bool) -> dict[str, Any]:
    row = read.row
    clear = revealed or not is_personal(row.name)
    covered = row.name in COVERED and not revealed
    return {
        "key": row.name,
        "id": str(row.id),
        "label": field_label(row.name),
        "shown": read.value if clear else mask(row.name, read.value),
        "clear": clear,
        "missing": False,
        "covered": covered,
        "crop": f"/field-image/{row.id}" if row.box and not covered else "",
        "mark": _sureness(read)._asdict() | {"title": f"확신도 {confidence(row.confidence)}"},
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


def _person_value(read: OnPaper, revealed: bool) -> dict[str, str]:
    return {
        "label": field_label(read.row.name),
        "shown": shown(read.row.name, read.value, revealed=revealed),
    }


def _compared(choices: Sequence[Choice], revealed: bool) -> list[dict[str, Any]]:
    """The rows of the comparison: every field that the paper or a weight speaks of."""
    lines: dict[str, Compared] = {}
    for line in (line for c in choices for line in c.lines):
        if line.field not in lines or (line.on_paper and not lines[line.field].on_paper):
            lines[line.field] = line
    return [
        {
            "name": name,
            "label": field_label(name),
            "shown": shown(name, lines[name].on_paper, revealed=revealed),
            "elsewhere": lines[name].elsewhere and bool(lines[name].on_paper),
        }
        for name in COMPARED
        if name in lines
    ]


def _choice(choice: Choice, revealed: bool) -> dict[str, Any]:
    likely = "직접 찾은 건" if choice.probability is None else f"일치 가능성 {_percent(choice.probability)}"
    return {
        "receipt_no": choice.case.receipt_no,
        "program": choice.case.program,
        "status": case_status(choice.case.status)._asdict(),
        "open": choice.case.open,
        "likely": likely,
        "around": " · ".join(f"{field_label(name)} {weight:+.1f}" for name, weight in choice.around),
        "lines": {line.field: _line(line, revealed, _same_person(choice)) for line in choice.lines},
    }


def _same_person(choice: Choice) -> bool:
    """Whether the paper is so plainly this person's that another phone or account is a change."""
    agreement = {line.field: line.agreement for line in choice.lines}
    if agreement.get("name") == "differ" or agreement.get("rrn") == "differ":
        return False
    born = agreement.get("birth_date") == "agree" and agreement.get("name") == "agree"
    return agreement.get("rrn") == "agree" or agreement.get("receipt_no") == "agree" or born


def _line(line: Compared, revealed: bool, same_person: bool) -> dict[str, Any]:
    label = AGREEMENTS[line.agreement]
    weight = "" if line.weight is None else f"근거의 무게 {line.weight:+.1f} (클수록 같은 사람)"
    change = CHANGEABLE.get(line.field, "") if line.agreement == "differ" and same_person else ""
    return {
        "mark": label.text,
        "tone": "warn" if change else label.tone,
        "shown": shown(line.field, line.on_file, revealed=revealed),
        "title": weight,
        "change": change,
    }


def _percent(probability: float) -> str:
    """Never 100 %: 99.97 % is shown as such, and what is nearer as `99.9% 이상`."""
    percent = probability * 100
    if percent >= 99.9:
        return "99.9% 이상"
    return "1% 미만" if percent < 1 else f"{percent:.1f}%" if percent >= 99 else f"{percent:.0f}%"


def _hit(case: CaseOnFile, revealed: bool) -> dict[str, Any]:
    values: Mapping[str, str] = case.values
    name = shown("name", values.get("name", ""), revealed=revealed)
    birth = shown("birth_date", values.get("birth_date", ""), revealed=revealed)
    who: Iterable[str] = (name, birth) if name else (values.get("company", ""),)
    return {
        "receipt_no": case.receipt_no,
        "name": " ".join(w for w in who if w),
        "program": case.program,
        "status": case_status(case.status)._asdict(),
    }


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_desk",
        html=(HERE / "desk.html").read_text("utf-8"),
        css=tone_variables() + (HERE / "desk.css").read_text("utf-8"),
        js=(HERE / "desk.js").read_text("utf-8"),
    )
