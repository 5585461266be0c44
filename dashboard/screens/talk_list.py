"""상담: recorded talks, whose notes wait to be signed, and how far the others have come."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, may, require
from dashboard.parts import talk_words
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import Label
from dashboard.parts.leaving import leave
from dashboard.parts.table import Column, bar, chip, muted, strong, table
from dashboard.parts.times import length, short
from dashboard.places import go
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.talk_list import DAYS, IN_STATE, STUCK, WORKING, Row, Wanted, counts, own_totals, page_of
from dashboard.screens import talk_sheet, talk_task
from dashboard.visitor import Visitor
from queues import database, masking
from queues.days import today
from queues.finding import Place
from queues.models import TalkState

COLUMNS = (
    Column("held", "상담 일시", "9em", "nowrap"),
    Column("person", "구직자", "7em"),
    Column("receipt_no", "접수번호", "10.2em", "nowrap"),
    Column("way", "방식", "4em"),
    Column("length", "길이", "6em", "right"),
    Column("state", "상태"),
    Column("note", "상담일지", "16em"),
    Column("counselor", "상담사", "7em"),
)
STATES = {
    TalkState.DRAFTED.value: "서명 대기",
    WORKING: "처리 중",
    STUCK: "확인 필요",
    TalkState.SIGNED.value: "서명함",
    TalkState.CLOSED.value: "종결",
    "": "전체",
}
_FILTERS = ("whose", "state", "days")
_MINE, _ALL = "mine", "all"
_PLACES, _PLACED = "talk_places", "talk_placed"
_REFRESH = 5


def show() -> None:
    visitor = must_be_present()
    task, given = st.query_params.get("task", ""), st.query_params.get("talk", "")
    if task.isdigit() and len(task) < 18:
        talk_task.show(visitor, int(task))
    elif given.isdigit() and len(given) < 18:
        require(visitor, Right.READ_NOTES)
        talk_sheet.show(visitor, int(given))
    else:
        require(visitor, Right.SEE_TALKS)
        _list(visitor)


def _list(visitor: Visitor) -> None:
    if said := st.session_state.pop(talk_task.SAID, ""):
        st.toast(said)
    _head(visitor)
    _live()


@st.fragment(run_every=_REFRESH)
def _live() -> None:
    """Drawn anew by itself, so that progress is true; a list that is left open does not count as someone being there."""
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.SEE_TALKS):
        leave("ended")
    wanted = _wanted(visitor)
    places = _places(wanted)
    with database.session() as session:
        counted = counts(session, wanted)
        listed = page_of(session, wanted, places[-1] if places else None)
    if changed := filters("talk_filters", _groups(visitor, counted, wanted)):
        _choose(*changed)
    if not listed.rows:
        _nothing(visitor, counted, wanted)
        return
    opened = table("talks", COLUMNS, [_row(r, visitor) for r in listed.rows], label="상담 목록", keys=True)
    _turn_pages(places, listed.after, counted[wanted.state])
    if opened:
        st.query_params["talk"] = opened
        st.rerun()


def _head(visitor: Visitor) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="talk_tools"):
        st.text_input(
            "상담 찾기",
            key="talk_words",
            placeholder="접수번호 · 구직자 성명 · 상담 번호",
            label_visibility="collapsed",
            width=300,
        )
        if may(visitor, Right.SIGN_NOTES):
            st.html(f'<span class="bo-muted">{_own_month(visitor)}</span>', width="content")
        st.space("stretch")
        if may(visitor, Right.RECORD_TALKS):
            if st.button("녹음 파일 올리기", key="to_talk_upload"):
                go("talk-upload")
            if st.button("상담 녹음", type="primary", key="to_recorder"):
                go("recorder")


def _own_month(visitor: Visitor) -> str:
    """How much of what was proposed the counselor changed, for them alone."""
    with database.session() as session:
        own = own_totals(session, visitor.account_id, today())
    if own is None or own.edited_mean is None:
        return ""
    return f"최근 30일 서명 {own.signed:,}건 · 내가 고친 양 {own.edited_mean / 10:.1f}%"


def _wanted(visitor: Visitor) -> Wanted:
    """From the address, so that a reload and the browser's way back keep it."""
    words = str(st.session_state.get("talk_words", "")).strip()
    whose = st.query_params.get("whose", _MINE if may(visitor, Right.SIGN_NOTES) else _ALL)
    days = st.query_params.get("days", "0")
    begins = TalkState.DRAFTED.value if whose == _MINE else ""
    # Whoever looks for one talk wants it wherever it stands.
    state = st.query_params.get("state", "" if words else begins)
    return Wanted(
        counselor=visitor.account_id if whose == _MINE else 0,
        state=state if state in IN_STATE else "",
        days=int(days) if days in {str(d) for d in DAYS} else 0,
        words=words,
    )


