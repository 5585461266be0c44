"""The form in which more ready orders go into a batch that has not begun."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from dashboard.acts import paying
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed
from dashboard.parts.payment_changing import sure
from dashboard.parts.payment_words import BATCH_STATES, fund
from dashboard.parts.times import day
from dashboard.places import go
from dashboard.reads.notice_sheet import Step
from dashboard.visitor import Visitor
from queues import database
from queues.models import PaymentBatch, PaymentBatchState


def adding(
    visitor: Visitor, batch: PaymentBatch, steps: Sequence[Step], ticked: Mapping[int, int], picked: str
) -> None:
    """What is ticked goes into the batch. ticked: won by order; picked: where the session keeps them."""
    with st.container(border=True, key="adding"):
        st.html(f"<b>배치에 더하기</b><br>{_told(batch)}")
        if not ticked:
            st.html('<span class="bo-muted">더할 결의를 목록에서 고르십시오.</span>')
        else:
            _chosen(batch, ticked, picked)
            agreed = sure(batch, steps, "add")
            pressed = st.button(
                "더하고 예금주 조회", type="primary", key="batch_add_chosen", disabled=not agreed
            )
            if pressed and agreed:
                _add(visitor, batch, sorted(ticked), picked)
        if st.button("배치로 돌아가기", key="batch_add_back", icon=":material/arrow_back:"):
            st.session_state.pop(picked, None)
            go("payments", {"batch": str(batch.id)})


def _told(batch: PaymentBatch) -> str:
    label = BATCH_STATES[PaymentBatchState(batch.state)]
    return (
        f"{escape(batch.title or batch.key)} "
        f'<span class="bo-chip bo-{label.tone}">{label.text}</span><br>'
        f'<span class="bo-muted">{escape(fund(batch.fund))} {batch.fiscal_year} · 지급일 {day(batch.pay_on)}</span>'
    )


def _chosen(batch: PaymentBatch, ticked: Mapping[int, int], picked: str) -> None:
    more = sum(ticked.values())
    st.html(
        f"목록에서 고른 <b>{len(ticked):,}건 · {more:,}원</b><br>"
        f'<span class="bo-muted">더하면 {batch.payments + len(ticked):,}건 · {batch.total_won + more:,}원</span>'
    )
    if st.button("선택 해제", key="adding_untick", type="tertiary"):
        st.session_state.pop(picked, None)
        st.rerun()


def _add(visitor: Visitor, batch: PaymentBatch, order_ids: Sequence[int], picked: str) -> None:
    try:
        with database.session() as session:
            paying.add_orders(session, visitor, batch.id, batch.version, order_ids)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.session_state.pop(picked, None)
    st.toast(f"{len(order_ids):,}건을 더하였습니다.")
    go("payments", {"batch": str(batch.id)})
