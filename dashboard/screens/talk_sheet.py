"""One talk: its sound, what was said, and the note that its counselor checks and signs."""

from __future__ import annotations

import streamlit as st

from dashboard.parts.talk import talk_component
from dashboard.parts.talk_leaving import to_list
from dashboard.places import go
from dashboard.visitor import Visitor

# It fills the window down to its edge, so that signing is always in sight.
_STYLE = '<style>[data-testid="stMainBlockContainer"]{padding-bottom:0;max-width:none}</style>'


def show(visitor: Visitor, talk_id: int) -> None:
    st.html(_STYLE)
    given = st.query_params.get("note", "")
    left = talk_component(talk_id, int(given) if given.isdigit() and len(given) < 18 else None)
    if left.to_list:
        to_list(visitor)
    if left.task:
        go("talks", {"task": str(left.task)})
    if left.person:
        go("talk-search", {"person": str(left.person)})
