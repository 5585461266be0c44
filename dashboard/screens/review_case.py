"""검토 한 건: the desk, where one case follows another."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, require
from dashboard.parts.desk import desk_component
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.review_kinds import answered_at
from queues import database

# The desk fills the window down to its edge, so that the decision bar is always in sight.
_STYLE = '<style>[data-testid="stMainBlockContainer"]{padding-bottom:0;max-width:none}</style>'


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.REVIEW)
    st.html(_STYLE)
    left = desk_component(visitor.account_id, _task_id())
    if left.elsewhere is not None:
        from_here(left.elsewhere)
    if left.to_list:
        go("reviews")


def from_here(task_id: int) -> None:
    """To the screen where a question is answered that is not the desk's."""
    with database.session() as session:
        address = answered_at(session, task_id)
    go(address or "reviews", {"task": str(task_id)} if address else {})


def _task_id() -> int | None:
    given = st.query_params.get("task", "")
    return int(given) if given.isdigit() and len(given) < 18 else None
