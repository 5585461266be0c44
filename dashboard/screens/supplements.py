"""보완 관리: what cases lack, what was asked for and until when; requests are sent, repeated and ended here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from config.programs import load_programs
from dashboard.acts.rights import Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.leaving import leave
from dashboard.parts.pager import pager
from dashboard.parts.supplement_many import BULK, picked, show_many
from dashboard.parts.supplement_sheet import show_sheet
from dashboard.parts.supplement_words import REASONS, STAGES, stage_label
from dashboard.parts.table import Column, chip, muted, picking_table, strong, table
from dashboard.parts.times import day, until
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.supplements import (
    ALL,
    ENDED,
    LATE,
    MINE,
    PAGE,
    TO_SEND,
    Row,
    Wanted,
    count_of,
    counts,
    page_of,
    total,
)
from dashboard.visitor import Visitor
from queues import database
from queues.days import office_closes, today
from queues.whose import Circle, circle_of

REFRESH_SECONDS = 15
COLUMNS = (
    Column("case", "접수번호 · 신청인", "17em"),
    Column("missing", "보완할 서류"),
    Column("stage", "단계", "11em"),
    Column("due", "보완 기한", "11em", "nowrap"),
    Column("case_due", "처리기한", "8em", "nowrap"),
    Column("officer", "담당자", "8em"),
)
_NUMBER = "supplement_number"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_NOTICES)
    given = st.query_params.get("request", "")
    if given.isdigit() and len(given) < 18:
        show_sheet(visitor, int(given), to_list)
        return
    _live()


@st.fragment(run_every=REFRESH_SECONDS)
def _live() -> None:
    """Drawn anew by itself; a screen that is left open does not count as someone being there."""
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.SEE_NOTICES):
        leave("ended")
    with database.session() as session:
        circle = circle_of(session, visitor.account_id)
        counted = counts(session, circle)
    wanted = _wanted(circle)
    _head(counted, wanted, circle)
    page = _page()
    with database.session() as session:
        found = count_of(session, circle, wanted) if wanted.number else total(counted, wanted)
        page = min(page, max(0, (found - 1) // PAGE))
        rows = page_of(session, circle, wanted, page)
    if not rows:
        _nothing(wanted, counted)
        return
    opened = _table(visitor, circle, wanted, rows, found)
    order = {ENDED: "최근 끝난 순서", TO_SEND: "처리기한이 빠른 순서"}.get(wanted.stage, "기한이 빠른 순서")
    asked = pager("supplements", page, max(found, len(rows)), PAGE, order)
    if asked is not None:
        st.query_params["page"] = str(asked + 1)
        st.rerun()
    if opened:
        st.query_params["request"] = opened
        st.rerun()


def to_list() -> None:
    """Back to the list as it was."""
    st.query_params.pop("request", None)
    st.rerun()


def _table(visitor: Visitor, circle: Circle, wanted: Wanted, rows: Sequence[Row], found: int) -> str | None:
    shown = [_row(row) for row in rows]
    if wanted.stage not in BULK or not may(visitor, Right.SEND_NOTICES):
        return table("supplements", COLUMNS, shown, label="보완 요청 목록", keys=True)
    picks = [number for number in picked(wanted) if number in {row.id for row in rows}]
    show_many(visitor, circle, wanted, picks, found)
    opened, ticked = picking_table(
        f"supplements_{wanted.stage}", COLUMNS, shown, label="보완 요청 목록",
        picks=[str(number) for number in picks], keys=True,
    )  # fmt: skip
    if ticked is not None:
        picked(wanted, [int(number) for number in ticked])
        st.rerun(scope="fragment")
    return opened


def _row(row: Row) -> dict[str, object]:
    missing: list[object] = [", ".join(row.missing) or "모두 들어옴"]
    if row.held:
        missing.append(muted(f"검토 중인 서류 {row.held}건", below=True))
    stage: list[object] = [chip(stage_label(row))]
    if row.extensions:
        stage.append(muted(f"연장 {row.extensions}회", below=True))
    if row.reason in REASONS:
        stage.append(muted(REASONS[row.reason], below=True))
    return {
        "id": str(row.id),
        "cells": {
            "case": [strong(row.receipt_no), muted(f"{row.name} · {row.program}", below=True)],
            "missing": missing,
            "stage": stage,
            "due": _due(row),
            "case_due": _case_due(row),
            "officer": row.officer or muted("담당 미지정"),
        },
    }


def _due(row: Row) -> object:
    if row.stage == ENDED:
        return muted(f"{day(row.ended_on)} 종료")
    if row.stage == TO_SEND or row.due_on is None:
        return muted("발송 뒤 정해짐")
    left, tone = until(office_closes(row.due_on))
    told: list[object] = [day(row.due_on)]
    if row.stage == LATE or tone == "warn":
        told.append({"text": left, "tone": tone, "title": ""})
    else:
        told.append(muted(left))
    return told


def _case_due(row: Row) -> object:
    if row.case_due is None:
        return muted("없음")
    if row.stage != ENDED and row.case_due < today():
        return {"text": day(row.case_due), "tone": "bad", "title": "처리기한이 지났습니다."}
    return day(row.case_due)


def _wanted(circle: Circle) -> Wanted:
    """From the address, so that a reload and the browser's way back keep it."""
    stage = st.query_params.get("stage", TO_SEND)
    scope = st.query_params.get("scope", ALL)
    program = st.query_params.get("program", "")
    return Wanted(
        stage=stage if stage in STAGES else TO_SEND,
        scope=scope if scope in (ALL, MINE) and circle.own else ALL,
        program=program if program in load_programs() else "",
        number=str(st.session_state.get(_NUMBER, "")),
    )


