"""Sends the browser to the sign-in page, which takes the cookie away."""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

import streamlit as st

# Who signs out leaves nothing behind of what was typed on the desk (parts/desk/store.js). Who was only away for too
# long finds it again after signing in.
_LEAVE = """export default function (component) {
  const { to } = component.data;
  if (to.endsWith("out")) {
    window.boSignedOut = true;
    for (const key of Object.keys(sessionStorage)) if (key.startsWith("bo-desk:")) sessionStorage.removeItem(key);
  }
  window.location.replace(to);
}"""


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
        js=_LEAVE,
    )
