"""Giving rows of somebody's list to another officer: for supervisors."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.acts.assigning import CannotAssign, give_cases, give_tasks
from dashboard.acts.rights import NotAllowed
from dashboard.present import must_be_present
from dashboard.reads.officers import label, officers
from dashboard.visitor import Visitor
from queues import database

_PICKED, _LIST = "reassign_picked", "reassign_list"


def picked_keys(of: str) -> list[str]:
    """The rows that are ticked (`task-17`, `case-5`) in the list `of` that name; another list begins anew."""
    if st.session_state.get(_LIST) != of:
        st.session_state[_LIST] = of
        pick(())
    return list(st.session_state.get(_PICKED, ()))


def pick(keys: Sequence[str]) -> None:
    """Other rows are ticked now."""
    st.session_state[_PICKED] = list(keys)


def reassign_bar(visitor: Visitor, picked: Sequence[str]) -> None:
    """Draw it above the list: to whom the ticked rows go."""
    with database.session() as session:
        known = {o.id: label(o) for o in officers(session)}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reassign_bar"):
        told = f"<b>{len(picked)}건 선택</b>" if picked else "담당을 바꿀 건을 고르십시오."
        st.html(f'<span class="bo-muted">{told}</span>', width="content")
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
        if st.button("넘기기", type="primary", key="reassign_give", disabled=not picked or to is None) and to:
            _give(visitor, picked, to, known[to])


def _give(visitor: Visitor, picked: Sequence[str], to: int, name: str) -> None:
    must_be_present()
    numbers = {kind: [int(k[5:]) for k in picked if k.startswith(kind)] for kind in ("task-", "case-")}
    try:
        with database.session() as session:
            given = give_cases(session, visitor, numbers["case-"], to)
            given += give_tasks(session, visitor, numbers["task-"], to)
    except (CannotAssign, NotAllowed) as refused:
        st.toast(str(refused))
        return
    pick(())
    st.toast(f"{given}건을 {name} 님에게 넘겼습니다.")
    st.rerun(scope="fragment")
