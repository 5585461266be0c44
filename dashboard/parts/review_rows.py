"""A row of a list of open questions."""

from __future__ import annotations

from dashboard.parts.korean import Label
from dashboard.parts.senders import sender
from dashboard.parts.table import Column, chip, muted, strong
from dashboard.parts.times import day, short, until
from dashboard.reads.review_list import Waiting

COLUMNS = (
    Column("due", "처리 기한", "12.6em", "nowrap"),
    Column("reason", "검토 사유 · 확인할 내용"),
    Column("document", "문서", "13em"),
    Column("officer", "담당자", "9em"),
    Column("received", "수신", "8.6em", "nowrap"),
    Column("sender", "보낸 곳", "14em"),
)


def review_row(row: Waiting) -> dict[str, object]:
    """As `dashboard.parts.table` takes it."""
    what: list[object] = [strong(row.reason)]
    if row.about:
        what.append(muted(row.about))
    if row.other_center:
        told = "다른 센터의 관할로 보입니다. 이송을 검토하십시오."
        what.append(chip(Label(f"{row.other_center} 관할", "warn"), told))
    return {
        "id": str(row.task_id),
        "cells": {
            "due": due_cell(row),
            "reason": what,
            "document": [row.document, muted(f"{row.pages}쪽")] if row.pages else row.document,
            "officer": [*officer_cell(row.officer, row.stand_in), *_holder(row)],
            "received": short(row.received_at),
            "sender": sender(row.sender, row.caller_number, row.source),
        },
    }


def _holder(row: Waiting) -> list[object]:
    """Who has it in hand just now."""
    if row.mine:
        return [chip(Label("내가 보는 중", "busy"))]
    return [chip(Label(f"{row.holder} 보는 중", "wait"))] if row.holder else []


def due_cell(row: Waiting) -> list[object]:
    """How long is left; with the day of the legal deadline where that is known."""
    if row.held_until:
        return [chip(Label(f"{short(row.held_until)}까지 보류", "wait"))]
    left, tone = until(row.due_at)
    told: list[object] = [chip(Label(left, tone)) if left else muted("기한 없음")]
    if row.legal_on:
        told.append(muted(f"법정 {day(row.legal_on)}"))
    return told


def officer_cell(officer: str, stand_in: bool) -> list[object]:
    """Whose it is; one who stands in sees that they do."""
    if not officer:
        return [muted("미지정")]
    return [officer, chip(Label("대직", "busy"))] if stand_in else [officer]
