"""지급 일정: the batches of a month by the day on which they run, holidays, and how each day was reconciled."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from dashboard.acts.rights import Right, require
from dashboard.parts.payment_words import BATCH_STATES, DAY_STATES, fund
from dashboard.parts.times import WEEKDAYS
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.payment_calendar import Day, month
from queues import database
from queues.days import today
from queues.models import BankDayState, PaymentBatchState

_SHOWN = 4
"""Batches shown on a day; the rest are counted."""


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_PAYMENTS)
    year, number = _month()
    with database.session() as session:
        days = month(session, year, number)
    _head(year, number, days)
    for column, name in zip(st.columns(7, gap="small"), WEEKDAYS, strict=True):
        column.html(f'<div class="bo-weekday">{name}</div>')
    for week in _weeks(days):
        for column, day in zip(st.columns(7, gap="small"), week, strict=True):
            with column:
                if day is not None:
                    _day(day)


def _month() -> tuple[int, int]:
    given = st.query_params.get("month", "")
    try:
        on = date.fromisoformat(f"{given}-01")
    except ValueError:
        on = today()
    return on.year, on.month


def _head(year: int, number: int, days: list[Day]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="calendar_head"):
        if st.button("이전 달", key="month_back", icon=":material/chevron_left:"):
            _turn(year, number, -1)
        st.html(f'<b style="font-size:1.1rem">{year}년 {number}월</b>', width="content")
        if st.button("다음 달", key="month_next", icon=":material/chevron_right:", icon_position="right"):
            _turn(year, number, 1)
        if (year, number) != (today().year, today().month) and st.button("이번 달", key="month_now"):
            st.query_params.clear()
            st.rerun()
        st.space("stretch")
        batches, total = sum(len(d.batches) for d in days), sum(d.won for d in days)
        st.html(f'<span class="bo-muted">배치 {batches:,}건 · {total:,}원</span>', width="content")


def _turn(year: int, number: int, by: int) -> None:
    months = year * 12 + number - 1 + by
    st.query_params["month"] = f"{months // 12:04d}-{months % 12 + 1:02d}"
    st.rerun()


def _weeks(days: list[Day]) -> list[list[Day | None]]:
    cells: list[Day | None] = [*[None] * days[0].on.weekday(), *days]
    cells += [None] * (-len(cells) % 7)
    return [cells[i : i + 7] for i in range(0, len(cells), 7)]


def _day(day: Day) -> None:
    kind = "today" if day.on == today() else "works" if day.works else "closed"
    with st.container(key=f"day_{kind}_{day.on:%d}", gap=None):
        name = (
            f' <span class="bo-muted">{escape(day.name)}</span>' if day.name and day.on.weekday() < 5 else ""
        )
        won = f'<span class="bo-day-won">{day.won:,}</span>' if day.won else ""
        st.html(f"<div class='bo-day'><b>{day.on.day}</b>{name}{won}</div>")
        for batch in day.batches[:_SHOWN]:
            label = BATCH_STATES[PaymentBatchState(batch.state)]
            if st.button(
                f"{batch.title or batch.key}",
                key=f"run_{label.tone}_{batch.id}",
                type="tertiary",
                help=f"{label.text} · {fund(batch.fund)} · {batch.payments:,}건 · {batch.total_won:,}원",
            ):
                go("payments", {"batch": str(batch.id)})
        if len(day.batches) > _SHOWN:
            st.html(f'<span class="bo-muted">외 {len(day.batches) - _SHOWN}건</span>')
        for held in day.held:
            if held.state == BankDayState.DIFFERS and st.button(
                f"대사 {DAY_STATES[BankDayState.DIFFERS].text}",
                key=f"run_bad_day{held.id}",
                type="tertiary",
            ):
                go("reconciliation", {"day": str(held.id)})
