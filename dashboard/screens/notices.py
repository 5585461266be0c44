"""통지: what leaves the center, where it stands, what failed and why."""

from __future__ import annotations

import streamlit as st

from config.channels import CHANNELS
from config.programs import load_programs
from dashboard.acts.rights import Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.notice_overview import overview
from dashboard.parts.notice_words import NOTICE_STATES, NOWHERE, why
from dashboard.parts.notice_words import channel as by_channel
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import day, now, short
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.notice_counts import AGES, Tally, kinds, tally
from dashboard.reads.notice_kinds import kind_title
from dashboard.reads.notice_list import (
    COUNTED,
    NEEDS_SOMEBODY,
    STUCK,
    UNSETTLED,
    Row,
    Wanted,
    count,
    page_of,
)
from dashboard.screens import notice_sheet
from dashboard.visitor import Visitor
from queues import database, masking
from queues.finding import Place
from queues.models import NoticeState

COLUMNS = (
    Column("made", "작성", "8.6em", "nowrap"),
    Column("kind", "통지"),
    Column("state", "상태 · 사유", "15em"),
    Column("name", "받는 사람", "7.6em"),
    Column("receipt_no", "접수번호", "10.2em", "nowrap"),
    Column("channel", "발송 방법", "7em"),
    Column("number", "문서번호 · 등기번호", "11.4em"),
    Column("served", "송달일 · 기한", "10em"),
)
STATES: dict[str, str] = {
    UNSETTLED: "진행 중",
    STUCK: "조치 필요",
    **{s.value: NOTICE_STATES[s].text for s in NoticeState},
    "": "전체",
}
_FILTERS = ("state", "channel", "kind", "reason", "program", "older")
_PLACES, _PLACED = "notice_places", "notice_placed"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_NOTICES)
    task, given = st.query_params.get("task", ""), st.query_params.get("notice", "")
    if task.isdigit() and len(task) < 18:
        notice_sheet.show_task(visitor, int(task))
    elif given.isdigit() and len(given) < 18:
        notice_sheet.show(visitor, int(given))
    else:
        _list(visitor)


def _list(visitor: Visitor) -> None:
    wanted = _wanted()
    places = _places(wanted)
    with database.session() as session:
        counted = tally(session, within=3.0)
        known = kinds(session)
    _head(visitor, counted, wanted)
    if changed := filters("notice_filters", _groups(counted, wanted, known)):
        _choose(*changed)
    with database.session() as session:
        listed = page_of(session, wanted, places[-1] if places else None)
        total = _total(wanted, counted) or count(session, wanted)
    if not listed.rows:
        empty(
            "조건에 맞는 통지가 없습니다.",
            "상태나 사유를 바꾸거나, 접수번호·문서번호·등기번호·받는 사람으로 찾아 보십시오.",
        )
        return
    opened = table("notices", COLUMNS, [_row(r) for r in listed.rows], label="통지 목록", keys=True)
    _turn_pages(places, listed.after, total)
    if opened:
        st.query_params["notice"] = opened
        st.rerun()


def _head(visitor: Visitor, counted: Tally, wanted: Wanted) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="notice_tools"):
        st.text_input(
            "찾기",
            key="notice_words",
            placeholder="접수번호 · 문서번호 · 등기번호 13자리 · 받는 사람",
            label_visibility="collapsed",
            width=340,
        )
        st.space("stretch")
        with st.popover("현황표"):
            overview(counted)
        if may(visitor, Right.SEND_NOTICES) and st.button("미리보기", key="to_preview"):
            go("notice-preview")
        if may(visitor, Right.SEE_COSTS) and st.button("발송 비용", key="to_costs"):
            go("notice-costs")


def _wanted() -> Wanted:
    """From the address, so that a reload and the browser's way back keep it."""
    given = {name: st.query_params.get(name, "") for name in _FILTERS}
    older = int(given["older"]) if given["older"] in {str(a) for a in AGES[1:]} else 0
    # Whoever looks for one letter wants it wherever it stands.
    words = str(st.session_state.get("notice_words", "")).strip()
    state = given["state"] if "state" in st.query_params else ("" if words else UNSETTLED)
    return Wanted(
        state=state if state in STATES else UNSETTLED,
        channel=given["channel"],
        kind=given["kind"],
        reason=given["reason"],
        program=given["program"],
        older=older,
        words=words,
    )


def _places(wanted: Wanted) -> list[Place]:
    """Where the pages begin that were turned; another choice begins anew."""
    if st.session_state.get(_PLACED) != wanted:
        st.session_state[_PLACED], st.session_state[_PLACES] = wanted, []
    places: list[Place] = st.session_state[_PLACES]
    return places


