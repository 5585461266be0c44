"""What was found by a name, a number or an account: payments and orders, masked, each a click away."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.seeing import note_look
from dashboard.parts.empty import empty
from dashboard.parts.payment_rows import ANYWHERE, payment_rows
from dashboard.parts.table import table
from dashboard.places import go
from dashboard.reads.payment_search import SOME, orders_found, payments_found
from dashboard.screens.payment_orders import ORDER_COLUMNS, order_row
from dashboard.visitor import Visitor
from queues import database


def results(visitor: Visitor, words: str) -> None:
    """Both lists; the search is noted, but not what was looked for."""
    with database.session() as session:
        found = payments_found(session, words)
        orders = orders_found(session, words)
        note_look(session, visitor, "payment:search", "search")
    if not found and not orders:
        empty(
            "찾은 지급이 없습니다.",
            "성명·상호는 전체를, 계좌번호는 숫자를 모두, 접수번호와 결의번호는 적힌 그대로 넣어 주십시오.",
        )
        return
    if found:
        more = f" (최근 {SOME}건)" if len(found) == SOME else ""
        st.html(f"<b>지급</b> <span class='bo-muted'>{len(found)}건{more}</span>")
        opened = table("payments_found", ANYWHERE, payment_rows(found), label="찾은 지급", keys=True)
        if opened:
            st.query_params.from_dict({"payment": opened})
            st.rerun()
    if orders:
        st.html(f"<b>아직 지급하지 않은 결의</b> <span class='bo-muted'>{len(orders)}건</span>")
        chosen = table("orders_found", ORDER_COLUMNS, [order_row(o) for o in orders], label="찾은 결의")
        if chosen:
            go("payment-orders", {"order": chosen})
