"""내 업무함 of a counselor: notes to sign, questions about talks, and what has been taken on."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboard.parts.leaving import leave
from dashboard.parts.my_talk_buttons import my_talk_buttons
from dashboard.present import present_visitor
from dashboard.reads.my_talks import my_talks
from dashboard.screens.follow_ups import panel
from dashboard.visitor import Visitor
from queues import database

REFRESH_SECONDS = 30


def show(visitor: Visitor) -> None:
    st.html(f'<b style="font-size:1.1rem">{escape(visitor.shown_name)} 님의 업무함</b>')
    _waiting()
    panel(visitor)


@st.fragment(run_every=REFRESH_SECONDS)
def _waiting() -> None:
    """Drawn anew by itself; a screen that is left open does not count as someone being there."""
    visitor = present_visitor(touch=False)
    if visitor is None:
        leave("ended")
    with database.session() as session:
        found = my_talks(session, visitor.account_id)
    if not my_talk_buttons(found, due=False):
        st.html('<span class="bo-muted">서명할 상담일지가 없습니다.</span>')
