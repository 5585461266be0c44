"""Choosing an officer for an account, and entering one that the system of record does not tell of."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.acts.accounts import CannotChange, enter_officer
from dashboard.reads.officers import label
from dashboard.visitor import Visitor
from queues import database
from queues.models import Officer

NOBODY = 0


def officer_choice(known: Mapping[int, Officer], chosen: int | None, key: str) -> int | None:
    """A list of the officers who work here; returns the chosen one's id, None for nobody."""
    ids = [NOBODY, *(i for i, o in known.items() if o.active or i == chosen)]
    found = st.selectbox(
        "맡은 담당",
        ids,
        index=ids.index(chosen) if chosen in ids else 0,
        format_func=lambda i: label(known[i]) if i else "지정하지 않음",
        key=f"officer_{key}",
        help="맡은 신청의 새 서류와 검토가 이 사람의 업무함에 나타납니다.",
    )
    return found or None


def new_officer(visitor: Visitor) -> None:
    """For a center whose system of record does not tell of its officers."""
    with st.expander("담당자 등록"), st.form("new_officer", clear_on_submit=True, border=False):
        st.caption("행정시스템이 알려 주는 담당자는 저절로 등록됩니다.")
        number = st.text_input("담당자번호", max_chars=30, autocomplete="off")
        name = st.text_input("담당자 이름", max_chars=50, autocomplete="off")
        team = st.text_input("부서", max_chars=50, autocomplete="off")
        sent = st.form_submit_button("담당자 등록")
    if not sent:
        return
    try:
        with database.session() as session:
            enter_officer(session, visitor, number, name, team)
    except CannotChange as refused:
        st.warning(str(refused))
        return
    st.toast("등록했습니다.")
    st.rerun()
