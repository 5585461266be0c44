"""Rows of 할 일·일정, and what may be done about the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from html import escape

import streamlit as st
from sqlmodel import Session

from dashboard.acts import talk_follow_ups as acts
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed
from dashboard.parts.korean import Label
from dashboard.parts.table import Column, chip, muted, strong
from dashboard.parts.times import day, short
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.follow_ups import Row
from dashboard.visitor import Visitor
from queues import database, masking
from queues.days import today
from queues.follow_ups import APPOINTMENT, TASK
from queues.models import FollowUpState

COLUMNS = (
    Column("on", "날짜", "12.5em", "nowrap"),
    Column("kind", "구분", "5em"),
    Column("what", "내용"),
    Column("who", "누가", "5em"),
    Column("person", "구직자", "7em"),
    Column("talk", "상담", "12em", "nowrap"),
)
KINDS = {TASK: Label("할 일", "busy"), APPOINTMENT: Label("일정", "good")}
WHO = {"counselor": "상담사", "person": "구직자"}


def row_of(row: Row) -> dict[str, object]:
    """As `dashboard.parts.table` takes it."""
    found = row.found
    on: list[object] = [strong(day(found.on)) if found.on else muted("날짜 없음")]
    if found.at:
        on.append(found.at)
    if row.late and found.on:
        on.append(chip(Label(f"{(today() - found.on).days}일 지남", "bad")))
    what: list[object] = [row.text]
    if row.told:
        what.append(chip(Label("안내함", "good"), "구직자에게 일정을 알렸습니다."))
    return {
        "id": str(found.id),
        "cells": {
            "on": on,
            "kind": chip(KINDS[found.kind]),
            "what": what,
            "who": WHO.get(found.who, ""),
            "person": masking.name(row.name) or muted("-"),
            "talk": [short(row.talk.held_at), muted(row.receipt_no, below=True)],
        },
    }


def sheet(visitor: Visitor, row: Row) -> None:
    """The chosen one: finish it, give it another day, tell the person, open its talk."""
    found = row.found
    with st.container(border=True, key="follow_up"):
        when = f"{day(found.on)} {found.at}".strip() if found.on else "날짜 없음"
        st.html(
            f'<b>{escape(row.text)}</b><br><span class="bo-muted">{escape(when)} · {escape(WHO.get(found.who, ""))} · '
            f"{escape(masking.name(row.name))}</span>"
        )
        with st.container(horizontal=True, gap="small"):
            if st.button("상담 열기", key="follow_up_talk", icon=":material/arrow_forward:"):
                go("talks", {"talk": str(row.talk.id)})
            if found.state == FollowUpState.ACCEPTED and st.button(
                "끝냄", type="primary", key="follow_up_done"
            ):
                _do(
                    visitor,
                    lambda s, v: acts.finish_follow_up(s, v, found.id, found.version),
                    "끝낸 일로 정리했습니다.",
                )
            if found.state == FollowUpState.DONE and st.button("다시 꺼내기", key="follow_up_again"):
                _do(
                    visitor,
                    lambda s, v: acts.take_up_again(s, v, found.id, found.version),
                    "할 일로 되돌렸습니다.",
                )
        if found.state == FollowUpState.ACCEPTED:
            _moving(visitor, row)
            if not row.told and st.button("하지 않기로 함", key="follow_up_drop"):
                _do(
                    visitor,
                    lambda s, v: acts.decline_follow_up(s, v, found.id, found.version),
                    "목록에서 뺐습니다.",
                )


def _moving(visitor: Visitor, row: Row) -> None:
    found, meeting = row.found, row.found.kind == APPOINTMENT
    with st.form(f"follow_up_move_{found.id}_{found.version}", border=False):
        on = st.date_input(
            "날짜", found.on, min_value=min(today(), found.on or today()), key=f"on_{found.id}"
        )
        at = st.time_input("시각", _time(found.at), step=timedelta(minutes=10), key=f"at_{found.id}")
        tell, place = False, ""
        if meeting and row.receipt_no:
            tell = st.checkbox("구직자에게 안내", key=f"tell_{found.id}")
            place = st.text_input(
                "장소", placeholder="비우면 센터 주소로 안내합니다.", max_chars=100, key=f"place_{found.id}"
            )
        if st.form_submit_button("날짜 바꾸기" if not meeting else "저장"):
            chosen: date | None = on if isinstance(on, date) else None
            _do(
                visitor,
                lambda s, v: acts.move_follow_up(
                    s, v, found.id, found.version,
                    on=chosen, at=f"{at:%H:%M}" if at and chosen else "", announce=tell, place=place,
                ),
                "바꾸고 구직자에게 안내하도록 했습니다." if tell else "바꾸었습니다.",
            )  # fmt: skip


def _time(at: str) -> time | None:
    return datetime.strptime(at, "%H:%M").time() if at else None


def _do(visitor: Visitor, act: Callable[[Session, Visitor], object], done: str) -> None:
    must_be_present()
    try:
        with database.session() as session:
            act(session, visitor)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.toast(done)
    st.rerun()
