"""Sends the browser to the sign-in page, which takes the cookie away."""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

import streamlit as st


def leave(say: str) -> NoReturn:
    """`say` is "out" or "ended"; the script ends here."""
    st.html('<p class="bo-empty"><b>로그인이 필요합니다.</b>로그인 화면으로 옮겨 갑니다.</p>')
    _component()(key="leave", data={"to": f"/signin?say={say}"})
    st.stop()


@cache
def _component() -> Any:
    return st.components.v2.component(
        "backoffice_leave",
        html="<span></span>",
        js="export default function(c) { window.location.replace(c.data.to); }",
    )
