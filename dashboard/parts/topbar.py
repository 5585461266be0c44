"""The line at the top: the center, the screens one may open, the search box, and who is signed in.

Screens of one group stand in a second line, shown while one of them is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def show(
    visitor: Visitor, pages: Sequence[st.Page], chosen: st.Page, groups: Mapping[str, Sequence[str]]
) -> Chosen | None:
    """Draw it; signs out when asked to. Returns what was chosen in the search box just now.

    groups  by the address of the screen that stands at the top: those that go with it
    """
    found = None
    inner = {address for members in groups.values() for address in members}
    heads = _heads(pages, groups)
    with st.container(key="topbar", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<span class="bo-brand">{escape(settings().center_name)}<small>업무지원</small></span>',
            width="content",
        )
        for page in pages:
            if page.url_path not in inner or page in heads.values():
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
    for head, members in groups.items():
        shown = [page for page in pages if page.url_path in (head, *members)]
        if len(shown) > 1 and chosen.url_path in (head, *members):
            with st.container(key="topbar_group", horizontal=True, vertical_alignment="center", gap="small"):
                for page in shown:
                    st.page_link(page, label=page.title, width="content")
            st.html(_marked(heads[head]))
    return found


def _marked(page: st.Page) -> str:
    """The style by which the top shows in which group one is: Streamlit marks the open screen only."""
    link = f'.st-key-topbar [data-testid="stPageLink-NavLink"][href$="{page.url_path}"]'
    return f"<style>{link} {{background:#e5eff7}} {link} p {{color:#1f5f8b; font-weight:700}}</style>"


def _heads(pages: Sequence[st.Page], groups: Mapping[str, Sequence[str]]) -> dict[str, st.Page]:
    """The screen that stands at the top for each group: its first, or the first that this person may open."""
    found: dict[str, st.Page] = {}
    for head, members in groups.items():
        ranked = [page for name in (head, *members) for page in pages if page.url_path == name]
        if ranked:
            found[head] = ranked[0]
    return found
