"""The work items on the screen 봇과 작업: why each waits, what went wrong, doing it again."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts.rights import NotAllowed
from dashboard.acts.steering import CannotSteer, retry
from dashboard.parts.empty import empty
from dashboard.parts.korean import WORK_EVENTS, WORK_STATES
from dashboard.parts.table import Column, chip, muted, table
from dashboard.parts.times import full, length, now, short
from dashboard.present import must_be_present
from dashboard.reads.references import about, actor_names
from dashboard.reads.work_items import (
    IN_TROUBLE,
    SHOWN,
    UNFINISHED,
    ItemRow,
    history,
    what_to_do,
    work_items,
)
from dashboard.visitor import Visitor
from queues import database
from queues.models import WorkItem, WorkState

COLUMNS = (
    Column("state", "상태", "7em"),
    Column("bot", "봇", "11em"),
    Column("about", "대상", "11em"),
    Column("why", "기다리는 까닭 · 오류"),
    Column("attempt", "시도", "4em", "right"),
    Column("created", "등록", "9em", "nowrap"),
    Column("took", "걸린 시간", "6.5em", "right"),
    Column("number", "작업", "5em", "right"),
)
FILTERS = {"진행·대기": UNFINISHED, "실패·검토": IN_TROUBLE, "완료": ("done", "cancelled"), "전체": ()}


def show_items(visitor: Visitor, titles: dict[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader("작업", width="content")
        wanted = st.pills(
            "상태", list(FILTERS), default="진행·대기", key="item_state", label_visibility="collapsed"
        )
        st.space("stretch")
        names = {"모든 봇": ""} | {title: name for name, title in titles.items()}
        bot = st.selectbox("봇", list(names), key="item_bot", label_visibility="collapsed", width=200)
        words = st.text_input(
            "찾기",
            key="item_words",
            placeholder="대상(예: delivery:17)",
            label_visibility="collapsed",
            width=200,
        )
    with database.session() as session:
        rows = work_items(session, states=FILTERS[wanted or "전체"], bot=names[bot or "모든 봇"], words=words)
    if not rows:
        empty("해당하는 작업이 없습니다.")
        return
    chosen = st.session_state.get("item_open")
    shown = [_item_row(r, titles) for r in rows]
    opened = table("items", COLUMNS, shown, label="작업 목록", selected=chosen)
    st.caption(f"{len(rows)}건" + (f" · 최근 {SHOWN}건까지만 보입니다." if len(rows) == SHOWN else ""))
    if opened:
        chosen = None if opened == chosen else opened
        st.session_state["item_open"] = chosen
        st.rerun(scope="fragment")
    found = next((r for r in rows if str(r.item.id) == chosen), None)
    if found:
        _item(visitor, found, titles)


def _item_row(row: ItemRow, titles: dict[str, str]) -> dict[str, object]:
    item = row.item
    label = WORK_STATES[WorkState(item.state)]
    progress = item.progress or {}
    why: object = row.why
    if item.state == WorkState.RUNNING and progress.get("total"):
        why = muted(f"{progress.get('done', 0)} / {progress['total']}")
    end = item.ended_at or (now() if item.started_at else None)
    return {
        "id": str(item.id),
        "cells": {
            "state": chip(label),
            "bot": titles.get(item.bot, item.bot),
            "about": about(item.reference),
            "why": why,
            "attempt": f"{item.attempt}-{item.tries}" if item.tries > 1 else str(item.attempt),
            "created": short(item.created_at),
            "took": muted(length(end - item.started_at)) if end and item.started_at else "",
            "number": muted(str(item.id)),
        },
    }


def _item(visitor: Visitor, row: ItemRow, titles: dict[str, str]) -> None:
    item = row.item
    with st.container(border=True, key="item_detail"):
        st.html(
            f"<b>작업 {item.id}</b> · {escape(titles.get(item.bot, item.bot))} · {escape(about(item.reference))}"
        )
        if item.error_text or item.error_code:
            kind = "업무 오류" if item.error_kind == "business" else "시스템 오류"
            st.error(f"{kind}: {item.error_text or item.error_code}")
        if advice := what_to_do(item):
            st.info(advice)
        _history(item)
        if item.state in (WorkState.FAILED, WorkState.REVIEW, WorkState.CANCELLED):
            with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
                reason = st.text_input("다시 하는 까닭", key="retry_reason", width=420)
                if st.button("다시 시도", type="primary", key="retry"):
                    _retried(visitor, item.id, reason)


def _retried(visitor: Visitor, item_id: int, reason: str) -> None:
    must_be_present()
    try:
        with database.session() as session:
            again = retry(session, visitor, item_id, reason)
    except (CannotSteer, NotAllowed) as refused:
        st.warning(str(refused))
        return
    st.toast(f"작업 {again.id}로 다시 시작했습니다.")
    st.session_state["item_open"] = str(again.id)
    st.rerun(scope="fragment")


def _history(item: WorkItem) -> None:
    with database.session() as session:
        events = history(session, item.id)
        names = actor_names(session, {e.actor for e in events})
    rows = [
        {
            "id": str(e.id),
            "cells": {
                "at": full(e.at),
                "state": chip(WORK_STATES[WorkState(e.to_state)]) if e.to_state else "",
                "reason": WORK_EVENTS.get(e.reason, e.reason),
                "actor": muted(names[e.actor]),
            },
        }
        for e in events
    ]
    columns = (
        Column("at", "시각", "14em", "nowrap"),
        Column("state", "상태", "8em"),
        Column("reason", "까닭"),
        Column("actor", "누가", "12em"),
    )
    table(f"history_{item.id}", columns, rows, label="작업 이력", opens=False)
