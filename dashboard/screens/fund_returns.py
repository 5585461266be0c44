"""반납·여입: what payees have to pay back, what is overdue, what came in and where it was entered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

import streamlit as st
from sqlmodel import Session, col, select

from dashboard.acts import fund_returns as acts
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import Label
from dashboard.parts.payment_words import RETURN_BOOKED, RETURN_STATES, won
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import day
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.visitor import Visitor
from queues import database
from queues.days import today
from queues.fund_returns import CAUSES, listed, overdue
from queues.models import Application, FundReturn, FundReturnState, PaymentOrder

COLUMNS = (
    Column("asked", "고지일", "6.4em", "nowrap"),
    Column("cause", "사유"),
    Column("order", "결의번호 · 접수번호", "20em"),
    Column("due", "기한", "9em"),
    Column("won", "금액(원)", "8em", "right"),
    Column("state", "상태", "8em"),
)
OVERDUE = "overdue"
_CHOSEN = "fund_return_open"

Named = dict[int, tuple[str, str]]


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_BUDGET)
    state = st.query_params.get("state", FundReturnState.ASKED.value)
    with database.session() as session:
        late = overdue(session)
        states = (FundReturnState(state),) if state in set(FundReturnState) else ()
        found = late if state == OVERDUE else listed(session, states)
        named = _named(session, found)
    options = [
        Option(OVERDUE, "기한 지남", len(late), "bad"),
        *(Option(s.value, RETURN_STATES[s].text) for s in FundReturnState),
        Option("", "전체"),
    ]
    if changed := filters("return_filters", [Group("state", "상태", options, state)]):
        st.query_params["state"] = changed[1]
        st.rerun()
    if not found:
        empty("해당하는 반납 건이 없습니다.", "반납은 지급이 끝난 지출결의에서 고지합니다.")
        return
    chosen = next((r for r in found if str(r.id) == st.session_state.get(_CHOSEN)), None)
    left, right = st.columns([70, 30], gap="small")
    with left:
        opened = table(
            "fund_returns", COLUMNS, [_row(r, named) for r in found], label="반납 목록",
            selected=str(chosen.id) if chosen else None, keys=True,
        )  # fmt: skip
        if opened:
            st.session_state[_CHOSEN] = opened
            st.rerun()
    with right:
        if chosen is not None:
            _one(visitor, chosen)


def _named(session: Session, found: Sequence[FundReturn]) -> Named:
    """결의번호 and receipt number by order."""
    query = (
        select(PaymentOrder.id, PaymentOrder.number, Application.receipt_no)
        .join(Application, col(PaymentOrder.application_id) == col(Application.id))
        .where(col(PaymentOrder.id).in_({r.order_id for r in found}))
    )
    return {i: (number or f"결의 {i}", receipt_no) for i, number, receipt_no in session.exec(query).all()}


def _row(one: FundReturn, named: Named) -> dict[str, object]:
    number, receipt_no = named.get(one.order_id, (f"결의 {one.order_id}", ""))
    late = one.state == FundReturnState.ASKED and one.due_on is not None and one.due_on < today()
    due: list[object] = [day(one.due_on) or muted("-")]
    if late and one.due_on is not None:
        due.append(chip(Label(f"{(today() - one.due_on).days}일 지남", "bad")))
    state: list[object] = [chip(RETURN_STATES[FundReturnState(one.state)])]
    if one.booked_as:
        state.append(muted(RETURN_BOOKED.get(one.booked_as, one.booked_as)))
    return {
        "id": str(one.id),
        "cells": {
            "asked": day(one.asked_on),
            "cause": CAUSES.get(one.cause, one.cause),
            "order": [number, muted(receipt_no)],
            "due": due,
            "won": strong(won(one.amount_won)),
            "state": state,
        },
    }


def _one(visitor: Visitor, one: FundReturn) -> None:
    with st.container(border=True, key="fund_return"):
        st.html(f"<b>{escape(CAUSES.get(one.cause, one.cause))}</b> {one.amount_won:,}원")
        if st.button("지출결의 보기", key="return_to_order", icon=":material/arrow_forward:"):
            go("payment-orders", {"order": str(one.order_id)})
        if one.state == FundReturnState.ASKED and may(visitor, Right.RECONCILE):
            on = st.date_input(
                "입금된 날", today(), min_value=one.asked_on, max_value=today(), key="return_on"
            )
            if st.button("입금 확인", type="primary", key="return_receive"):
                _do(lambda s: acts.receive(s, visitor, one.id, on), "입금을 확인했습니다.")
        if one.state == FundReturnState.RECEIVED and may(visitor, Right.BUDGET):
            st.html(
                '<span class="bo-muted">같은 연도의 예산이 열려 있으면 여입, 아니면 세입으로 정리합니다.</span>'
            )
            if st.button("정리", type="primary", key="return_book"):
                _do(lambda s: acts.book(s, visitor, one.id), "정리했습니다.")
        if one.state == FundReturnState.ASKED and may(visitor, Right.BUDGET):
            with st.popover("고지 취소"):
                reason = st.text_input("취소 사유", key="return_reason", max_chars=500)
                if st.button("취소 확인", key="return_cancel"):
                    _do(lambda s: acts.cancel(s, visitor, one.id, reason), "반납 고지를 취소했습니다.")


def _do(act: Callable[[Session], object], done: str) -> None:
    try:
        with database.session() as session:
            act(session)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.toast(done)
    st.rerun()
