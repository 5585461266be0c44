"""The form in which ready orders become a batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape
from secrets import token_hex

import streamlit as st

from config.calendar import business_calendar
from dashboard.acts import paying
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed
from dashboard.parts.payment_words import CHANNELS, fund
from dashboard.places import go
from dashboard.reads.document_types import program_title
from dashboard.reads.payment_orders import Heap
from dashboard.visitor import Visitor
from queues import database
from queues.days import today

_KEY = "making_key"


def making(visitor: Visitor, heaps: Sequence[Heap], ticked: Sequence[int]) -> None:
    """All ready orders of a fund and program, or those that are ticked in the list."""
    with st.container(border=True, key="making"):
        st.html("<b>배치 편성</b>")
        if not heaps:
            st.html('<span class="bo-muted">지급 대기 중인 결의가 없습니다.</span>')
            return
        chosen = _which(heaps, ticked)
        on = st.date_input("지급일", _first_day(), min_value=today(), key="making_on")
        if why := business_calendar().why_closed(on):
            st.html(
                f'<span class="bo-chip bo-warn">{escape(why)}</span> 근무일이 아닙니다. 그날 결재할 사람이 있는지 보십시오.'
            )
        channel = st.segmented_control(
            "방법", list(CHANNELS), default="firm", format_func=lambda c: CHANNELS[c], key="making_channel"
        )
        title = st.text_input("제목", key="making_title", max_chars=80, placeholder="예: 11월 4주 구직급여")
        if st.button("편성하고 예금주 조회", type="primary", key="make_batch"):
            _make(visitor, chosen, ticked, on, channel or "firm", title)


def _which(heaps: Sequence[Heap], ticked: Sequence[int]) -> Heap | None:
    """The heap, or None for the ticked ones."""
    if ticked:
        st.html(f"목록에서 고른 <b>{len(ticked):,}건</b>")
        if st.button("선택 해제", key="making_untick", type="tertiary"):
            st.session_state.pop("orders_picked", None)
            st.rerun()
        return None
    several = {(h.fund, h.fiscal_year) for h in heaps}
    options = [*_whole(heaps), *heaps] if len(several) < len(heaps) else list(heaps)
    chosen = st.selectbox("대상", options, format_func=_named, key="making_heap")
    told = f"<b>{chosen.orders:,}건 · {chosen.won:,}원</b>"
    st.html(f'{told} <span class="bo-muted">일부만 지급하려면 목록에서 고르십시오.</span>')
    return chosen


def _whole(heaps: Sequence[Heap]) -> list[Heap]:
    """All programs of each fund and year together."""
    sums: dict[tuple[str, int], tuple[int, int]] = {}
    for h in heaps:
        n, w = sums.get((h.fund, h.fiscal_year), (0, 0))
        sums[h.fund, h.fiscal_year] = (n + h.orders, w + h.won)
    return [Heap(f, y, "", n, w) for (f, y), (n, w) in sums.items()]


def _named(heap: Heap) -> str:
    what = program_title(heap.program) if heap.program else "모든 제도"
    return f"{fund(heap.fund)} {heap.fiscal_year} · {what}"


def _first_day() -> date:
    return business_calendar().business_day_on_or_after(today())


def _make(
    visitor: Visitor, heap: Heap | None, ticked: Sequence[int], on: date, channel: str, title: str
) -> None:
    # The same press twice is one batch: the key changes only once a batch was made.
    key = st.session_state.setdefault(_KEY, token_hex(5))
    try:
        with database.session() as session:
            made = paying.make_batch(
                session,
                visitor,
                order_ids=None if heap else ticked,
                program=heap.program if heap else "",
                fund=heap.fund if heap else "",
                fiscal_year=heap.fiscal_year if heap else 0,
                pay_on=on,
                channel=channel,
                title=title,
                press=key,
            )
            number = made.id
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.session_state.pop(_KEY, None)
    st.session_state.pop("orders_picked", None)
    go("payments", {"batch": str(number)})
