"""지급결의: what is owed and ready to be paid, what is in doubt; the ready ones go into a batch from here."""

from __future__ import annotations

import streamlit as st

from config.funds import load_funds
from config.programs import load_programs
from dashboard.acts.rights import Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.payment_adding import adding
from dashboard.parts.payment_changing import may_change
from dashboard.parts.payment_making import making
from dashboard.parts.payment_words import ORDER_STATES, bank, why, won
from dashboard.parts.table import Column, chip, muted, picking_table, strong, table
from dashboard.parts.times import day
from dashboard.present import must_be_present
from dashboard.reads.document_types import program_title
from dashboard.reads.notice_sheet import Step
from dashboard.reads.payment_batch_sheet import steps_of
from dashboard.reads.payment_orders import COUNTED, Listed, OrderRow, Wanted, by_state, count, page_of, ready
from dashboard.screens import payment_order
from dashboard.visitor import Visitor
from queues import database, masking
from queues.models import OrderState, PaymentBatch

ORDER_COLUMNS = (
    Column("payee", "채주", "5.6em"),
    Column("program", "제도 · 접수번호"),
    Column("period", "지급 대상", "11em", "nowrap"),
    Column("account", "계좌", "9em"),
    Column("won", "금액(원)", "6.6em", "right"),
    Column("state", "상태", "7.4em"),
)
_PLACES, _PICKED, _PICKED_FOR = "order_places", "orders_picked", "orders_picked_for"
_SHOWN = (OrderState.READY, OrderState.DOUBT, OrderState.BATCHED, OrderState.PAID, OrderState.CANCELLED)


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_PAYMENTS)
    given = st.query_params.get("order", "")
    if given.isdigit() and len(given) < 18:
        payment_order.show(visitor, int(given))
    else:
        _list(visitor)


def _list(visitor: Visitor) -> None:
    into, steps = _into(visitor)
    wanted = _wanted(into)
    places = _places(wanted, into.id if into else 0)
    with database.session() as session:
        states = by_state(session)
        heaps = [] if into else ready(session)
        listed = page_of(session, wanted, places[-1] if places else None)
        total = count(session, wanted) if wanted.words or into else None
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="order_tools"):
        changed = filters("order_filters", _groups(wanted, states, into))
        st.space("stretch")
        st.text_input(
            "찾기",
            key="order_words",
            placeholder="채주 · 접수번호 · 결의번호",
            label_visibility="collapsed",
            width=240,
        )
    if changed:
        _choose(*changed)
    if into is None and "into" in st.query_params:
        st.html('<span class="bo-chip bo-warn">더할 수 없는 배치</span> 이미 시작되었거나 끝난 배치입니다.')
    makes = may(visitor, Right.MAKE_PAYMENTS) and wanted.state == OrderState.READY
    left, right = st.columns([70, 30], gap="small") if makes else (st.container(), None)
    with left:
        ticked = _table(listed, makes)
        known = states.get(wanted.state, len(listed.rows))
        _turn_pages(places, listed.after, total if total is not None else min(known, COUNTED + 1))
    if right is not None:
        with right:
            if into is not None:
                adding(visitor, into, steps, st.session_state[_PICKED], _PICKED)
            else:
                making(visitor, heaps, ticked)


def _into(visitor: Visitor) -> tuple[PaymentBatch | None, list[Step]]:
    """The batch into which more is to go, of whoever came from its sheet, and what stands of its line."""
    given = st.query_params.get("into", "")
    if not given.isdigit() or len(given) >= 18:
        return None, []
    with database.session() as session:
        batch = session.get(PaymentBatch, int(given))
        if batch is None or not may_change(visitor, batch):
            return None, []
        return batch, steps_of(session, batch)[0]


def _wanted(into: PaymentBatch | None) -> Wanted:
    given = st.query_params
    words = str(st.session_state.get("order_words", "")).strip()
    if into is not None:
        return Wanted(
            program=given.get("program", ""), fund=into.fund, fiscal_year=into.fiscal_year, words=words
        )
    state = given.get("state", "" if words else OrderState.READY.value)
    return Wanted(
        state=state if state in {"", *(s.value for s in OrderState)} else OrderState.READY.value,
        program=given.get("program", ""),
        words=words,
    )


