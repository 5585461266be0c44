"""The bots on the screen 봇과 작업, and steering them."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.steering import CannotSteer, pause, resume
from dashboard.parts.empty import empty
from dashboard.parts.korean import Label
from dashboard.parts.schedules import schedule_words
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import ago, length, short
from dashboard.present import must_be_present
from dashboard.reads.bots import BotRow, WorkerRow
from dashboard.visitor import Visitor
from queues import database

COLUMNS = (
    Column("title", "봇", "15em"),
    Column("state", "상태", "13em"),
    Column("schedule", "일정", "9em", "nowrap"),
    Column("last", "마지막 실행", "12em"),
    Column("running", "처리 중", "5em", "right"),
    Column("waiting", "대기", "4.5em", "right"),
    Column("done", "오늘 완료", "6em", "right"),
    Column("trouble", "실패·검토", "6em", "right"),
)


def show_bots(visitor: Visitor, rows: list[BotRow]) -> None:
    st.subheader("봇")
    if not rows:
        empty("등록된 봇이 없습니다.", "작업자가 시작되면 봇이 여기에 나타납니다.")
        return
    chosen = st.session_state.get("bot_open")
    opened = table("bots", COLUMNS, [_bot_row(r) for r in rows], label="봇 목록", selected=chosen)
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
            "last": _last(row),
            "running": str(counts.get("running", 0)),
            "waiting": str(counts.get("waiting", 0) + counts.get("queued", 0)),
            "done": str(counts.get("done", 0)),
            "trouble": chip(Label(str(trouble), "bad")) if trouble else "0",
        },
    }


def _last(row: BotRow) -> object:
    run = row.last_run
    if run is None:
        return short(row.last_item_at) or muted("아직 없음")
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
    must_be_present()
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


def show_workers(rows: list[WorkerRow]) -> None:
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
