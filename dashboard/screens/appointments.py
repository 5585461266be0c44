"""임명: who is 재무관, 지출관 and 출납공무원 of which fund, from when until when, and who stands in for them."""

from __future__ import annotations

from datetime import date, timedelta
from html import escape

import streamlit as st
from sqlmodel import col, select

from config.funds import load_funds
from dashboard.acts import appointing
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.parts.korean import Label
from dashboard.parts.payment_words import APPOINTED, duty, fund
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import day
from dashboard.present import must_be_present
from dashboard.reads.payment_batches import account_names
from dashboard.visitor import Visitor
from queues import database
from queues.appointments import listing, may_act
from queues.days import today
from queues.models import Account, Appointment, Role

COLUMNS = (
    Column("duty", "직무", "9em"),
    Column("who", "임명된 사람", "9em"),
    Column("days", "기간", "14em", "nowrap"),
    Column("document", "임명 문서"),
    Column("state", "상태", "8em"),
)
_CHOSEN = "appointment_open"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_PAYMENTS)
    past = st.query_params.get("past") == "yes"
    with database.session() as session:
        rows = list(listing(session, past=past))
        names = account_names(session, [a.account_id for a in rows])
        acting = {
            (f, d): [names.get(i, "") for i in may_act(session, d, f)]
            for f in load_funds().funds
            for d in APPOINTED
        }
        people = session.exec(
            select(Account)
            .where(Account.active, col(Account.role).in_([Role.STAFF.value, Role.SUPERVISOR.value]))
            .order_by(Account.display_name)
        ).all()
    left, right = st.columns([68, 32], gap="medium")
    with left:
        _today(acting)
        _lists(rows, names)
        if st.checkbox("끝난 임명도 보기", value=past, key="appointments_past") != past:
            st.query_params.from_dict({} if past else {"past": "yes"})
            st.rerun()
    with right:
        chosen = next((a for a in rows if str(a.id) == st.session_state.get(_CHOSEN)), None)
        if not may(visitor, Right.APPOINT):
            st.html('<span class="bo-muted">임명은 관리자가 등록합니다.</span>')
        elif chosen is not None:
            _end(visitor, chosen, names.get(chosen.account_id, ""))
        else:
            _new(visitor, {a.id: a.display_name or a.username for a in people})


def _today(acting: dict[tuple[str, str], list[str]]) -> None:
    """Who may act today; a duty that nobody holds stops every batch of its fund."""
    cells = []
    for of_fund in load_funds().funds:
        row = "".join(
            "<td>"
            + (escape(", ".join(acting[of_fund, d])) or '<span class="bo-chip bo-bad">없음</span>')
            + "</td>"
            for d in APPOINTED
        )
        cells.append(f"<tr><th>{escape(fund(of_fund))}</th>{row}</tr>")
    head = "".join(f"<th>{escape(duty(d))}</th>" for d in APPOINTED)
    st.html(
        f'<table class="bo-matrix"><thead><tr><th>오늘 결재할 사람</th>{head}</tr></thead>'
        f"<tbody>{''.join(cells)}</tbody></table>"
    )


def _lists(rows: list[Appointment], names: dict[int, str]) -> None:
    chosen = st.session_state.get(_CHOSEN)
    for of_fund in load_funds().funds:
        own = [a for a in rows if a.fund == of_fund]
        st.html(f"<b>{escape(fund(of_fund))}</b> <span class='bo-muted'>{len(own)}건</span>")
        if not own:
            continue
        opened = table(
            f"appointments_{of_fund}", COLUMNS, [_row(a, names.get(a.account_id, "")) for a in own],
            label=f"{fund(of_fund)} 임명", selected=chosen,
        )  # fmt: skip
        if opened:
            st.session_state[_CHOSEN] = None if opened == chosen else opened
            st.rerun()


def _row(one: Appointment, name: str) -> dict[str, object]:
    now = today()
    state = Label("재직", "good")
    if one.from_on > now:
        state = Label("예정", "wait")
    elif one.until_on is not None and one.until_on < now:
        state = Label("끝남", "wait")
    what: list[object] = [strong(duty(one.duty))]
    if one.stands_in:
        what.append(chip(Label("대리", "busy")))
    return {
        "id": str(one.id),
        "cells": {
            "duty": what,
            "who": name,
            "days": f"{one.from_on} – {one.until_on or '계속'}",
            "document": one.document_no or muted("-"),
            "state": chip(state),
        },
    }


def _new(visitor: Visitor, people: dict[int, str]) -> None:
    with st.form("appoint", clear_on_submit=False):
        st.html("<b>임명 등록</b>")
        who = st.selectbox(
            "사람", list(people), index=None, format_func=lambda i: people[i], placeholder="고르십시오"
        )
        which = st.selectbox("직무", APPOINTED, format_func=duty)
        of_fund = st.selectbox("회계", list(load_funds().funds), format_func=fund)
        from_on = st.date_input("시작일", today())
        until_on = st.date_input("종료일 (없으면 계속)", None)
        stands_in = st.checkbox("대리 (정당한 사람이 없을 때에만)")
        document = st.text_input("임명 문서번호", max_chars=60)
        sent = st.form_submit_button("등록", type="primary")
    if not sent:
        return
    if who is None:
        st.error("임명할 사람을 골라 주십시오.")
        return
    try:
        with database.session() as session:
            appointing.appoint(
                session, visitor, account_id=who, duty=which, fund=of_fund, from_on=from_on,
                until_on=until_on, stands_in=stands_in, document_no=document,
            )  # fmt: skip
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.toast("임명을 등록했습니다.")
    st.rerun()


def _end(visitor: Visitor, one: Appointment, name: str) -> None:
    st.html(
        f"<b>{escape(name)} · {escape(duty(one.duty))} · {escape(fund(one.fund))}</b><br>"
        f'<span class="bo-muted">{day(one.from_on)} – {day(one.until_on) or "계속"} · {escape(one.document_no)}</span>'
    )
    earliest: date = max(one.from_on, today() - timedelta(days=1))
    with st.form(f"end_{one.id}"):
        until_on = st.date_input("마지막 날", max(today(), one.from_on), min_value=earliest)
        comment = st.text_input("사유", max_chars=300)
        sent = st.form_submit_button("이 날로 끝내기", type="primary")
    if sent:
        try:
            with database.session() as session:
                appointing.end(session, visitor, one.id, until_on, comment)
        except (Refused, NotAllowed) as refused:
            st.error(str(refused))
            return
        st.session_state[_CHOSEN] = None
        st.toast("임명의 마지막 날을 정했습니다.")
        st.rerun()
