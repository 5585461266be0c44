"""The work items on the screen 봇과 작업: why each waits, what went wrong, choosing some or all."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, may
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import WORK_STATES
from dashboard.parts.pager import pager
from dashboard.parts.table import Column, chip, muted, picking_table
from dashboard.parts.times import length, now, short
from dashboard.reads.references import about
from dashboard.reads.work_items import PAGE, ItemRow, item_page
from dashboard.screens.many_panel import show_many
from dashboard.screens.work_item import show_item
from dashboard.visitor import Visitor
from queues import database
from queues.models import WorkState
from queues.work_lists import Wanted

COLUMNS = (
    Column("state", "상태", "7em"),
    Column("bot", "봇", "11em"),
    Column("about", "대상", "12em"),
    Column("why", "대기 사유 · 오류"),
    Column("attempt", "시도", "5em", "right"),
    Column("created", "등록", "9em", "nowrap"),
    Column("took", "걸린 시간", "6.5em", "right"),
    Column("number", "작업", "5em", "right"),
)
ONLY = {
    "unfinished": "진행·대기",
    "waiting": "대기 순서",
    "trouble": "실패·검토",
    "ended": "완료·취소",
    "all": "전체",
}
_OTHER_VERSION = "other_version"


def show_items(visitor: Visitor, titles: dict[str, str]) -> None:
    """The item that is open, then the list."""
    given = st.query_params.get("item", "")
    item_id = int(given) if given.isdigit() and len(given) < 18 else None
    if item_id is not None:
        show_item(visitor, item_id, titles)
    wanted = _wanted(titles)
    number = _page()
    with database.session() as session:
        found = item_page(session, wanted, number)
        last = max(0, (found.total - 1) // PAGE)
        if number > last:
            number, found = last, item_page(session, wanted, last)
    if not found.rows:
        empty("해당하는 작업이 없습니다.")
        return
    above = st.container()
    picks = [str(p) for p in st.session_state.get("picks", [])]
    opened, picked = picking_table(
        "items",
        COLUMNS,
        [_item_row(r, titles) for r in found.rows],
        label="작업 목록",
        picks=picks,
        selected=given or None,
        keys=True,
    )
    order = "순서대로" if wanted.only == "waiting" else "최근 것부터"
    asked = pager("items", number, found.total, PAGE, order)
    if picked is not None:
        st.session_state["picks"] = picks = picked
    if may(visitor, Right.RETRY_WORK):
        with above:
            show_many(visitor, wanted, [int(p) for p in picks], found.total)
    if asked is not None:
        st.query_params["page"] = str(asked + 1)
        st.rerun(scope="fragment")
    if opened:
        _open(None if opened == given else opened)


def _open(item_id: str | None) -> None:
    if item_id is None:
        del st.query_params["item"]
    else:
        st.query_params["item"] = item_id
    st.rerun(scope="fragment")


def _page() -> int:
    given = st.query_params.get("page", "")
    return max(0, int(given) - 1) if given.isdigit() and len(given) < 8 else 0


def _wanted(titles: dict[str, str]) -> Wanted:
    """What is asked for; kept in the address, so that it outlives a reload and can be passed on."""
    only = st.query_params.get("only", "unfinished")
    bot = st.query_params.get("bot", "")
    shown = ONLY | ({_OTHER_VERSION: "다른 버전"} if only == _OTHER_VERSION else {})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        chosen = filters(
            "work_filters",
            [
                Group("only", "상태", [Option(v, text) for v, text in shown.items()], only),
                Group(
                    "bot",
                    "봇",
                    [Option("", "모든 봇"), *(Option(n, t) for n, t in titles.items())],
                    bot,
                    "list",
                ),
            ],
        )
        words = st.text_input(
            "찾기",
            value=st.query_params.get("words", ""),
            key="item_words",
            placeholder="대상이나 작업번호(예: delivery:17)",
            label_visibility="collapsed",
            width=260,
        )
    if words != st.query_params.get("words", ""):
        chosen = ("words", words)
    if chosen is not None:
        _ask({"only": only, "bot": bot, "words": words} | {chosen[0]: chosen[1]})
    return Wanted("" if only == "all" else only, bot, words)


def _ask(wanted: dict[str, str]) -> None:
    st.session_state["picks"] = []
    st.query_params.from_dict({"view": "work", **{name: value for name, value in wanted.items() if value}})
    st.rerun(scope="fragment")


def _item_row(row: ItemRow, titles: dict[str, str]) -> dict[str, object]:
    item = row.item
    progress = item.progress or {}
    why: object = row.why
    if item.state == WorkState.RUNNING and progress.get("total") and not row.why:
        why = muted(f"{progress.get('done', 0)} / {progress['total']}")
    end = item.ended_at or (now() if item.started_at else None)
    return {
        "id": str(item.id),
        "cells": {
            "state": chip(WORK_STATES[WorkState(item.state)]),
            "bot": titles.get(item.bot, item.bot),
            "about": about(item.reference),
            "why": why,
            "attempt": f"{item.attempt}차 {item.tries}번" if item.tries > 1 else f"{item.attempt}차",
            "created": short(item.created_at),
            "took": muted(length(end - item.started_at)) if end and item.started_at else "",
            "number": muted(str(item.id)),
        },
    }
