"""상담 통계: how many talks, what became of them, and how much of the proposed notes was changed; totals alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from html import escape

import streamlit as st

from dashboard.acts.rights import Right, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.table import Column, muted, strong, table
from dashboard.parts.times import length, zone
from dashboard.present import must_be_present
from dashboard.reads.accounts import names_of
from queues import database
from queues.talk_totals import TotalRow, totals

_BY = {"counselor": "상담사별", "week": "주별", "month": "월별"}
_DAYS = {"7": "최근 7일", "30": "최근 30일", "90": "최근 90일", "365": "최근 1년"}
_IN_TOTAL_ONLY = ("edited", "lines")
"""Whoever is measured by how much they correct stops correcting: by counselor it is not shown."""
COLUMNS = (
    Column("key", "구분"),
    Column("talks", "상담", "5em", "right"),
    Column("length", "녹음 길이", "8em", "right"),
    Column("refused", "동의 안 함", "6em", "right"),
    Column("signed", "서명함", "5em", "right"),
    Column("waiting", "서명 대기", "6em", "right"),
    Column("edited", "고친 양", "6em", "right"),
    Column("lines", "줄: 그대로 · 고침 · 뺌 · 더함", "15em", "right"),
    Column("days", "서명까지", "6em", "right"),
)


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_TALK_TOTALS)
    by = st.query_params.get("by", "counselor")
    days = st.query_params.get("days", "30")
    by, days = by if by in _BY else "counselor", days if days in _DAYS else "30"
    chosen = filters(
        "totals_filters",
        [
            Group("by", "나눔", [Option(k, v) for k, v in _BY.items()], by),
            Group("days", "기간", [Option(k, v) for k, v in _DAYS.items()], days),
        ],
    )
    if chosen:
        st.query_params[chosen[0]] = chosen[1]
        st.rerun()
    until = datetime.now(zone()).date()
    with database.session() as session:
        rows = totals(session, until - timedelta(days=int(days) - 1), until, by)
        counselors = names_of(session, {int(r.key) for r in rows if by == "counselor" and r.key})
    if not rows:
        empty("이 기간에 상담이 없습니다.", "기간을 넓혀 보십시오.")
        return
    st.html(
        '<div class="bo-figures">'
        + "".join(f"<div><span>{escape(n)}</span><b>{escape(v)}</b></div>" for n, v in _whole(rows))
        + "</div>"
    )
    shown = [c for c in COLUMNS if by != "counselor" or c.key not in _IN_TOTAL_ONLY]
    table("talk_totals", shown, [_row(r, by, counselors) for r in rows], label="상담 통계", opens=False)
    st.html(
        '<p class="bo-muted">고친 양은 제안된 일지의 글자 가운데 상담사가 바꾸거나 빼거나 더한 만큼이고, 처음 서명한 판에서 '
        "잽니다. 제안이 얼마나 맞았는지를 보는 값이어서 전체와 기간별로만 나옵니다.</p>"
    )


def _whole(rows: list[TotalRow]) -> list[tuple[str, str]]:
    signed = sum(r.signed for r in rows)
    edited = sum((r.edited_mean or 0) * r.signed for r in rows)
    return [
        ("상담", f"{sum(r.talks for r in rows):,}건"),
        ("녹음 길이", length(float(sum(r.seconds for r in rows)))),
        ("서명함", f"{signed:,}건"),
        ("서명 대기", f"{sum(r.waiting for r in rows):,}건"),
        ("고친 양", f"{edited / signed / 10:.1f}%" if signed else "-"),
    ]


def _row(row: TotalRow, by: str, counselors: dict[int, str]) -> dict[str, object]:
    return {
        "id": row.key or "none",
        "cells": {
            "key": strong(_name(row.key, by, counselors)),
            "talks": f"{row.talks:,}",
            "length": length(float(row.seconds)) if row.seconds else muted("-"),
            "refused": f"{row.refused:,}" if row.refused else muted("-"),
            "signed": f"{row.signed:,}",
            "waiting": f"{row.waiting:,}" if row.waiting else muted("-"),
            "edited": f"{row.edited_mean / 10:.1f}%" if row.edited_mean is not None else muted("-"),
            "lines": f"{row.accepted:,} · {row.changed:,} · {row.struck:,} · {row.added:,}",
            "days": f"{row.days_to_sign:.1f}일" if row.days_to_sign is not None else muted("-"),
        },
    }


def _name(key: str, by: str, counselors: dict[int, str]) -> str:
    if by == "counselor":
        return counselors.get(int(key), f"계정 {key}") if key else "아직 모름"
    first = date.fromisoformat(key)
    if by == "month":
        return f"{first.year}년 {first.month}월"
    return f"{first:%m-%d} – {first + timedelta(days=6):%m-%d}"
