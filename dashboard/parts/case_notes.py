"""The signed session notes of one case: when, by whom; choosing one leads to it."""

from __future__ import annotations

from dashboard.parts.table import Column, muted, table
from dashboard.parts.talk_words import WAYS
from dashboard.parts.times import day, short
from dashboard.places import go
from dashboard.reads.case_notes import CaseNote, of_case
from queues import database
from queues.days import day_of

COLUMNS = (
    Column("what", "상담일지"),
    Column("signed", "서명", "9em", "nowrap"),
    Column("counselor", "상담사", "7em"),
)


def case_notes(application_id: int) -> None:
    """Nothing where there is none."""
    with database.session() as session:
        found = of_case(session, application_id)
    if not found:
        return
    opened = table("case_notes", COLUMNS, [_row(n) for n in found], label="이 신청의 상담일지")
    if opened:
        go("talks", {"talk": opened})


def _row(note: CaseNote) -> dict[str, object]:
    told = [muted("행정시스템 등록됨", below=True)] if note.told else []
    return {
        "id": str(note.talk_id),
        "cells": {
            "what": [
                f"{WAYS.get(note.way, note.way)} 상담",
                muted(f"{short(note.held_at)} · 제{note.number}판"),
                *told,
            ],
            "signed": day(day_of(note.signed_at)) if note.signed_at else "",
            "counselor": note.counselor,
        },
    }
