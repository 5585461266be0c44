"""The line at the top: the center, the screens one may open, the search box, and who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from config.settings import settings
from dashboard.acts.rights import Right, may
from dashboard.door.sessions import sign_out
from dashboard.parts.finder import Chosen, finder
from dashboard.parts.korean import ROLES
from dashboard.parts.leaving import leave
from dashboard.present import present_token
from dashboard.visitor import Visitor
from queues.models import Role


def show(visitor: Visitor, pages: Sequence[st.Page], chosen: st.Page) -> Chosen | None:
    """Draw it; signs out when asked to. Returns what was chosen in the search box just now."""
    found = None
    with st.container(key="topbar", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<span class="bo-brand">{escape(settings().center_name)}<small>업무지원</small></span>',
            width="content",
        )
        for page in pages:
            st.page_link(page, label=page.title, width="content")
        if may(visitor, Right.SEE_DELIVERIES):
            with st.container(key="finder_place"):
                found = finder()
        else:
            st.space("stretch")
        role = ROLES[Role(visitor.role)]
        st.html(f'<span class="bo-muted">{escape(visitor.shown_name)} · {role}</span>', width="content")
        st.html(
            '<a class="bo-muted" style="text-decoration:none" href="/password" title="내 비밀번호 바꾸기">비밀번호</a>',
            width="content",
        )
        out = st.button("로그아웃", key="sign_out", type="tertiary")
    if out:
        token = present_token()
        if token:
            sign_out(token)
        leave("out")
    return found
