"""Who is on the other side of this run of the script."""

from __future__ import annotations

import streamlit as st

from dashboard.door.cookies import session_token
from dashboard.door.sessions import visitor_of
from dashboard.visitor import Visitor

_WHO = "present_session"


def present_token() -> str | None:
    """The token with which the browser opened its connection."""
    return session_token(st.context.cookies)


def present_visitor(*, touch: bool = True) -> Visitor | None:
    """Asked anew on every run, so that a session that was ended shows nothing any more.

    `touch`: whether this counts as the person being there.

    What another session left in this browser window is forgotten first.
    """
    token = present_token()
    visitor = visitor_of(token, touch=touch) if token else None
    session_id = visitor.session_id if visitor else ""
    if st.session_state.get(_WHO, session_id) != session_id:
        st.session_state.clear()
    st.session_state[_WHO] = session_id
    return visitor


def must_be_present() -> Visitor:
    """For code that runs only behind the sign-in. Raises PermissionError when the session has ended."""
    visitor = present_visitor()
    if visitor is None:
        raise PermissionError("로그인이 끝났습니다. 다시 로그인해 주십시오.")
    return visitor
