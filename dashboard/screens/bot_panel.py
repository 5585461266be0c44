"""The bots on the screen 봇과 작업, and steering them."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import streamlit as st
from sqlmodel import Session

from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.steering import CannotSteer, pause, resume, run_now
from dashboard.parts.empty import empty
from dashboard.parts.korean import RUN_COUNTS, Label, error_words
from dashboard.parts.schedules import schedule_words
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import ago, full, length, now, short
from dashboard.present import must_be_present
from dashboard.visitor import Visitor
from queues import database
from queues.bot_health import Health
from queues.models import BotRun

COLUMNS = (
    Column("title", "봇"),
    Column("state", "상태", "7.5em"),
    Column("health", "이상 유무", "9.5em"),
    Column("schedule", "일정", "8.5em"),
    Column("last", "마지막 실행", "8.5em"),
    Column("next", "다음 실행", "7.2em"),
    Column("running", "처리 중", "3.8em", "right"),
    Column("waiting", "대기", "5em", "right"),
    Column("done", "오늘 완료", "4.4em", "right"),
    Column("trouble", "실패·검토", "4.6em", "right"),
)
TRIGGERS = {"schedule": "일정", "late": "늦게", "manual": "사람"}


def show_bots(visitor: Visitor, rows: list[Health]) -> None:
    if not rows:
        empty("등록된 봇이 없습니다.", "작업자가 시작되면 봇이 여기에 나타납니다.")
        return
    chosen = st.session_state.get("bot_open")
    found = next((r for r in rows if r.bot.name == chosen), None)
    if found:
        _steer(visitor, found)
    opened = table("bots", COLUMNS, [_bot_row(r) for r in rows], label="봇 목록", selected=chosen)
    if opened:
        st.session_state["bot_open"] = None if opened == chosen else opened
        st.rerun(scope="fragment")


def _bot_row(row: Health) -> dict[str, object]:
    bot = row.bot
    tone, words = row.judge()
    state: list[object] = [chip(Label("일시정지", "warn")), muted(bot.paused_reason, below=True)]
    return {
        "id": bot.name,
        "cells": {
            "title": [strong(bot.title or bot.name), muted(bot.name, below=True)],
            "state": state if bot.paused else chip(Label("가동", "good")),
            "health": chip(Label(words, tone), _why_so(row)),
            "schedule": schedule_words(bot.schedule),
            "last": _last(row),
            "next": _next(row),
            "running": str(row.running),
            "waiting": _waiting(row),
            "done": str(row.done_today),
            "trouble": chip(Label(str(row.trouble), "bad")) if row.trouble else "0",
        },
    }


def _why_so(row: Health) -> str:
    parts = [f"하루 동안 {row.done + row.failed}건 가운데 오류 {row.failed}건 ({row.error_rate:.0%})"]
    if row.runs:
        parts.append(f"최근 실행 {len(row.runs)}번 가운데 실패 {sum(bool(r.error) for r in row.runs)}번")
    if row.oldest:
        parts.append(f"가장 오래된 대기 {length(now() - row.oldest)}")
    return " · ".join(parts)


def _waiting(row: Health) -> object:
    if not row.waiting or row.oldest is None:
        return str(row.waiting)
    return [str(row.waiting), muted(length(now() - row.oldest), below=True)]


def _last(row: Health) -> object:
    if not row.runs:
        return short(row.last_at) or muted("아직 없음")
    run = row.runs[0]
    at = short(run.ended_at)
    if run.error:
        return [at, chip(Label("오류", "bad"), error_words(run.error))]
    return [at, muted(length((run.ended_at or now()) - run.started_at))]


def _next(row: Health) -> object:
    if row.bot.paused:
        return muted("멈춤")
    if row.next_at is None:
        return muted("일이 생길 때")
    left = (row.next_at - now()).total_seconds()
    return "곧" if left < 10 else length(left) + " 뒤" if left < 3600 else short(row.next_at)


def _steer(visitor: Visitor, row: Health) -> None:
    bot = row.bot
    with st.container(border=True, key="steer"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            due = f" · 다음 {full(row.next_at)}" if row.next_at and not bot.paused else ""
            st.html(
                f"<b>{escape(bot.title or bot.name)}</b> <span class='bo-muted'>{escape(schedule_words(bot.schedule))}"
                f"{due} · 작업자마다 동시 {bot.concurrency}건 · {escape(_why_so(row))}</span>",
                width="stretch",
            )
            if st.button("이 봇의 작업", key="bot_items"):
                st.query_params.from_dict({"view": "work", "bot": bot.name})
                st.rerun()
            if st.button("닫기", key="bot_close", type="tertiary"):
                st.session_state["bot_open"] = None
                st.rerun(scope="fragment")
        if row.runs:
            st.html("최근 실행 " + " ".join(_run(run) for run in row.runs))
        if may(visitor, Right.STEER_BOTS):
            _buttons(visitor, row)
        else:
            st.caption("봇을 멈추고 다시 돌리는 일은 관리자가 할 수 있습니다.")


def _run(run: BotRun) -> str:
    counted = ", ".join(f"{RUN_COUNTS.get(name, name)} {count}" for name, count in run.counts.items())
    words = error_words(run.error) or counted or "할 일 없음"
    tone = "bad" if run.error else "good"
    title = f"{TRIGGERS.get(run.trigger, run.trigger)} {full(run.started_at)}"
    shown = f"{ago(run.ended_at)} · {escape(words)}"
    return f'<span class="bo-chip bo-{tone}" title="{title}">{shown}</span>'


def _buttons(visitor: Visitor, row: Health) -> None:
    bot = row.bot
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if bot.paused:
            st.html(f"일시정지 사유: {escape(bot.paused_reason)}", width="content")
            if st.button("다시 가동", type="primary", key="resume"):
                _steered(
                    lambda session: resume(session, visitor, bot.name),
                    "다시 가동했습니다. 기다리던 작업 {}건을 이어서 합니다.",
                )
            return
        if bot.schedule and st.button("지금 실행", type="primary", key="run_now"):
            _steered(lambda session: run_now(session, visitor, bot.name).id, "작업 {}(으)로 시작했습니다.")
        reason = st.text_input(
            "일시정지 사유",
            key="pause_reason",
            placeholder="기다리는 작업에 그대로 표시됩니다. 개인정보는 적지 마십시오",
            width=420,
        )
        if st.button("일시정지", key="pause"):
            _steered(lambda session: pause(session, visitor, bot.name, reason), "일시정지했습니다.")


def _steered(act: Callable[[Session], object], done: str) -> None:
    must_be_present()
    try:
        with database.session() as session:
            result = act(session)
    except (CannotSteer, NotAllowed) as refused:
        st.warning(str(refused))
        return
    st.toast(done.format(result))
    st.rerun(scope="fragment")
