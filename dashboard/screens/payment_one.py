"""One payment: what is asked about it, who is paid what on which ground, all that happened, message by message."""

from __future__ import annotations

from html import escape

import streamlit as st
from sqlmodel import Session

from dashboard.acts import reviewing
from dashboard.acts.rights import Right, may
from dashboard.acts.seeing import note_look, reason_given
from dashboard.parts.empty import empty
from dashboard.parts.payment_events import events
from dashboard.parts.payment_facts import accounting_line, order_facts, others, payment_facts
from dashboard.parts.payment_papers import order_papers
from dashboard.parts.payment_review import review_form
from dashboard.parts.payment_words import PAYMENT_STATES, why
from dashboard.parts.reveal import reveal_bar_of
from dashboard.places import go
from dashboard.reads.payment_sheet import PaymentSheet, payment_sheet
from dashboard.visitor import Visitor
from queues import database
from queues.models import PaymentState

TAKEN = "payment_task_taken"


def show(visitor: Visitor, payment_id: int) -> None:
    with database.session() as session:
        sheet = payment_sheet(session, payment_id)
        if sheet is not None:
            note_look(session, visitor, f"payment:{payment_id}", "view")
            _take(session, visitor, sheet)
        revealed = bool(reason_given(session, visitor, f"payment:{payment_id}"))
    if sheet is None:
        empty("없는 지급입니다.", "주소가 잘못되었습니다. 지급 목록에서 다시 골라 주십시오.")
        return
    _head(visitor, sheet)
    left, right = st.columns([56, 44], gap="small")
    with left:
        for task in sheet.tasks:
            review_form(visitor, task, order=sheet.order, payment=sheet, revealed=revealed)
        _differences(sheet)
        events(sheet, revealed)
    with right:
        subjects = [f"payment:{payment_id}", f"payment_order:{sheet.order.order.id}"]
        reveal_bar_of(visitor, subjects, revealed)
        payment_facts(sheet, revealed)
        order_facts(sheet.order, revealed)
        order_papers(visitor, sheet.order.order)
        accounting_line(sheet)
        others(sheet.order, but=payment_id)


def _take(session: Session, visitor: Visitor, sheet: PaymentSheet) -> None:
    """A question that somebody came to answer is in their hand."""
    asked = st.query_params.get("task", "")
    if not asked.isdigit() or st.session_state.get(TAKEN) == int(asked) or not may(visitor, Right.REVIEW):
        return
    if int(asked) in {t.id for t in sheet.tasks}:
        reviewing.take(session, visitor, int(asked))
        st.session_state[TAKEN] = int(asked)


def leave(visitor: Visitor) -> None:
    """A question that was in hand is anybody's again."""
    taken = st.session_state.pop(TAKEN, None)
    if taken and may(visitor, Right.REVIEW):
        with database.session() as session:
            reviewing.give_back(session, visitor, taken)


def _head(visitor: Visitor, sheet: PaymentSheet) -> None:
    p = sheet.payment
    label = PAYMENT_STATES[PaymentState(p.state)]
    asked, came_from = "task" in st.query_params, st.query_params.get("from", "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="payment_head"):
        back = "확인할 지급" if asked else "배치" if came_from.isdigit() else "목록"
        if st.button(back, key="payment_back", icon=":material/arrow_back:"):
            leave(visitor)
            if asked:
                go("payment-attention")
            st.query_params.from_dict({"batch": came_from} if came_from.isdigit() else {})
            st.rerun()
        reason = f'<span class="bo-muted">{escape(why(p.reason))}</span>' if p.reason else ""
        st.html(
            f'<b style="font-size:1.1rem">지급 {p.id}</b> '
            f'<span class="bo-muted">{escape(sheet.batch.title or sheet.batch.key)} · {p.position}번</span> &nbsp;'
            f'<span class="bo-chip bo-{label.tone}">{label.text}</span> &nbsp;{reason}',
            width="content",
        )
        st.space("stretch")
        if came_from != str(p.batch_id) and st.button("배치 보기", key="payment_to_batch"):
            leave(visitor)
            st.query_params.from_dict({"batch": str(p.batch_id)})
            st.rerun()
        if st.button("결의 보기", key="payment_to_order"):
            leave(visitor)
            go("payment-orders", {"order": str(p.order_id)})


def _differences(sheet: PaymentSheet) -> None:
    for one in sheet.differences:
        if one.state != "resolved" and st.button(
            f"일일 대사에서 차이 {one.our_won - one.their_won:+,}원", key=f"to_difference_{one.id}"
        ):
            go("reconciliation", {"day": str(one.bank_day_id)})
