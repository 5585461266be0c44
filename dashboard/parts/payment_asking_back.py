"""The form in which something of what an order paid is asked back (반납 고지)."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

import streamlit as st

from dashboard.acts import fund_returns
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.reads.payment_orders import OrderSheet
from dashboard.visitor import Visitor
from queues import database
from queues.days import today
from queues.fund_returns import CAUSES
from queues.models import OrderState

_KEY = "asking_back_key"


def asking_back(visitor: Visitor, sheet: OrderSheet) -> None:
    """Drawn for an order that was paid."""
    if sheet.order.state != OrderState.PAID or not may(visitor, Right.BUDGET):
        return
    with st.expander("반납 고지"), st.form(f"ask_back_{sheet.order.id}", border=False):
        amount = st.text_input("금액(원)", f"{sheet.order.amount_won:,}", max_chars=24)
        cause = st.selectbox("사유", list(CAUSES), format_func=lambda c: CAUSES[c])
        due_on = st.date_input("납부 기한", today() + timedelta(days=30), min_value=today())
        comment = st.text_input("내용", max_chars=500)
        sent = st.form_submit_button("고지", type="primary")
    if not sent:
        return
    digits = amount.replace(",", "").replace("원", "").strip()
    if not digits.isdigit():
        st.error("금액을 원 단위 숫자로 적어 주십시오.")
        return
    key = st.session_state.setdefault(_KEY, token_hex(6))
    try:
        with database.session() as session:
            fund_returns.ask(
                session,
                visitor,
                sheet.order.id,
                won=int(digits),
                cause=cause,
                due_on=due_on,
                comment=comment,
                key=key,
            )
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.session_state.pop(_KEY, None)
    st.toast("반납을 고지했습니다.")
    st.rerun()
