"""일일 대사: each day of each account against the bank and the accounting system; differences by cause, one click
to the payment; a day is closed when it agrees, or when somebody signs for it."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.acts.rights import Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import Label
from dashboard.parts.payment_day import compare_now, day_panel
from dashboard.parts.payment_exports import exports
from dashboard.parts.payment_words import COUNTERPARTS, DAY_STATES, fund, won
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import day
from dashboard.present import must_be_present
from dashboard.visitor import Visitor
from queues import database
from queues.bank_day_views import DayLine, overview
from queues.days import today
from queues.models import BankDayState

COLUMNS = (
    Column("day", "날짜", "5.6em", "nowrap"),
    Column("fund", "회계 · 상대"),
    Column("ours", "우리 원장(원)", "7.6em", "right"),
    Column("theirs", "상대(원)", "7.6em", "right"),
    Column("off", "차액(원)", "7em", "right"),
    Column("state", "상태", "6.4em"),
)
SPANS = {"14": "2주", "31": "한 달", "92": "석 달"}
OPEN, EXPORTS = "open", "exports"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_PAYMENTS)
    view = EXPORTS if st.query_params.get("view") == EXPORTS else "days"
    span = st.query_params.get("span", "14")
    span = span if span in SPANS else "14"
    only = st.query_params.get("only", "")
    with database.session() as session:
        lines = overview(session, today() - timedelta(days=int(span)), today())
    open_ones = [one for one in lines if _needs_somebody(one)]
    changed = filters("reconciliation_filters", _groups(view, span, only, len(open_ones)))
    if changed:
        st.query_params[changed[0]] = changed[1]
        st.rerun()
    if view == EXPORTS:
        exports(visitor, int(span))
        return
    _days(visitor, open_ones if only == OPEN else lines, lines)


def _groups(view: str, span: str, only: str, waiting: int) -> list[Group]:
    return [
        Group("view", "보기", [Option("days", "일일 대사"), Option(EXPORTS, "회계시스템 전송")], view),
        Group("span", "기간", [Option(code, text) for code, text in SPANS.items()], span),
        *(
            [Group("only", "상태", [Option("", "전체"), Option(OPEN, "볼 것만", waiting, "bad")], only)]
            if view != EXPORTS
            else []
        ),
    ]


def _needs_somebody(one: DayLine) -> bool:
    return one.state == BankDayState.DIFFERS or (one.state == BankDayState.OPEN and one.day < today())


def _days(visitor: Visitor, shown: list[DayLine], lines: list[DayLine]) -> None:
    if not shown:
        empty("볼 것이 없습니다.", "지급이 나간 날마다 은행·회계시스템과 맞춘 결과가 여기에 나타납니다.")
        return
    given = st.query_params.get("day", "")
    chosen = next((one for one in lines if str(one.id) == given), None)
    if chosen is None:
        chosen = next((one for one in shown if _needs_somebody(one)), shown[0])
    left, right = st.columns([56, 44], gap="small")
    with left:
        if may(visitor, Right.RECONCILE) and st.button("지금 대사", key="compare_now"):
            compare_now(visitor)
        opened = table(
            "bank_days",
            COLUMNS,
            [_row(one) for one in shown],
            label="일일 대사",
            selected=str(chosen.id),
            keys=True,
        )
        if opened:
            st.query_params["day"] = opened
            st.rerun()
    with right:
        day_panel(visitor, chosen)


def _row(one: DayLine) -> dict[str, object]:
    label = DAY_STATES[BankDayState(one.state)]
    state: list[object] = [chip(label)]
    if one.state == BankDayState.CLOSED and one.signed_by:
        state.append(muted("서명 마감", below=True))
    if one.undecided:
        state.append(chip(Label(f"미확인 {one.undecided:,}", "warn")))
    theirs: list[object] = [won(one.their_won)] if one.their_won is not None else [muted("받기 전")]
    if one.their_count is not None:
        theirs.append(muted(f"{one.their_count:,}건", below=True))
    off: object = muted("0") if not one.difference_won else strong(f"{one.difference_won:+,}")
    if one.open_differences:
        off = [strong(f"{one.difference_won:+,}"), muted(f"미해결 {one.open_differences:,}건", below=True)]
    return {
        "id": str(one.id),
        "cells": {
            "day": day(one.day),
            "fund": [fund(one.fund), muted(COUNTERPARTS.get(one.channel, one.channel), below=True)],
            "ours": [won(one.our_won), muted(f"{one.our_count:,}건", below=True)],
            "theirs": theirs,
            "off": off if one.their_won is not None else muted("-"),
            "state": state,
        },
    }
