"""검토함: the questions that wait for a person."""

from __future__ import annotations

import streamlit as st

from dashboard.acts.rights import Right, require
from dashboard.parts import figures
from dashboard.parts.empty import empty
from dashboard.parts.korean import Label
from dashboard.parts.senders import sender
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import short, until
from dashboard.present import must_be_present
from dashboard.reads.figures import today
from dashboard.reads.review_list import Waiting, next_task, reasons, waiting
from queues import database

COLUMNS = (
    Column("due", "처리 기한", "8.5em", "nowrap"),
    Column("reason", "검토 사유", "13em", "nowrap"),
    Column("document", "문서", "12em"),
    Column("about", "확인할 내용"),
    Column("received", "수신", "9em", "nowrap"),
    Column("sender", "보낸 곳", "19em"),
    Column("pages", "쪽수", "4em", "right"),
    Column("holder", "검토자", "7em", "nowrap"),
)
ALL = "전체"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.REVIEW)
    with database.session() as session:
        figures.show(today(session))
        rows = waiting(session, visitor.account_id)
        first = next_task(session, visitor.account_id)
    left, right = st.columns([60, 40], gap="small", vertical_alignment="center")
    with left:
        counts = reasons(rows)
        chosen = st.pills(
            "검토 사유",
            [ALL, *counts],
            default=ALL,
            format_func=lambda r: f"{r} {counts.get(r, len(rows))}",
            key="review_reason",
            label_visibility="collapsed",
        )
    with (
        right,
        st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right", gap="small"),
    ):
        words = st.text_input(
            "찾기",
            key="review_words",
            placeholder="보낸 곳 · 발신번호 · 문서",
            label_visibility="collapsed",
            width=200,
        )
        unclaimed = st.toggle("남이 보는 건 빼기", key="review_unclaimed", value=False)
        if st.button(
            "다음 건 검토", type="primary", disabled=first is None, key="review_next", shortcut="Alt+N"
        ):
            open_case(first)
    shown = [r for r in rows if _wanted(r, chosen or ALL, words, unclaimed)]
    if not rows:
        empty("검토할 건이 없습니다.", "봇이 판단하지 못한 문서가 생기면 여기에 올라옵니다.")
        return
    if not shown:
        empty("조건에 맞는 건이 없습니다.", "검토 사유나 찾는 말을 바꿔 보십시오.")
        return
    opened = table("reviews", COLUMNS, [_row(r) for r in shown], label="검토 대기 목록")
    st.caption(f"{len(rows)}건 가운데 {len(shown)}건 · 급한 순서")
    if opened:
        open_case(int(opened))


def open_case(task_id: int | None) -> None:
    """Go to the screen of one task."""
    from dashboard.screens import review_case

    st.switch_page(
        st.Page(review_case.show, title="검토", url_path="review"), query_params={"task": str(task_id)}
    )


def _wanted(row: Waiting, reason: str, words: str, unclaimed: bool) -> bool:
    if reason not in (ALL, row.reason):
        return False
    if unclaimed and row.holder and not row.mine:
        return False
    hay = f"{row.sender} {row.caller_number} {row.caller_number.replace('-', '')} {row.document}"
    return all(word in hay for word in words.split())


def _row(row: Waiting) -> dict[str, object]:
    left, tone = until(row.due_at)
    holder = [chip(Label("내가 검토 중", "busy"))] if row.mine else [muted(row.holder)] if row.holder else []
    return {
        "id": str(row.task_id),
        "cells": {
            "due": chip(Label(left, tone)) if left else muted("기한 없음"),
            "reason": strong(row.reason),
            "document": row.document,
            "about": row.about,
            "received": short(row.received_at),
            "sender": sender(row.sender, row.caller_number, row.source),
            "pages": f"{row.pages}" if row.pages else "",
            "holder": holder,
        },
    }