def _places(wanted: Wanted, into: int) -> list[int]:
    key, places = st.session_state.get(_PLACES, (None, []))
    if key != wanted:
        places = []
        st.session_state[_PLACES] = (wanted, places)
    # For a batch they are looked up one by one: what is ticked stays, however the list is narrowed.
    chosen_for = into or wanted
    if st.session_state.get(_PICKED_FOR) != chosen_for:
        st.session_state[_PICKED_FOR], st.session_state[_PICKED] = chosen_for, {}
    found: list[int] = places
    return found


def _groups(wanted: Wanted, states: dict[str, int], into: PaymentBatch | None) -> list[Group]:
    if into is not None:
        paid = {code for code, one in load_funds().programs.items() if one.fund == into.fund}
        some = [Option(c, p.title) for c, p in load_programs().items() if c in paid]
        return [Group("program", "제도", [Option("", "모든 제도"), *some], wanted.program, "list")]
    options = [
        Option(s.value, ORDER_STATES[s].text, n if (n := states.get(s.value, 0)) <= COUNTED else None,
               "warn" if s == OrderState.DOUBT else "")
        for s in _SHOWN
    ]  # fmt: skip
    programs = [Option("", "모든 제도"), *(Option(c, p.title) for c, p in load_programs().items())]
    return [
        Group("state", "상태", [*options, Option("", "전체")], wanted.state),
        Group("program", "제도", programs, wanted.program, "list"),
    ]


def _choose(name: str, value: str) -> None:
    if value or name == "state":
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)
    st.rerun()


def _table(listed: Listed, makes: bool) -> list[int]:
    """Show the page; the ids that are ticked, on all pages."""
    picked: dict[int, int] = st.session_state.setdefault(_PICKED, {})
    if not listed.rows:
        empty("조건에 맞는 지급결의가 없습니다.", "지급 결정이 들어오면 여기에 나타납니다.")
        return list(picked)
    rows = [order_row(r) for r in listed.rows]
    if not makes:
        opened = table("orders", ORDER_COLUMNS, rows, label="지급결의 목록", keys=True)
    else:
        shown = {r.order.id: r.order.amount_won for r in listed.rows}
        opened, ticks = picking_table(
            "orders_ready", ORDER_COLUMNS, rows, label="지급 대기 결의",
            picks=[str(i) for i in shown if i in picked], keys=True,
        )  # fmt: skip
        if ticks is not None:
            for order_id in shown:
                picked.pop(order_id, None)
            picked.update({int(t): shown[int(t)] for t in ticks if int(t) in shown})
            st.rerun()
    if opened:
        st.query_params["order"] = opened
        st.rerun()
    return list(picked)


def order_row(row: OrderRow) -> dict[str, object]:
    """One order as a row of `ORDER_COLUMNS`."""
    o = row.order
    period: list[object] = [f"{day(o.period_from)} – {day(o.period_until)}" if o.period_from else muted("-")]
    if o.claim_no or o.about:
        period.append(
            muted(
                " · ".join(p for p in (f"{o.claim_no}회차" if o.claim_no else "", o.about) if p), below=True
            )
        )
    state: list[object] = [chip(ORDER_STATES[OrderState(o.state)])]
    if o.reason:
        state.append(muted(why(o.reason), below=True))
    elif o.number:
        state.append(muted(o.number, below=True))
    account: list[object] = [bank(o.bank_code), muted(masking.account(row.account), below=True)]
    return {
        "id": str(o.id),
        "cells": {
            "payee": strong(masking.name(row.payee)),
            "program": [program_title(o.program), muted(row.receipt_no, below=True)],
            "period": period,
            "account": account if row.account else muted("계좌 없음"),
            "won": strong(won(o.amount_won)),
            "state": state,
        },
    }


def _turn_pages(places: list[int], after: int | None, total: int) -> None:
    counted = f"{COUNTED:,}건 넘음" if total > COUNTED else f"{total:,}건"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="order_pages"):
        st.html(
            f'<span class="bo-muted">{counted} · 새것부터 · {len(places) + 1}쪽째</span>', width="content"
        )
        st.space("stretch")
        if st.button("이전", key="orders_back", disabled=not places):
            places.pop()
            st.rerun()
        if st.button("다음", key="orders_next", disabled=after is None) and after is not None:
            places.append(after)
            st.rerun()
