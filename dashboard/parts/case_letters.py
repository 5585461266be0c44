"""The letters of one case: what was told to the applicant, and whether it arrived."""

from __future__ import annotations

from dashboard.parts.notice_words import NOTICE_STATES, channel
from dashboard.parts.table import Column, chip, muted, table
from dashboard.parts.times import day, short
from dashboard.places import go
from dashboard.reads.notice_kinds import kind_title
from dashboard.reads.notice_list import Row, of_case
from queues import database
from queues.models import NoticeState

COLUMNS = (
    Column("what", "보낸 통지"),
    Column("made", "작성", "9em", "nowrap"),
    Column("state", "상태", "9em"),
)


def case_letters(application_id: int) -> None:
    """The latest letters; choosing one leads to it. Nothing where there is none."""
    with database.session() as session:
        rows = of_case(session, application_id)
    if not rows:
        return
    opened = table("case_letters", COLUMNS, [_row(r) for r in rows], label="이 신청의 통지")
    if opened:
        go("notices", {"notice": opened})


def _row(row: Row) -> dict[str, object]:
    n = row.notice
    way = [muted(channel(row.last.channel))] if row.last else []
    arrived = [muted(f"송달 {day(n.served_on)}", below=True)] if n.served_on else []
    return {
        "id": str(n.id),
        "cells": {
            "what": [kind_title(n.kind), *way],
            "made": short(n.created_at),
            "state": [chip(NOTICE_STATES[NoticeState(n.state)]), *arrived],
        },
    }
