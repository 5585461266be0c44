"""팀 현황: how much waits for each officer; for supervisors."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import Label
from dashboard.parts.leaving import leave
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.officers import Laden, laden
from queues import database

REFRESH_SECONDS = 10
COLUMNS = (
    Column("name", "담당자", "13em"),
    Column("team", "부서"),
    Column("state", "근무", "16em"),
    Column("overdue", "기한 지남", "8em", "right"),
    Column("reviews", "검토", "8em", "right"),
    Column("papers", "새 서류", "8em", "right"),
)
EVERY = ""


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.ASSIGN)
    _live()


@st.fragment(run_every=REFRESH_SECONDS)
def _live() -> None:
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.ASSIGN):
        leave("ended")
    with database.session() as session:
        rows = laden(session)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html('<b style="font-size:1.1rem">팀 현황</b>', width="content")
        teams = sorted({r.officer.team for r in rows if r.officer.team})
        team = st.query_params.get("team", EVERY)
        options = [Option(EVERY, "모든 부서", len(rows))] + [
            Option(t, t, sum(r.officer.team == t for r in rows)) for t in teams
        ]
        chosen = filters("team_filter", [Group("team", "부서", options, team)])
    if chosen:
        st.query_params["team"] = chosen[1]
        st.rerun()
    shown = [r for r in rows if not team or r.officer.team == team]
    if not shown:
        empty(
            "담당자가 없습니다.",
            "행정시스템이 담당자를 알려 주거나 사용자 관리에서 담당자를 등록하면 나타납니다.",
        )
        return
    opened = table("team", COLUMNS, [_row(r) for r in shown], label="담당자 목록", keys=True)
    st.caption("담당자를 누르면 그 업무함이 열리고, 거기에서 담당을 바꿀 수 있습니다.")
    if opened:
        from dashboard.screens import my_work

        st.switch_page(
            st.Page(my_work.show, title="내 업무함", url_path="my-work"), query_params={"officer": opened}
        )


def _row(row: Laden) -> dict[str, object]:
    if row.away:
        state: object = chip(Label(f"부재 · 대직 {row.acting}", "warn"))
    elif not row.has_account:
        state = chip(Label("계정 없음 · 공동 처리", "wait"))
    else:
        state = chip(Label("근무", "good"))
    overdue: object = chip(Label(f"{row.overdue:,}", "bad")) if row.overdue else muted("0")
    return {
        "id": str(row.officer.id),
        "cells": {
            "name": [strong(row.officer.name or row.officer.number), muted(row.officer.number)],
            "team": row.officer.team,
            "state": state,
            "overdue": overdue,
            "reviews": f"{row.reviews:,}",
            "papers": f"{row.papers:,}",
        },
    }
