"""Where one goes from a talk, or from a question about it."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from dashboard.acts.rights import Right, may
from dashboard.places import go
from dashboard.visitor import Visitor


def to_list(visitor: Visitor) -> NoReturn:
    """The list of talks, or for one who has none of it, the questions or the signed notes."""
    if may(visitor, Right.SEE_TALKS):
        st.query_params.clear()
        st.rerun()
    go("reviews" if "task" in st.query_params and may(visitor, Right.REVIEW) else "talk-search")
