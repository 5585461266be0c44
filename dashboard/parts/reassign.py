"""Giving rows of somebody's list to another officer: for supervisors."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.acts.assigning import CannotAssign, give_cases, give_tasks
from dashboard.acts.rights import NotAllowed
from dashboard.present import must_be_present
from dashboard.reads.my_work import Job
from dashboard.reads.officers import label, officers
from dashboard.visitor import Visitor
from queues import database

_MARKS = "reassign_marks"


def marked_keys() -> set[str]:
    """The rows that are chosen."""
    return set(st.session_state.get(_MARKS, set())) if st.session_state.get("reassigning") else set()


def toggle_mark(key: str) -> None:
    """Choose a row, or take it back."""
    st.session_state[_MARKS] = set(st.session_state.get(_MARKS, set())) ^ {key}


def reassign_bar(visitor: Visitor, rows: Sequence[Job]) -> None:
    """Draw it above the list: choosing rows, all of the page, and to whom they go."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reassign_bar"):
        if not st.toggle("담당 바꾸기", key="reassigning"):
            st.session_state.pop(_MARKS, None)
            return
        marks = marked_keys()
        if st.button("이 쪽 모두", key="reassign_all"):
            st.session_state[_MARKS] = marks | {j.key for j in rows}
            st.rerun(scope="fragment")
        with database.session() as session:
            known = {o.id: label(o) for o in officers(session)}
        to = st.selectbox(
            "새 담당자",
            list(known),
            index=None,
            format_func=lambda i: known.get(i, ""),
            placeholder="새 담당자",
            key="reassign_to",
            label_visibility="collapsed",
            width=240,
        )
        st.space("stretch")
        told = f"{len(marks)}건 넘기기" if marks else "목록에서 넘길 건을 고르십시오"
        if st.button(told, type="primary", key="reassign_give", disabled=not marks or to is None) and to:
            _give(visitor, marks, to, known[to])


def _give(visitor: Visitor, marks: set[str], to: int, name: str) -> None:
    must_be_present()
    numbers = {kind: [int(k[5:]) for k in marks if k.startswith(kind)] for kind in ("task-", "case-")}
    try:
        with database.session() as session:
            given = give_cases(session, visitor, numbers["case-"], to)
            given += give_tasks(session, visitor, numbers["task-"], to)
    except (CannotAssign, NotAllowed) as refused:
        st.toast(str(refused))
        return
    st.session_state[_MARKS] = set()
    st.toast(f"{given}건을 {name} 님에게 넘겼습니다.")
    st.rerun(scope="fragment")
