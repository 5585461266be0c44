"""할 일·일정: what a counselor has taken on after talks, by day."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.follow_up_rows import COLUMNS, row_of, sheet
from dashboard.parts.table import table
from dashboard.present import must_be_present
from dashboard.reads import follow_ups as reads
from dashboard.visitor import Visitor
from queues import database
from queues.follow_ups import APPOINTMENT, TASK

SPANS = {
    reads.LATE: "기한 지남",
    reads.TODAY: "오늘",
    reads.WEEK: "7일 안",
    reads.LATER: "그 뒤",
    reads.UNDATED: "날짜 없음",
    reads.DONE: "끝낸 일",
}
_KINDS = {"": "전체", TASK: "할 일", APPOINTMENT: "일정"}
_CHOSEN = "follow_up_open"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SIGN_NOTES)
    panel(visitor)


def panel(visitor: Visitor) -> None:
    """The list with its filters, and the one that is chosen beside it."""
    kind = st.query_params.get("kind", "")
    kind = kind if kind in _KINDS else ""
    with database.session() as session:
        counted = reads.counts(session, visitor.account_id, kind)
        span = _span(counted)
        found = reads.rows(session, visitor.account_id, span, kind)
    tones = {reads.LATE: "bad", reads.TODAY: "warn"}
    spans = [Option(s, text, counted[s], tones.get(s, "") if counted[s] else "") for s, text in SPANS.items()]
    kinds = [Option(k, text) for k, text in _KINDS.items()]
    if chosen := filters(
        "follow_up_filters", [Group("span", "기한", spans, span), Group("kind", "구분", kinds, kind)]
    ):
        st.query_params[chosen[0]] = chosen[1]
        st.rerun()
    if not found:
        _nothing(counted)
        return
    opened = next((r for r in found if str(r.found.id) == st.session_state.get(_CHOSEN)), None)
    left, right = st.columns([72, 28], gap="small")
    with left:
        picked = table(
            "follow_ups", COLUMNS, [row_of(r) for r in found], label="할 일과 일정",
            selected=str(opened.found.id) if opened else None, keys=True,
        )  # fmt: skip
        if picked:
            st.session_state[_CHOSEN] = picked
            st.rerun()
    with right:
        if opened is not None:
            sheet(visitor, opened)
        else:
            st.html('<span class="bo-muted">줄을 누르면 여기에서 끝내거나 날짜를 바꿉니다.</span>')


def _span(counted: dict[str, int]) -> str:
    """As chosen, else the first in which there is something."""
    wanted = st.query_params.get("span", "")
    if wanted in SPANS:
        return wanted
    return next((s for s in (reads.LATE, reads.TODAY, reads.WEEK, reads.LATER) if counted[s]), reads.TODAY)


def _nothing(counted: dict[str, int]) -> None:
    if any(counted.values()):
        empty("해당하는 일이 없습니다.", "기한이나 구분을 바꿔 보십시오.")
    else:
        empty("맡은 일이 없습니다.", "상담일지에서 할 일이나 일정을 맡으면 여기에 나타납니다.")
