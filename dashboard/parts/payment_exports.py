"""What the accounting system was told of commitments and payments, day by day and file by file, and what it refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import quote

import streamlit as st
from sqlmodel import Session

from dashboard.acts import accounting as acts
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, may
from dashboard.parts.empty import empty
from dashboard.parts.korean import Label
from dashboard.parts.payment_words import ENTRY_KINDS, fund, why, won
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import day, short
from dashboard.places import go
from dashboard.visitor import Visitor
from queues import accounting, database
from queues.accounting import AccountingDay, ExportFile
from queues.days import today
from queues.models import AccountingEntry

DAYS = (
    Column("day", "날짜", "5.6em", "nowrap"),
    Column("what", "회계 · 구분"),
    Column("won", "금액(원)", "8em", "right"),
    Column("booked", "기장(원)", "8em", "right"),
    Column("state", "상태", "11em"),
)
FILES = (
    Column("name", "파일"),
    Column("entries", "건수", "4.6em", "right"),
    Column("won", "금액(원)", "8em", "right"),
    Column("state", "상태", "9em"),
)
_SHOWN = 50


def exports(visitor: Visitor, span: int) -> None:
    """Both lists, what was refused first, and having it exported now."""
    with database.session() as session:
        lines = accounting.days(session, today() - timedelta(days=span), today())
        made = accounting.files(session, _SHOWN)
        refused = list(accounting.entries(session, state="refused", limit=_SHOWN))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="export_head"):
        waiting = sum(line.waiting for line in lines)
        st.html(f'<span class="bo-muted">전송 대기 {waiting:,}건</span>', width="content")
        st.space("stretch")
        if may(visitor, Right.RECONCILE) and st.button("지금 전송", key="export_now", disabled=not waiting):
            _do(lambda s: acts.run_now(s, visitor, acts.EXPORT), "전송하도록 했습니다.")
    _refused(visitor, refused)
    left, right = st.columns([54, 46], gap="small")
    with left:
        if lines:
            rows = [_day(n, line) for n, line in enumerate(lines)]
            table("accounting_days", DAYS, rows, label="날짜별 전송", opens=False)
        else:
            empty("보낼 기장이 없습니다.", "원인행위나 지출이 생기면 여기에 나타납니다.")
    with right:
        if made:
            table("accounting_files", FILES, [_file(f) for f in made], label="보낸 파일", opens=False)
            if may(visitor, Right.DOWNLOAD):
                _download(made)


def _day(number: int, line: AccountingDay) -> dict[str, object]:
    state: list[object] = []
    for n, text, tone in (
        (line.refused, "거절", "bad"),
        (line.waiting, "대기", "wait"),
        (line.exported, "답 기다림", "busy"),
    ):
        if n:
            state.append(chip(Label(f"{text} {n:,}", tone)))
    if not state:
        state.append(chip(Label("기장 확인", "good")))
    off = line.booked_won != line.won and not (line.waiting or line.exported)
    return {
        "id": str(number),
        "cells": {
            "day": day(line.day),
            "what": [fund(line.fund), muted(ENTRY_KINDS.get(line.kind, line.kind))],
            "won": won(line.won),
            "booked": strong(won(line.booked_won)) if off else won(line.booked_won),
            "state": state,
        },
    }


def _file(one: ExportFile) -> dict[str, object]:
    label = Label("전송 전", "wait") if one.exported_at is None else Label("답 기다림", "busy")
    if one.exported_at is not None and one.answered >= one.entries:
        label = Label("기장 확인", "good")
    if one.refused:
        label = Label(f"거절 {one.refused:,}", "bad")
    return {
        "id": one.name,
        "cells": {
            "name": [one.name, muted(short(one.exported_at or one.made_at), below=True)],
            "entries": f"{one.entries:,}",
            "won": won(one.won),
            "state": chip(label),
        },
    }


def _download(made: list[ExportFile]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="export_files"):
        chosen = st.selectbox(
            "파일", [one.name for one in made], key="export_file", label_visibility="collapsed", width=240
        )
        links = " ".join(
            f'<a class="bo-file" href="/accounting-file/{quote(str(chosen))}/{kind}" download>{kind.upper()}</a>'
            for kind in ("csv", "xlsx")
        )
        st.html(links, width="content")


def _refused(visitor: Visitor, refused: list[AccountingEntry]) -> None:
    for one in refused[:10]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"refused_{one.id}"):
            theirs = f" · 상대 {one.their_won:,}원" if one.their_won is not None else ""
            st.html(
                f'<span class="bo-chip bo-bad">거절</span> {ENTRY_KINDS.get(one.kind, one.kind)} '
                f"{one.amount_won:,}원{theirs} · {why(one.error)} <span class='bo-muted'>{day(one.on)}</span>",
                width="content",
            )
            st.space("stretch")
            if st.button(f"결의 {one.order_id}", key=f"refused_order_{one.id}", type="tertiary"):
                go("payment-orders", {"order": str(one.order_id)})
            if may(visitor, Right.RECONCILE) and st.button("다시 보내기", key=f"refused_again_{one.id}"):
                _do(partial(_again, visitor, one.id), "다음 파일에 다시 보냅니다.")


def _again(visitor: Visitor, entry_id: int, session: Session) -> object:
    return acts.tell_again(session, visitor, entry_id)


def _do(act: Callable[[Session], object], done: str) -> None:
    try:
        with database.session() as session:
            act(session)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return
    st.toast(done)
    st.rerun()
