"""검토 한 건: the desk, where one case follows another."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, require
from dashboard.parts.desk import desk_component
from dashboard.places import go
from dashboard.present import must_be_present

# The desk fills the window down to its edge, so that the decision bar is always in sight.
_STYLE = '<style>[data-testid="stMainBlockContainer"]{padding-bottom:0;max-width:none}</style>'


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.REVIEW)
    st.html(_STYLE)
    left = desk_component(visitor.account_id, _task_id())
    if left.elsewhere is not None:
        go("notices", {"task": str(left.elsewhere)})
    if left.to_list:
        go("reviews")


def _task_id() -> int | None:
    given = st.query_params.get("task", "")
    return int(given) if given.isdigit() and len(given) < 18 else None
