"""The line on every screen that says what stands still, for those who may do something about it."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.acts.rights import Right, may
from dashboard.present import present_visitor
from dashboard.reads.alarms import alarms
from dashboard.visitor import Visitor

REFRESH_SECONDS = 60


def show(visitor: Visitor, work_page: st.Page) -> None:
    """Draw it; nothing when all is in order, or when somebody has taken note of all there is."""
    if may(visitor, Right.STEER_BOTS):
        _live(work_page)


@st.fragment(run_every=REFRESH_SECONDS)
def _live(work_page: st.Page) -> None:
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.STEER_BOTS):
        return
    open_ones = [alarm for alarm in alarms() if not alarm.is_seen]
    if not open_ones:
        return
    first = open_ones[0]
    more = f" 외 {len(open_ones) - 1}건" if len(open_ones) > 1 else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"alarm_{first.tone}"):
        st.html(f"<b>경보</b> {escape(first.what)}{more}", width="content")
        st.page_link(work_page, label="무엇을 할지 보기", width="content")
