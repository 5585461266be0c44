"""부재·대직: who is away, who stands in; entered by the officer, or for anybody by a supervisor."""

from __future__ import annotations

from datetime import timedelta
from html import escape

import streamlit as st

from dashboard.acts.assigning import CannotAssign, announce_absence, end_absence
from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.korean import Label
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import day
from dashboard.present import must_be_present
from dashboard.reads.officers import absences_from, label, officers
from dashboard.visitor import Visitor
from queues import database
from queues.days import today
from queues.models import Absence, Account, Officer

COLUMNS = (
    Column("who", "부재", "13em"),
    Column("days", "기간", "16em", "nowrap"),
    Column("substitute", "대직자", "13em"),
    Column("reason", "사유"),
    Column("state", "상태", "7em"),
)
TEAM = 0
_CHOSEN = "absence_open"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.REVIEW)
    with database.session() as session:
        rows = absences_from(session, today())
        known = list(officers(session))
        account = session.get_one(Account, visitor.account_id)
    left, right = st.columns([66, 34], gap="medium")
    with left:
        st.subheader("부재·대직")
        _list(rows)
    with right:
        chosen = next((r for r in rows if str(r[0].id) == st.session_state.get(_CHOSEN)), None)
        if chosen:
            _one(visitor, account, *chosen)
        else:
            _new(visitor, account, known)


def _list(rows: list[tuple[Absence, Officer, Officer | None]]) -> None:
    if not rows:
        empty("등록된 부재가 없습니다.", "휴가나 출장 동안의 일을 대신할 사람을 오른쪽에서 정할 수 있습니다.")
        return
    chosen = st.session_state.get(_CHOSEN)
    opened = table(
        "absences", COLUMNS, [_row(*r) for r in rows], label="부재 목록", selected=chosen, keys=True
    )
    if opened:
        st.session_state[_CHOSEN] = None if opened == chosen else opened
        st.rerun()


def _row(absence: Absence, officer: Officer, substitute: Officer | None) -> dict[str, object]:
    now = absence.from_on <= today()
    return {
        "id": str(absence.id),
        "cells": {
            "who": [strong(officer.name or officer.number), muted(officer.team)],
            "days": f"{day(absence.from_on)} – {day(absence.until_on)}",
            "substitute": (substitute.name or substitute.number) if substitute else muted("팀 공동"),
            "reason": absence.reason,
            "state": chip(Label("부재 중", "warn") if now else Label("예정", "wait")),
        },
    }


def _new(visitor: Visitor, account: Account, known: list[Officer]) -> None:
    st.subheader("부재 등록")
    for_others = may(visitor, Right.ASSIGN)
    own = next((o for o in known if o.id == account.officer_id), None)
    if own is None and not for_others:
        empty(
            "담당자가 지정되지 않은 계정입니다.",
            "시스템관리자가 담당자를 지정하면 부재를 등록할 수 있습니다.",
        )
        return
    names = {o.id: label(o) for o in known}
    with st.form("absence", clear_on_submit=False):
        who = own.id if own else None
        if for_others:
            ids = list(names)
            who = st.selectbox(
                "부재자",
                ids,
                index=ids.index(own.id) if own else None,
                format_func=lambda i: names[i],
                placeholder="담당자를 고르십시오",
            )
        days = st.date_input("기간", (today(), today() + timedelta(days=1)), min_value=today())
        substitute = st.selectbox(
            "대직자",
            [TEAM, *names],
            format_func=lambda i: names.get(i, "팀 공동 (같은 부서 모두)"),
            help="대직자도 부재이면 그 사람의 대직자가 맡습니다. 기간이 끝나면 저절로 돌아옵니다.",
        )
        reason = st.text_input("사유", max_chars=100, placeholder="연가, 출장, 교육 등")
        sent = st.form_submit_button("등록", type="primary")
    if not sent:
        return
    span = days if isinstance(days, tuple) else (days,)
    if who is None or not span:
        st.warning("부재자와 기간을 골라 주십시오.")
        return
    try:
        with database.session() as session:
            announce_absence(session, visitor, who, substitute or None, span[0], span[-1], reason)
    except (CannotAssign, NotAllowed) as refused:
        st.warning(str(refused))
        return
    st.toast("등록했습니다. 그 기간의 일이 대직자의 업무함에 나타납니다.")
    st.rerun()


def _one(
    visitor: Visitor, account: Account, absence: Absence, officer: Officer, substitute: Officer | None
) -> None:
    st.subheader(f"{officer.name or officer.number}의 부재")
    acting = (substitute.name or substitute.number) if substitute else "팀 공동"
    st.html(
        f'<span class="bo-muted">{day(absence.from_on)} – {day(absence.until_on)} · 대직 {escape(acting)}</span>'
    )
    if absence.officer_id != account.officer_id and not may(visitor, Right.ASSIGN):
        st.caption("본인이나 관리자가 끝낼 수 있습니다.")
        return
    if st.button("지금 끝내기", type="primary", key="absence_end"):
        try:
            with database.session() as session:
                end_absence(session, visitor, absence.id)
        except (CannotAssign, NotAllowed) as refused:
            st.warning(str(refused))
            return
        st.session_state[_CHOSEN] = None
        st.toast("부재를 끝냈습니다.")
        st.rerun()
