"""확인할 지급: what only a person can say about payments and orders, and what the bank is still asked about."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from dashboard.acts.rights import Right, may, require
from dashboard.parts.empty import empty
from dashboard.parts.filters import Group, Option, filters
from dashboard.parts.korean import Label
from dashboard.parts.korean import reason as reason_text
from dashboard.parts.leaving import leave
from dashboard.parts.pager import pager
from dashboard.parts.payment_review import review_form
from dashboard.parts.payment_rows import ANYWHERE, payment_rows, state_cell
from dashboard.parts.payment_words import ORDER_STATES, bank, why, won
from dashboard.parts.table import Column, chip, muted, strong, table
from dashboard.parts.times import until
from dashboard.places import go
from dashboard.present import must_be_present, present_visitor
from dashboard.reads.payment_attention import (
    ASKING,
    PAGE,
    Asked,
    about_tasks,
    being_asked,
    by_kind,
    questions,
)
from dashboard.reads.review_list import held_by_other
from dashboard.visitor import Visitor
from queues import database, masking
from queues.models import OrderState

REFRESH_SECONDS = 10
COLUMNS = (
    Column("due", "기한", "7.6em", "nowrap"),
    Column("what", "무엇을 확인하는지"),
    Column("payee", "채주 · 예금주", "9.6em"),
    Column("account", "입금 계좌", "14em", "nowrap"),
    Column("won", "금액(원)", "7.4em", "right"),
    Column("state", "지금 상태", "9.4em"),
    Column("receipt_no", "접수번호", "9.6em", "nowrap"),
)


def show() -> None:
    visitor = must_be_present()
    require(visitor, Right.SEE_PAYMENTS)
    given = st.query_params.get("task", "")
    if given.isdigit() and len(given) < 18:
        _open(int(given))
    _live()


@st.fragment(run_every=REFRESH_SECONDS)
def _live() -> None:
    visitor = present_visitor(touch=False)
    if visitor is None or not may(visitor, Right.SEE_PAYMENTS):
        leave("ended")
    kind, page = st.query_params.get("kind", ""), _page()
    with database.session() as session:
        counts = by_kind(session)
        asking = being_asked(session, page=page) if kind == ASKING else []
        found = [] if kind == ASKING else questions(session, kind, page=page)
    if changed := filters("attention_filters", [Group("kind", "구분", _options(counts), kind)]):
        st.query_params.from_dict({"kind": changed[1]} if changed[1] else {})
        st.rerun(scope="fragment")
    if kind == ASKING:
        st.html(
            '<span class="bo-muted">은행의 답을 받지 못한 지급입니다. 봇이 처리결과 조회로 계속 확인하며, 다시 보내지 '
            "않습니다. 사람이 정해야 하면 질문으로 올라옵니다.</span>"
        )
        opened = (
            table("asking", ANYWHERE, payment_rows(asking), label="결과를 조회 중인 지급", keys=True)
            if asking
            else None
        )
        if opened:
            go("payments", {"payment": opened})
    elif found:
        opened = table(
            "attention", COLUMNS, [_row(visitor, a) for a in found], label="확인할 지급", keys=True
        )
        if opened:
            _open(int(opened))
    if not found and not asking:
        empty("확인할 지급이 없습니다.", "결과를 알 수 없거나 되돌아온 지급이 생기면 여기에 나타납니다.")
        return
    total = counts.get(kind, 0) if kind else sum(n for k, n in counts.items() if k != ASKING)
    asked = pager("attention", page, max(total, len(found) or len(asking)), PAGE)
    if asked is not None:
        st.query_params["page"] = str(asked + 1)
        st.rerun(scope="fragment")


def _options(counts: dict[str, int]) -> list[Option]:
    kinds = sorted(k for k in counts if k != ASKING)
    total = sum(counts[k] for k in kinds)
    return [
        Option("", "전체", total, "warn"),
        *(Option(k, reason_text(k), counts[k]) for k in kinds),
        Option(ASKING, "은행에 조회 중", counts.get(ASKING, 0)),
    ]


def _row(visitor: Visitor, one: Asked) -> dict[str, object]:
    task, p, o = one.task, one.payment, one.order
    left, tone = until(task.due_at)
    what: list[object] = [strong(reason_text(task.reason))]
    if one.holder:
        mine = not held_by_other(task, visitor.account_id)
        what.append(chip(Label("보는 중" if mine else f"{one.holder} 보는 중", "wait")))
    if p is not None and p.reason and p.reason != task.reason:
        what.append(muted(why(p.reason)))
    payee: list[object] = [masking.name(one.payee)]
    if one.told and one.told != one.payee:
        payee.append(muted(f"은행 {masking.name(one.told)}", below=True))
    code = p.bank_code if p else o.bank_code if o else ""
    state = state_cell(p.state, "") if p else []
    if p is None and o is not None:
        state = [chip(ORDER_STATES[OrderState(o.state)]), muted("결의")]
    return {
        "id": str(task.id),
        "cells": {
            "due": chip(Label(left, tone)) if left else muted("-"),
            "what": what,
            "payee": payee,
            "account": f"{bank(code)} {masking.account(one.account)}" if one.account else muted("없음"),
            "won": strong(won(p.amount_won if p else o.amount_won if o else None)),
            "state": state,
            "receipt_no": one.receipt_no,
        },
    }


def _open(task_id: int) -> None:
    """To where the question is answered: beside the payment or the order that it is about."""
    with database.session() as session:
        found = about_tasks(session, [task_id])
    if not found:
        empty("없는 질문이거나 이미 처리되었습니다.", "목록에서 다시 골라 주십시오.")
        return
    one = found[0]
    if one.payment is None and one.order is None and st.query_params.get("task") == str(task_id):
        review_form(must_be_present(), one.task, order=None)  # about a file of the bank: it stands here
        return
    _to(one)


def _to(one: Asked) -> NoReturn:
    if one.payment is not None:
        go("payments", {"payment": str(one.payment.id), "task": str(one.task.id)})
    if one.order is not None:
        go("payment-orders", {"order": str(one.order.id), "task": str(one.task.id)})
    go("payment-attention", {"task": str(one.task.id)})


def open_next(visitor: Visitor, *, skip: int = 0) -> None:
    """The question that is due next and that nobody else has in hand; returns where there is none."""
    with database.session() as session:
        found = questions(session)
    for one in found:
        if one.task.id != skip and not held_by_other(one.task, visitor.account_id):
            _to(one)


def _page() -> int:
    given = st.query_params.get("page", "1")
    return int(given) - 1 if given.isdigit() and 0 < int(given[:9]) < 10**6 else 0
