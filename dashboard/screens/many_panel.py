"""Doing the same with many work items: said with their number, asked for once more, then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.acts.steering import CannotSteer
from dashboard.acts.steering_many import ACTS, do_to, do_to_all
from dashboard.present import must_be_present
from dashboard.reads.alarms import forget
from dashboard.visitor import Visitor
from queues.bulk import MOST
from queues.work_lists import Wanted

_ASKED = "many_asked"


@dataclass(frozen=True)
class Asked:
    """What is to be confirmed: `act` to the chosen `ids`, or (None) to all `count` that `wanted` shows."""

    act: str
    wanted: Wanted
    ids: tuple[int, ...] | None
    count: int


def show_many(visitor: Visitor, wanted: Wanted, picks: Sequence[int], total: int) -> None:
    """The line above the list."""
    asked = st.session_state.get(_ASKED)
    if asked is not None and (asked.wanted == wanted):
        _confirm(visitor, asked)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="many"):
        everything = False
        if may(visitor, Right.STEER_BOTS):
            everything = st.checkbox(f"조건에 맞는 {total:,}건 모두", key="many_all")
        count = total if everything else len(picks)
        if not count:
            st.html(
                '<span class="bo-muted">여러 작업을 함께 다루려면 왼쪽 칸을 고르십시오.</span>',
                width="content",
            )
            return
        st.html(f"<b>고른 작업 {count:,}건</b>", width="content")
        for name, act in ACTS.items():
            if name == "to_this_version" and wanted.only != "other_version":
                continue
            if st.button(act.word, key=f"many_{name}"):
                ids = None if everything else tuple(picks)
                st.session_state[_ASKED] = Asked(name, wanted, ids, count)
                st.rerun(scope="fragment")


def _confirm(visitor: Visitor, asked: Asked) -> None:
    act, count = ACTS[asked.act], min(asked.count, MOST)
    with st.container(border=True, key="many_confirm"):
        said = act.says.format(count=f"{count:,}")
        if asked.count > MOST:
            said += f" {asked.count:,}건 가운데 오래된 {MOST:,}건을 먼저 합니다."
        st.html(f"<b>{said}</b> 이미 끝났거나 처리 중인 작업은 건너뜁니다.")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            note = st.text_input("사유", key="many_note", width=420)
            go = st.button(f"{count:,}건 {act.word}", type="primary", key="many_go")
            if st.button("그만두기", key="many_stop"):
                del st.session_state[_ASKED]
                st.rerun(scope="fragment")
    if go:
        _carry_out(visitor, asked, note)


def _carry_out(visitor: Visitor, asked: Asked, note: str) -> None:
    must_be_present()
    act = ACTS[asked.act]
    try:
        with st.spinner(f"{act.word} 중…"):
            if asked.ids is None:
                done = do_to_all(visitor, asked.act, asked.wanted, asked.count, note)
            else:
                done = do_to(visitor, asked.act, asked.ids, note)
    except (CannotSteer, NotAllowed) as refused:
        st.warning(str(refused))
        return
    del st.session_state[_ASKED]
    st.session_state["picks"] = []
    forget()
    over = f" {done.passed_over:,}건은 그 사이 바뀌어 건너뛰었습니다." if done.passed_over else ""
    st.toast(f"{done.done:,}건을 {act.done} 처리했습니다.{over}")
    st.rerun(scope="fragment")
