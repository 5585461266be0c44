"""Sending many requests at once: said with their number, asked for once more, then done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.acts.rights import NotAllowed
from dashboard.acts.supplementing import MOST, Done, request_again, send
from dashboard.present import must_be_present
from dashboard.reads.supplements import LATE, TO_SEND, Wanted, ids_of
from dashboard.visitor import Visitor
from queues import database
from queues.supplementing import CannotSupplement
from queues.whose import Circle

_PICKED, _PICKED_OF, _ASKED = "supplement_picked", "supplement_picked_of", "supplement_asked"


@dataclass(frozen=True)
class Act:
    """`word` names it, `says` asks for confirmation ("{count}건에 ...")."""

    word: str
    says: str
    carry_out: Callable[[Visitor, Sequence[int]], Done]


BULK = {
    TO_SEND: Act(
        "보완 요청 보내기",
        "신청 {count}건에 보완 요청을 보냅니다. 그 사이 서류가 모두 들어온 건에는 보내지 않습니다.",
        send,
    ),
    LATE: Act(
        "2차 보완 요청 보내기",
        "기한이 지난 {count}건에 10일 기한으로 다시 보완을 요구합니다. 이미 다시 요구한 건은 건너뜁니다.",
        request_again,
    ),
}


@dataclass(frozen=True)
class Asked:
    """What is to be confirmed: the chosen `ids`, or (None) all `count` that `wanted` shows."""

    wanted: Wanted
    ids: tuple[int, ...] | None
    count: int


def picked(wanted: Wanted, ids: Sequence[int] | None = None) -> list[int]:
    """The rows that are ticked; with `ids` these are from now on. Another list begins anew."""
    if st.session_state.get(_PICKED_OF) != wanted:
        st.session_state[_PICKED_OF], st.session_state[_PICKED] = wanted, []
    if ids is not None:
        st.session_state[_PICKED] = list(ids)
    return list(st.session_state[_PICKED])


def show_many(visitor: Visitor, circle: Circle, wanted: Wanted, picks: Sequence[int], total: int) -> None:
    """The line above the list."""
    asked = st.session_state.get(_ASKED)
    if asked is not None and asked.wanted == wanted:
        _confirm(visitor, circle, asked)
        return
    act = BULK[wanted.stage]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="supplement_many"):
        everything = st.checkbox(f"조건에 맞는 {total:,}건 모두", key=f"supplement_all_{wanted.stage}")
        count = total if everything else len(picks)
        if not count:
            st.html('<span class="bo-muted">함께 보낼 건을 왼쪽 칸에서 고르십시오.</span>', width="content")
            return
        st.html(f"<b>고른 신청 {count:,}건</b>", width="content")
        if st.button(act.word, type="primary", key="supplement_many_ask"):
            st.session_state[_ASKED] = Asked(wanted, None if everything else tuple(picks), count)
            st.rerun(scope="fragment")


def _confirm(visitor: Visitor, circle: Circle, asked: Asked) -> None:
    act, count = BULK[asked.wanted.stage], min(asked.count, MOST)
    with st.container(border=True, key="supplement_confirm"):
        said = act.says.format(count=f"{count:,}")
        if asked.count > MOST:
            said += f" {asked.count:,}건 가운데 기한이 빠른 {MOST:,}건을 먼저 합니다."
        st.html(f"<b>{said}</b>")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            go = st.button(f"{count:,}건 보내기", type="primary", key="supplement_many_go")
            if st.button("그만두기", key="supplement_many_stop"):
                del st.session_state[_ASKED]
                st.rerun(scope="fragment")
    if go:
        _carry_out(visitor, circle, asked)


def _carry_out(visitor: Visitor, circle: Circle, asked: Asked) -> None:
    must_be_present()
    act, ids = BULK[asked.wanted.stage], asked.ids
    try:
        with st.spinner("보내는 중…"):
            if ids is None:
                with database.session() as session:
                    ids = tuple(ids_of(session, circle, asked.wanted, min(asked.count, MOST)))
            done = act.carry_out(visitor, ids)
    except (CannotSupplement, NotAllowed) as refused:
        st.warning(str(refused))
        return
    del st.session_state[_ASKED]
    picked(asked.wanted, [])
    said = f"{done.done:,}건의 보완 요청을 보냅니다."
    if done.needless:
        said += f" {done.needless:,}건은 서류가 모두 들어와 보내지 않습니다."
    if done.passed_over:
        said += f" {done.passed_over:,}건은 그 사이 바뀌었거나 보낼 수 없어 건너뛰었습니다."
    st.toast(said)
    st.rerun(scope="fragment")
