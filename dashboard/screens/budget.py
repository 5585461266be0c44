"""예산: what was allotted, committed and spent of each item, what is left, and every booking on one."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from secrets import token_hex

import streamlit as st
from sqlmodel import Session

from config.funds import load_funds
from dashboard.acts import budgeting
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed, Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import Label
from dashboard.parts.payment_words import ENTRY_KINDS, fund, item_name, won
from dashboard.parts.table import Column, bar, chip, muted, strong, table
from dashboard.parts.times import day
from dashboard.places import go
from dashboard.present import must_be_present
from dashboard.reads.budgets import EntryRow, entries, years
from dashboard.visitor import Visitor
from queues import database
from queues.budgets import items, left
from queues.days import today
from queues.models import BudgetItem

COLUMNS = (
    Column("title", "예산과목"),
    Column("allotted", "배정액", "8.4em", "right"),
    Column("committed", "원인행위", "8.4em", "right"),
    Column("paid", "지출", "8.4em", "right"),
    Column("left", "잔액", "8.4em", "right"),
    Column("share", "집행", "8em"),
)
ENTRY_COLUMNS = (
    Column("on", "일자", "6.4em", "nowrap"),
    Column("kind", "구분", "6em"),
    Column("order", "결의번호 · 사유"),
    Column("won", "금액(원)", "8.4em", "right"),
)
_LOW, _GONE = 0.1, 0.02
_KEY, _PLACES = "allot_key", "entry_places"


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_BUDGET)
    with database.session() as session:
        known = years(session) or [today().year]
        year, of_fund = _chosen(known)
        found = items(session, year, of_fund or None)
    groups = [
        Group("year", "연도", [Option(str(y), f"{y}년도") for y in known], str(year)),
        Group(
            "fund", "회계",
            [Option("", "전체"), *(Option(c, f.title) for c, f in load_funds().funds.items())], of_fund,
        ),
    ]  # fmt: skip
    if changed := filters("budget_filters", groups):
        st.query_params[changed[0]] = changed[1]
        st.rerun()
    if not found:
        empty(f"{year}년도 예산과목이 없습니다.", "예산과목을 등록하고 배정하면 여기에 나타납니다.")
        if may(visitor, Right.BUDGET):
            _new_item(visitor, year)
        return
    given = st.query_params.get("item", "")
    chosen = next((i for i in found if str(i.id) == given), None)
    opened = table(
        "budget_items", COLUMNS, [_row(i) for i in found], label="예산과목",
        selected=str(chosen.id) if chosen else None, keys=True,
    )  # fmt: skip
    if opened:
        st.query_params["item"] = opened
        st.rerun()
    if chosen is not None:
        _one(visitor, chosen)
    elif may(visitor, Right.BUDGET):
        _new_item(visitor, year)


def _chosen(known: list[int]) -> tuple[int, str]:
    given, of_fund = st.query_params.get("year", ""), st.query_params.get("fund", "")
    year = int(given) if given in {str(y) for y in known} else known[0]
    return year, of_fund if of_fund in load_funds().funds else ""


def _row(item: BudgetItem) -> dict[str, object]:
    whole = item.allotted_won + item.returned_won
    rest = left(item)
    share = item.committed_won / whole if whole else 0.0
    paid = item.paid_won / whole if whole else 0.0
    tone = "bad" if whole and rest / whole < _GONE else "warn" if whole and rest / whole < _LOW else ""
    leaves: list[object] = [strong(won(rest))]
    if tone:
        leaves.append(chip(Label("거의 없음" if tone == "bad" else "부족", tone)))
    title: list[object] = [
        strong(item_name(item.title)),
        muted(f"{item.code} · {fund(item.fund)}", below=True),
    ]
    if item.closed_at:
        title.append(chip(Label("마감", "wait")))
    allotted: list[object] = [won(item.allotted_won)]
    if item.returned_won:
        allotted.append(muted(f"여입 {won(item.returned_won)}", below=True))
    return {
        "id": str(item.id),
        "cells": {
            "title": title,
            "allotted": allotted,
            "committed": won(item.committed_won),
            "paid": won(item.paid_won),
            "left": leaves,
            "share": [
                bar(
                    [("good", paid), ("busy", max(share - paid, 0))],
                    f"지출 {paid:.1%} · 원인행위 {share:.1%}",
                ),
                muted(f"{share:.1%}"),
            ],
        },
    }


def _one(visitor: Visitor, item: BudgetItem) -> None:
    st.html(f"<b>{escape(item.title)}</b> <span class='bo-muted'>{escape(item.code)}</span>")
    main, side = st.columns([68, 32], gap="small")
    with main:
        _entries(item)
    with side:
        if may(visitor, Right.BUDGET) and item.closed_at is None:
            _allot(visitor, item)


def _entries(item: BudgetItem) -> None:
    kind = st.query_params.get("kind", "")
    kind = kind if kind in ENTRY_KINDS else ""
    options = [Option("", "모든 기록"), *(Option(c, text) for c, text in ENTRY_KINDS.items())]
    if changed := filters("entry_filters", [Group("kind", "구분", options, kind)]):
        st.query_params["kind"] = changed[1]
        st.rerun()
    which, places = st.session_state.get(_PLACES, (None, []))
    if which != (item.id, kind):
        places = []
        st.session_state[_PLACES] = ((item.id, kind), places)
    with database.session() as session:
        rows, after = entries(session, item.id, kind, places[-1] if places else None)
    if not rows:
        empty("기록이 없습니다.")
        return
    opened = table("budget_entries", ENTRY_COLUMNS, [_entry(r) for r in rows], label="예산 장부", keys=True)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="entry_pages"):
        st.html(f'<span class="bo-muted">새것부터 · {len(places) + 1}쪽째</span>', width="content")
        st.space("stretch")
        if st.button("이전", key="entries_back", disabled=not places):
            places.pop()
            st.rerun()
        if st.button("다음", key="entries_next", disabled=after is None):
            places.append(after)
            st.rerun()
    if opened:
        order = next((r.entry.order_id for r in rows if str(r.entry.id) == opened), None)
        if order:
            go("payment-orders", {"order": str(order)})


def _entry(row: EntryRow) -> dict[str, object]:
    e = row.entry
    return {
        "id": str(e.id),
        "cells": {
            "on": day(e.on),
            "kind": ENTRY_KINDS.get(e.kind, e.kind) + (" 취소" if e.amount_won < 0 else ""),
            "order": [row.order_number or muted("-"), *([muted(e.reason)] if e.reason else [])],
            "won": strong(won(e.amount_won)),
        },
    }


def _allot(visitor: Visitor, item: BudgetItem) -> None:
    with st.form(f"allot_{item.id}"):
        st.html("<b>자금배정</b>")
        amount = st.text_input("금액(원) · 줄일 때는 음수", placeholder="예: 120,000,000", max_chars=24)
        reason = st.text_input("사유 (배정 문서번호)", max_chars=300)
        sent = st.form_submit_button("배정", type="primary")
    if not sent:
        return
    digits = amount.replace(",", "").replace("원", "").strip()
    if not digits.lstrip("-").isdigit():
        st.error("금액을 원 단위 숫자로 적어 주십시오.")
        return
    key = st.session_state.setdefault(_KEY, token_hex(6))
    if _done(lambda s: budgeting.allot(s, visitor, item.id, int(digits), reason, key)):
        st.session_state.pop(_KEY, None)
        st.toast("배정했습니다.")
        st.rerun()


def _new_item(visitor: Visitor, year: int) -> None:
    with st.expander("예산과목 등록 · 회계연도 마감"):
        left_side, right_side = st.columns(2, gap="medium")
        with left_side, st.form("new_item", border=False):
            chosen = st.selectbox("회계", list(load_funds().funds), format_func=fund)
            of_year = st.number_input(
                "회계연도",
                today().year - 1,
                today().year + 1,
                min(max(year, today().year - 1), today().year + 1),
            )
            code = st.text_input("과목코드 (프로그램-단위사업-세부사업-목-세목)", max_chars=60)
            title = st.text_input("과목명 (다섯 이름을 ‘ > ’로 이어 적습니다)", max_chars=200)
            if st.form_submit_button("등록", type="primary") and _done(
                lambda s: budgeting.open_item(
                    s, visitor, fiscal_year=int(of_year), fund=chosen, code=code, title=title
                )
            ):
                st.rerun()
        with right_side, st.form("close_year", border=False):
            closing = st.selectbox("마감할 회계", list(load_funds().funds), format_func=fund)
            st.html(
                f'<span class="bo-muted">{today().year - 1}년도를 마감하면 그 해에는 더 원인행위를 할 수 없습니다.</span>'
            )
            comment = st.text_input("의견", max_chars=300)
            if st.form_submit_button(f"{today().year - 1}년도 마감") and _done(
                lambda s: budgeting.close_year(s, visitor, today().year - 1, closing, comment)
            ):
                st.rerun()


def _done(act: Callable[[Session], object]) -> bool:
    try:
        with database.session() as session:
            act(session)
    except (Refused, NotAllowed) as refused:
        st.error(str(refused))
        return False
    return True
