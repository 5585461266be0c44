"""One order: what is asked about it, what is owed on which ground, how it was paid."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts.seeing import note_look, reason_given
from dashboard.parts.empty import empty
from dashboard.parts.payment_asking_back import asking_back
from dashboard.parts.payment_facts import draw, order_facts, others
from dashboard.parts.payment_papers import order_papers
from dashboard.parts.payment_review import review_form
from dashboard.parts.payment_words import ENTRY_KINDS, ORDER_STATES, won
from dashboard.parts.reveal import reveal_bar_of
from dashboard.parts.times import day
from dashboard.places import go
from dashboard.reads.payment_orders import OrderSheet, order_sheet
from dashboard.visitor import Visitor
from queues import database
from queues.models import OrderState


def show(visitor: Visitor, order_id: int) -> None:
    with database.session() as session:
        sheet = order_sheet(session, order_id)
        if sheet is not None:
            note_look(session, visitor, f"payment_order:{order_id}", "view")
        revealed = bool(reason_given(session, visitor, f"payment_order:{order_id}"))
    if sheet is None:
        empty("없는 지급결의입니다.", "주소가 잘못되었습니다. 지급결의 목록에서 다시 골라 주십시오.")
        return
    _head(sheet)
    left, right = st.columns([54, 46], gap="small")
    with left:
        for task in sheet.tasks:
            review_form(visitor, task, order=sheet, revealed=revealed)
        _payments(sheet)
        others(sheet)
        _same(sheet)
    with right:
        reveal_bar_of(visitor, [f"payment_order:{order_id}"], revealed)
        order_facts(sheet, revealed)
        order_papers(visitor, sheet.order)
        asking_back(visitor, sheet)
        if sheet.entries:
            rows = [
                (day(e.on), f"{ENTRY_KINDS.get(e.kind, e.kind)} {won(e.amount_won)}원") for e in sheet.entries
            ]
            draw("예산 장부", rows)


def _head(sheet: OrderSheet) -> None:
    o = sheet.order
    label = ORDER_STATES[OrderState(o.state)]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="order_head"):
        asked = "task" in st.query_params
        if st.button("확인할 지급" if asked else "목록", key="order_back", icon=":material/arrow_back:"):
            if asked:
                go("payment-attention")
            st.query_params.pop("order", None)
            st.rerun()
        st.html(
            f'<b style="font-size:1.1rem">지급결의 {escape(o.number or str(o.id))}</b> '
            f'<span class="bo-muted">{escape(sheet.application.receipt_no)}</span> &nbsp;'
            f'<span class="bo-chip bo-{label.tone}">{label.text}</span>',
            width="content",
        )


def _same(sheet: OrderSheet) -> None:
    """To the other orders that a double would be among."""
    with st.container(horizontal=True, gap="small", key="same_orders"):
        for one in sheet.others[:6]:
            if st.button(f"결의 {one.number or one.id}", key=f"order_same_{one.id}", type="tertiary"):
                st.query_params.from_dict({"order": str(one.id)})
                st.rerun()


def _payments(sheet: OrderSheet) -> None:
    for payment, batch in reversed(sheet.payments):
        if st.button(
            f"지급 {payment.id} · {batch.title or batch.key} · {day(batch.pay_on)}",
            key=f"order_payment_{payment.id}",
            icon=":material/arrow_forward:",
        ):
            go("payments", {"payment": str(payment.id)})