def _page() -> int:
    given = st.query_params.get("page", "1")
    return int(given) - 1 if given.isdigit() and 0 < int(given[:9]) < 10**8 else 0


def _head(counted: Mapping[tuple[str, str, str], int], wanted: Wanted, circle: Circle) -> None:
    left, right = st.columns([80, 20], gap="small", vertical_alignment="center")
    with left:
        chosen = filters("supplement_filters", _groups(counted, wanted, circle))
    with right:
        st.text_input(
            "찾기", key=_NUMBER, placeholder="접수번호", label_visibility="collapsed", on_change=_first_page
        )
    if chosen:
        name, value = chosen
        if value and (name, value) not in (("stage", TO_SEND), ("scope", ALL)):
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
        _first_page()
        st.rerun()


def _first_page() -> None:
    st.query_params.pop("page", None)


def _groups(counted: Mapping[tuple[str, str, str], int], wanted: Wanted, circle: Circle) -> list[Group]:
    def many(**change: str) -> int:
        return total(counted, replace(wanted, **change))

    stages = [
        Option(stage, word, None if stage == ENDED else many(stage=stage), "bad" if stage == LATE else "")
        for stage, word in STAGES.items()
    ]
    groups = [Group("stage", "단계", stages, wanted.stage)]
    if circle.own:
        words = {ALL: "전체", MINE: "내 건"}
        scopes = [Option(s, w, many(scope=s)) for s, w in words.items()]
        groups.insert(0, Group("scope", "누구의 건", scopes, wanted.scope))
    programs = [Option(name, program.title, many(program=name)) for name, program in load_programs().items()]
    shown = [Option("", "모든 제도"), *(o for o in programs if o.count or o.value == wanted.program)]
    return [*groups, Group("program", "모든 제도", shown, wanted.program, "list")]


def _nothing(wanted: Wanted, counted: Mapping[tuple[str, str, str], int]) -> None:
    if wanted.number or wanted.program or wanted.scope == MINE:
        empty("조건에 맞는 건이 없습니다.", "접수번호나 제도, 누구의 건인지를 바꿔 보십시오.")
    elif wanted.stage == TO_SEND:
        empty("보낼 보완 요청이 없습니다.", "신청에 빠진 서류가 있으면 여기에 올라옵니다.")
    elif not any(counted.values()):
        empty("보완 요청이 없습니다.")
    else:
        empty(f"{STAGES[wanted.stage]} 단계의 건이 없습니다.")
