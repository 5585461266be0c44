"""봇과 작업: what the bots do, what waits and why, what failed and what to do."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.acts.steering import CannotSteer, pause, resume, retry
from dashboard.parts import figures
from dashboard.parts.empty import empty
from dashboard.parts.korean import WORK_STATES, Label
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import ago, full, length, now, short
from dashboard.present import must_be_present
from dashboard.reads.bots import BotRow, WorkerRow, bots, schedule_words, workers
from dashboard.reads.figures import today
from dashboard.reads.references import about
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
from queues.models import BotRun, WorkItem, WorkState

BOT_COLUMNS = (
    Column("title", "봇", "15em"),
    Column("state", "상태", "13em"),
    Column("schedule", "일정", "9em", "nowrap"),
    Column("last", "마지막 실행", "12em"),
    Column("running", "처리 중", "5em", "right"),
    Column("waiting", "대기", "4.5em", "right"),
    Column("done", "오늘 완료", "6em", "right"),
    Column("trouble", "실패·검토", "6em", "right"),
)
ITEM_COLUMNS = (
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


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_WORK)
    _live(visitor)


@st.fragment(run_every=5)
def _live(visitor: Visitor) -> None:
    """Drawn anew every five seconds, so that the screen tells what is, not what was."""
    with database.session() as session:
        figures.show(today(session))
        bot_rows, worker_rows = bots(session), workers(session)
    _bots(visitor, bot_rows)
    _workers(worker_rows)
    _items(visitor, {row.bot.name: row.bot.title or row.bot.name for row in bot_rows})


def _bots(visitor: Visitor, rows: list[BotRow]) -> None:
    st.subheader("봇")
    if not rows:
        empty("등록된 봇이 없습니다.", "작업자가 시작되면 봇이 여기에 나타납니다.")
        return
    chosen = st.session_state.get("bot_open")
    opened = table("bots", BOT_COLUMNS, [_bot_row(r) for r in rows], label="봇 목록", selected=chosen)
    if opened:
        chosen = None if opened == chosen else opened
        st.session_state["bot_open"] = chosen
        st.rerun(scope="fragment")
    found = next((r for r in rows if r.bot.name == chosen), None)
    if found:
        _steer(visitor, found)


def _bot_row(row: BotRow) -> dict[str, object]:
    bot, counts = row.bot, row.counts
    trouble = counts.get("failed", 0) + counts.get("review", 0)
    state: list[object] = [chip(Label("일시정지", "warn")), muted(bot.paused_reason)]
    return {
        "id": bot.name,
        "cells": {
            "title": [strong(bot.title or bot.name), muted(bot.name, below=True)],
            "state": state if bot.paused else chip(Label("가동", "good")),
            "schedule": schedule_words(bot.schedule),
            "last": _last_run(row.last_run),
            "running": str(counts.get("running", 0)),
            "waiting": str(counts.get("waiting", 0) + counts.get("queued", 0)),
            "done": str(counts.get("done", 0)),
            "trouble": chip(Label(str(trouble), "bad")) if trouble else "0",
        },
    }


def _last_run(run: BotRun | None) -> object:
    if run is None:
        return muted("기록 없음")
    if run.error:
        return [short(run.started_at), chip(Label("오류", "bad"), run.error)]
    if run.ended_at is None:
        return [short(run.started_at), chip(Label("실행 중", "busy"))]
    return [short(run.started_at), muted(length(run.ended_at - run.started_at))]


def _steer(visitor: Visitor, row: BotRow) -> None:
    bot = row.bot
    with st.container(border=True, key="steer"):
        st.html(
            f"<b>{escape(bot.title or bot.name)}</b> <span class='bo-muted'>동시 처리 {bot.concurrency}건 · "
            f"{escape(schedule_words(bot.schedule))}</span>"
        )
        if row.last_run and row.last_run.error:
            st.error(row.last_run.error)
        if not may(visitor, Right.STEER_BOTS):
            st.caption("봇을 멈추고 다시 돌리는 일은 관리자가 할 수 있습니다.")
            return
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            if bot.paused:
                if st.button("다시 가동", type="primary", key="resume"):
                    _steered(visitor, bot.name, None)
                return
            reason = st.text_input(
                "멈추는 까닭", key="pause_reason", placeholder="기다리는 작업에 그대로 표시됩니다", width=420
            )
            if st.button("일시정지", key="pause"):
                _steered(visitor, bot.name, reason)


def _steered(visitor: Visitor, name: str, reason: str | None) -> None:
    try:
        with database.session() as session:
            if reason is None:
                count = resume(session, visitor, name)
            else:
                pause(session, visitor, name, reason)
    except (CannotSteer, NotAllowed) as refused:
        st.warning(str(refused))
        return
    st.toast(
        f"다시 가동했습니다. 기다리던 작업 {count}건을 이어서 합니다."
        if reason is None
        else "일시정지했습니다."
    )
    st.rerun(scope="fragment")


def _workers(rows: list[WorkerRow]) -> None:
    st.subheader("작업자")
    if not any(r.label.text == "가동 중" for r in rows):
        st.warning(
            "가동 중인 작업자가 없습니다. 들어온 배달은 쌓여 있으며, 작업자를 시작하면 이어서 처리합니다."
        )
    if not rows:
        return
    table(
        "workers",
        (
            Column("state", "상태", "7em"),
            Column("host", "컴퓨터"),
            Column("beat", "마지막 신호", "9em"),
            Column("held", "맡은 작업", "7em", "right"),
            Column("since", "시작", "12em"),
            Column("version", "버전", "8em"),
        ),
        [
            {
                "id": r.worker.executor_id,
                "cells": {
                    "state": chip(r.label),
                    "host": [r.worker.host, muted(f"프로세스 {r.worker.pid}")],
                    "beat": ago(r.worker.heartbeat_at),
                    "held": f"{len(r.worker.held)}건",
                    "since": short(r.worker.started_at),
                    "version": muted(r.worker.version),
                },
            }
            for r in rows
        ],
        label="작업자 목록",
        opens=False,
    )


def _items(visitor: Visitor, titles: dict[str, str]) -> None:
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
    opened = table("items", ITEM_COLUMNS, shown, label="작업 목록", selected=chosen)
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
    rows = [
        {
            "id": str(e.id),
            "cells": {
                "at": full(e.at),
                "state": chip(WORK_STATES[WorkState(e.to_state)]) if e.to_state else "",
                "reason": e.reason,
                "actor": muted(e.actor),
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
