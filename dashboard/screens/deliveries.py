"""배달 현황: what arrived, by whatever way, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st
from sqlmodel import Session

from dashboard.acts.rights import Right, require
from dashboard.parts import figures
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import DELIVERY_STATES, SOURCES, Label
from dashboard.parts.korean import source as way_in
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import short, today_start
from dashboard.present import must_be_present
from dashboard.reads.deliveries import summary
from dashboard.reads.delivery_list import (
    AGAIN,
    COUNTED,
    UNREADABLE,
    Arrived,
    Wanted,
    count,
    kinds_of_way_in,
    page_of,
)
from dashboard.reads.figures import today
from dashboard.reads.pages import problem_text
from dashboard.reads.sender_words import sender_words
from dashboard.screens import delivery_sheet
from queues import database
from queues.finding import Place
from queues.models import DeliveryState

COLUMNS = (
    Column("received", "수신", "9.5em", "nowrap"),
    Column("source", "접수 경로", "7em", "nowrap"),
    Column("state", "상태", "7.5em"),
    Column("sender", "보낸 곳", "17em"),
    Column("documents", "문서"),
    Column("cases", "연결된 신청", "16em"),
    Column("pages", "쪽수", "4em", "right"),
    Column("number", "배달", "5.5em", "right"),
)
STATES = {
    "": "전체",
    DeliveryState.TAKEN: "접수됨",
    DeliveryState.READING: "판독 중",
    DeliveryState.REVIEW: "검토 대기",
    DeliveryState.DONE: "처리 완료",
    UNREADABLE: "읽지 못함",
    AGAIN: "중복 수신",
    DeliveryState.SPLIT: "나누어 접수",
    DeliveryState.REJECTED: "반려",
}
PERIODS = {"0": "오늘", "6": "최근 7일", "29": "최근 30일", "": "모든 기간"}
_CHOSEN, _PLACES = "delivery_chosen", "delivery_places"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_DELIVERIES)
    given = st.query_params.get("delivery", "")
    if given.isdigit() and len(given) < 18:
        delivery_sheet.show(visitor, int(given))
        return
    _list()


def _list() -> None:
    chosen: dict[str, str] = st.session_state.setdefault(_CHOSEN, {"state": "", "kind": "", "period": "6"})
    places: list[Place] = st.session_state.setdefault(_PLACES, [])
    with database.session() as session:
        figures.show(today(session))
        groups = _groups(session, chosen)
    if changed := filters("delivery_filters", groups):
        chosen[changed[0]] = changed[1]
        places.clear()
        st.rerun()
    wanted = Wanted(chosen["state"], chosen["kind"], _since(chosen["period"]))
    with database.session() as session:
        listed = page_of(session, wanted, places[-1] if places else None)
        total = count(session, wanted)
    if not listed.rows:
        empty(
            "보여 줄 배달이 없습니다.",
            "기간을 넓히거나 다른 상태를 골라 보십시오. 한 건을 찾을 때는 위의 찾기 상자가 빠릅니다.",
        )
        return
    opened = table("deliveries", COLUMNS, [_row(r) for r in listed.rows], label="배달 목록", keys=True)
    _turn_pages(places, listed.after, total)
    if opened:
        st.query_params["delivery"] = opened
        st.rerun()


def _groups(session: Session, chosen: dict[str, str]) -> list[Group]:
    states = [Option(str(value), text) for value, text in STATES.items()]
    kinds = [Option("", "모든 경로"), *(Option(k, SOURCES.get(k, k)) for k in kinds_of_way_in(session))]
    periods = [Option(value, text) for value, text in PERIODS.items()]
    return [
        Group("state", "상태", states, chosen["state"]),
        Group("kind", "접수 경로", kinds, chosen["kind"], "list"),
        Group("period", "기간", periods, chosen["period"], "list"),
    ]


def _since(days: str) -> datetime | None:
    return today_start() - timedelta(days=int(days)) if days else None


def _turn_pages(places: list[Place], after: Place | None, total: int) -> None:
    counted = f"{COUNTED:,}건 넘음" if total > COUNTED else f"{total:,}건"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="delivery_pages"):
        st.html(
            f'<span class="bo-muted">{counted} · 새것부터 · {len(places) + 1}쪽째</span>', width="content"
        )
        st.space("stretch")
        if st.button("처음", key="deliveries_first", disabled=not places):
            places.clear()
            st.rerun()
        if st.button("이전", key="deliveries_back", disabled=not places):
            places.pop()
            st.rerun()
        if st.button("다음", key="deliveries_next", disabled=after is None) and after is not None:
            places.append(after)
            st.rerun()


def _row(row: Arrived) -> dict[str, object]:
    d = row.delivery
    state = DELIVERY_STATES[DeliveryState(d.state)]
    documents: object = summary(row.documents)
    if d.duplicate_of:
        state, documents = Label("중복 수신", "wait"), f"같은 서류: 배달 {d.duplicate_of}"
    elif d.problem and not row.documents:
        state, documents = Label("읽지 못함", "bad"), problem_text(d.problem)
    elif d.state == DeliveryState.SPLIT:
        documents = muted("여러 우편물의 묶음")
    elif not documents:
        documents = muted("판독 전" if d.state in ("taken", "reading") else "분류된 문서 없음")
    sender: list[object] = [sender_words(d, revealed=False) or muted(d.source.partition(":")[2])]
    if d.batch_id:
        sender.append(muted(f"묶음 {d.batch_id}의 {d.letter_no}번째"))
    return {
        "id": str(d.id),
        "cells": {
            "received": short(d.received_at),
            "source": way_in(d.source),
            "state": chip(state),
            "sender": sender,
            "documents": documents,
            "cases": [strong(n) for n in row.receipt_nos[:2]]
            + ([muted(f"외 {len(row.receipt_nos) - 2}")] if len(row.receipt_nos) > 2 else []),
            "pages": str(d.page_count or ""),
            "number": muted(str(d.id)),
        },
    }
