"""The line at the top: the center, the screens one may open, and who is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from config.settings import settings
from dashboard.door.sessions import sign_out
from dashboard.parts.korean import ROLES
from dashboard.parts.leaving import leave
from dashboard.present import present_token
from dashboard.visitor import Visitor
from queues.models import Role


def show(visitor: Visitor, pages: Sequence[st.Page], chosen: st.Page) -> None:
    """Draw it; signs out when asked to."""
    with st.container(key="topbar", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<span class="bo-brand">{escape(settings().center_name)}<small>업무지원</small></span>',
            width="content",
        )
        for page in pages:
            st.page_link(page, label=page.title, width="content")
        st.space("stretch")
        role = ROLES[Role(visitor.role)]
        st.html(f'<span class="bo-muted">{escape(visitor.shown_name)} · {role}</span>', width="content")
        out = st.button("로그아웃", key="sign_out", type="tertiary")
    if out:
        token = present_token()
        if token:
            sign_out(token)
        leave("out")