def _choose(name: str, value: str) -> None:
    if value or name == "state":
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
    st.rerun()


def _groups(counted: Tally, wanted: Wanted, known: list[str]) -> list[Group]:
    states = counted.by("state", wanted)
    numbers: dict[str, int] = {
        UNSETTLED: sum(states.values()),
        STUCK: sum(states.get(s, 0) for s in NEEDS_SOMEBODY),
        **{s.value: states.get(s, 0) for s in NoticeState if s not in counted.ended},
    }
    tones = {STUCK: "bad", NoticeState.REVIEW: "warn", NoticeState.RETURNED: "bad"}
    shown = [
        Option(str(s), text, numbers.get(s), tones.get(s, "") if numbers.get(s) else "")
        for s, text in STATES.items()
    ]
    channels = counted.by("channel", wanted)
    reasons = {r: n for r, n in counted.by("reason", wanted).items() if r}
    older = [Option(str(a) if a else "", f"{a}일 넘음" if a else "모든 기간") for a in AGES]
    programs = load_programs()
    return [
        Group("state", "상태", shown, wanted.state),
        Group(
            "channel",
            "발송 방법",
            [
                Option("", "모든 발송 방법"),
                *(Option(c, by_channel(c), channels.get(c)) for c in CHANNELS),
                Option("none", NOWHERE, channels.get("none")),
            ],
            wanted.channel,
            "list",
        ),
        Group(
            "kind",
            "통지",
            [Option("", "모든 통지"), *(Option(k, kind_title(k)) for k in known)],
            wanted.kind,
            "list",
        ),
        Group(
            "reason",
            "사유",
            _with_chosen(
                [Option("", "모든 사유"), *(Option(r, why(r), n) for r, n in reasons.items())], wanted.reason
            ),
            wanted.reason,
            "list",
        ),
        Group(
            "program",
            "제도",
            [Option("", "모든 제도"), *(Option(code, p.title) for code, p in programs.items())],
            wanted.program,
            "list",
        ),
        Group("older", "작성한 지", older, str(wanted.older or ""), "list"),
    ]


def _with_chosen(options: list[Option], chosen: str) -> list[Option]:
    known = {o.value for o in options}
    return options if chosen in known else [*options, Option(chosen, why(chosen), 0)]


def _total(wanted: Wanted, counted: Tally) -> int:
    """Taken from the counts where they know it."""
    known = not wanted.words and wanted.state and wanted.state not in counted.ended
    return counted.total(wanted) if known else 0


def _turn_pages(places: list[Place], after: Place | None, total: int) -> None:
    counted = f"{COUNTED:,}건 넘음" if total > COUNTED else f"{total:,}건"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="notice_pages"):
        st.html(
            f'<span class="bo-muted">{counted} · 새것부터 · {len(places) + 1}쪽째</span>', width="content"
        )
        st.space("stretch")
        if st.button("처음", key="notices_first", disabled=not places):
            places.clear()
            st.rerun()
        if st.button("이전", key="notices_back", disabled=not places):
            places.pop()
            st.rerun()
        if st.button("다음", key="notices_next", disabled=after is None) and after is not None:
            places.append(after)
            st.rerun()


def _row(row: Row) -> dict[str, object]:
    n, last = row.notice, row.last
    state = [chip(NOTICE_STATES[NoticeState(n.state)])]
    if n.reason:
        state.append(muted(why(n.reason)))
    elif last is not None and last.reason and n.state in NEEDS_SOMEBODY:
        state.append(muted(why(last.reason)))
    age = (now() - n.created_at).days
    made: list[object] = [short(n.created_at)]
    if n.state not in (NoticeState.SERVED, NoticeState.CANCELLED) and age >= AGES[1]:
        made.append(muted(f"{age}일째", below=True))
    numbers: list[object] = [n.document_no] if n.document_no else []
    if last is not None and last.registered_no:
        numbers.append(muted(last.registered_no, below=bool(numbers)))
    return {
        "id": str(n.id),
        "cells": {
            "made": made,
            "kind": [strong(kind_title(n.kind)), *([muted("처분")] if n.official else [])],
            "state": state,
            "name": masking.name(row.name) if row.name else muted("알 수 없음"),
            "receipt_no": row.receipt_no,
            "channel": by_channel(last.channel) if last else muted(NOWHERE),
            "number": numbers or muted("-"),
            "served": _served(row),
        },
    }


def _served(row: Row) -> list[object]:
    n = row.notice
    told: list[object] = []
    if n.served_on:
        told.append(f"송달 {day(n.served_on)}")
    until = n.runs_until or n.due_on
    if until:
        told.append(muted(f"기한 {day(until)}", below=bool(told)))
    return told or [muted("-")]