def _places(wanted: Wanted) -> list[Place]:
    """Where the pages begin that were turned; another choice begins anew."""
    if st.session_state.get(_PLACED) != wanted:
        st.session_state[_PLACED], st.session_state[_PLACES] = wanted, []
    places: list[Place] = st.session_state[_PLACES]
    return places


def _choose(name: str, value: str) -> None:
    st.query_params[name] = value
    if name == "whose":
        st.query_params.pop("state", None)
    st.rerun()


def _groups(visitor: Visitor, counted: dict[str, int], wanted: Wanted) -> list[Group]:
    tones = {TalkState.DRAFTED.value: "warn", STUCK: "bad"}
    states = [
        Option(key, text, counted[key], tones.get(key, "") if counted[key] else "")
        for key, text in STATES.items()
    ]
    days = [Option(str(d), "모든 기간" if not d else "오늘" if d == 1 else f"{d}일 안") for d in DAYS]
    groups = [
        Group("state", "상태", states, wanted.state),
        Group("days", "기간", days, str(wanted.days), "list"),
    ]
    if not may(visitor, Right.SIGN_NOTES):
        return groups
    whose = [Option(_MINE, "내 상담"), Option(_ALL, "모든 상담")]
    return [Group("whose", "누구의", whose, _MINE if wanted.counselor else _ALL), *groups]


def _nothing(visitor: Visitor, counted: dict[str, int], wanted: Wanted) -> None:
    if wanted.words:
        empty("맞는 상담이 없습니다.", "접수번호는 전부, 성명은 띄어쓰기 없이 온전히 적어 주십시오.")
    elif wanted.state == TalkState.DRAFTED.value and counted[""]:
        empty(
            "서명할 상담일지가 없습니다.",
            f"처리 중인 상담 {counted[WORKING]:,}건은 받아쓰기가 끝나면 여기에 나타납니다.",
        )
    elif counted[""]:
        empty("조건에 맞는 상담이 없습니다.", "상태나 기간을 바꿔 보십시오.")
    elif may(visitor, Right.RECORD_TALKS):
        empty(
            "아직 녹음된 상담이 없습니다.",
            "‘상담 녹음’으로 지금 상담을 녹음하거나, 녹음 파일을 올리십시오. 전화 상담은 녹취기에서 저절로 들어옵니다.",
        )
    else:
        empty("아직 녹음된 상담이 없습니다.", "녹취기에서 들어오거나 상담사가 녹음하면 여기에 나타납니다.")


def _turn_pages(places: list[Place], after: Place | None, total: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="talk_pages"):
        st.html(f'<span class="bo-muted">{total:,}건 · 최근 것부터</span>', width="content")
        if not places and after is None:
            return
        st.space("stretch")
        if st.button("처음", key="talks_first", disabled=not places):
            places.clear()
            st.rerun()
        if st.button("이전", key="talks_back", disabled=not places):
            places.pop()
            st.rerun()
        if st.button("다음", key="talks_next", disabled=after is None) and after is not None:
            places.append(after)
            st.rerun()


def _row(row: Row, visitor: Visitor) -> dict[str, object]:
    talk = row.talk
    return {
        "id": str(talk.id),
        "cells": {
            "held": short(talk.held_at),
            "person": strong(masking.name(row.name)) if row.name else muted("알 수 없음"),
            "receipt_no": row.receipt_no or muted("-"),
            "way": talk_words.way(talk.way),
            "length": length(row.seconds) if row.seconds else muted("-"),
            "state": _state(row),
            "note": _note(row, visitor),
            "counselor": row.counselor or muted("알 수 없음"),
        },
    }


def _state(row: Row) -> list[object]:
    talk = row.talk
    told: list[object] = [chip(talk_words.talk_state(talk.state))]
    if talk.state == TalkState.LISTENING:
        share = talk.progress / 1000
        told += [muted(f"{share:.0%}"), bar([("busy", share), ("wait", 1 - share)], "받아쓴 만큼")]
    why = talk.reason or row.problem
    if why:
        told.append(muted(talk_words.why(why)))
    if talk.consent != "given":
        told.append(chip(talk_words.CONSENTS[talk.consent]))
    return told


def _note(row: Row, visitor: Visitor) -> list[object]:
    if row.lines and row.left:
        told: list[object] = [f"확인할 줄 {row.left} / {row.lines}"]
        if row.doubtful:
            told.append(chip(Label(f"의심 {row.doubtful}", "warn")))
        return told
    if row.lines:
        return ["모두 확인함"]
    if row.edited is not None and row.talk.counselor_id == visitor.account_id:
        return [muted(f"고친 양 {row.edited / 10:.1f}%")]
    return [muted("-")]
