"""What is not in order, on the screen 봇과 작업: what, since when, what to do, who is at it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.steering import see_alarm
from dashboard.parts.times import ago, full, short
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.alarms import forget
from dashboard.visitor import Visitor
from queues import database
from queues.alarms import Alarm

_WORDS = {"bad": "멈춤", "warn": "주의"}


def show_alarms(visitor: Visitor, alarms: Sequence[Alarm]) -> None:
    """One box for each; nothing when all is in order."""
    for number, alarm in enumerate(alarms):
        tone = "seen" if alarm.is_seen else alarm.tone
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key=f"alarmbox_{tone}_{number}"
        ):
            st.html(_words(alarm), width="stretch")
            _where(alarm, number)
            if not alarm.is_seen and may(visitor, Right.STEER_BOTS):
                st.button(
                    "확인함",
                    key=f"see_{alarm.name}",
                    on_click=_seen,
                    args=(alarm.name,),
                    help="내가 맡아 처리합니다",
                )


def _words(alarm: Alarm) -> str:
    since = (
        f' <span class="bo-muted" title="{full(alarm.since)}">{ago(alarm.since)}부터</span>'
        if alarm.since
        else ""
    )
    seen = f" · {escape(alarm.seen_by)} 확인 {short(alarm.seen_at)}" if alarm.is_seen else ""
    return (
        f'<span class="bo-chip bo-{alarm.tone}">{_WORDS[alarm.tone]}</span> <b>{escape(alarm.what)}</b>{since}'
        f'<div class="bo-muted">{escape(alarm.to_do)}{seen}</div>'
    )


def _where(alarm: Alarm, number: int) -> None:
    if alarm.screen == "work" and alarm.show:
        if st.button("원인 보기", key=f"cause_{number}_{alarm.name}"):
            _go(alarm)
    elif alarm.screen == "notices":
        if st.button("통지 보기", key=f"cause_{number}_{alarm.name}"):
            go("notices", dict(alarm.show))
    elif alarm.screen in ("payments", "payment-attention"):
        if st.button("지급 보기", key=f"cause_{number}_{alarm.name}"):
            go(alarm.screen, dict(alarm.show))
    elif alarm.screen == "reviews":
        from dashboard.screens import review_list

        page = st.Page(review_list.show, title="검토함", url_path="reviews")
        st.page_link(page, label="검토함으로", query_params={"scope": "all", "state": "overdue"})


def _go(alarm: Alarm) -> None:
    st.query_params.from_dict({"view": "work", **{k: v for k, v in alarm.show.items() if v}})
    st.rerun()


def _seen(name: str) -> None:
    visitor = must_be_present()
    try:
        with database.session() as session:
            see_alarm(session, visitor, name)
    except NotAllowed as refused:
        st.warning(str(refused))
    forget()
