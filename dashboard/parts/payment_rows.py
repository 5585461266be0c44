"""Payments as rows of a table: who is paid what, what the bank said, how it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.parts.korean import Label
from dashboard.parts.payment_words import BATCH_STATES, OUTLIERS, PAYMENT_STATES, bank, why, won
from dashboard.parts.table import Column, chip, muted, strong
from dashboard.parts.times import day, short
from dashboard.reads.payment_list import PaymentRow
from queues import masking
from queues.models import PaymentBatchState, PaymentState

IN_BATCH = (
    Column("position", "순번", "3.4em", "right"),
    Column("payee", "채주 · 예금주", "7.6em"),
    Column("account", "입금 계좌", "", "nowrap"),
    Column("won", "금액(원)", "7em", "right"),
    Column("state", "상태", "13em"),
)
LOOKED_AT = (*IN_BATCH[:-1], Column("state", "상태", "8em"), Column("odd", "살펴볼 점", "13em"))
"""The same with what is out of the ordinary."""

ANYWHERE = (
    Column("batch", "지급일 · 배치", "13em"),
    Column("payee", "채주 · 예금주", "10em"),
    Column("account", "입금 계좌"),
    Column("order", "접수번호 · 결의번호", "12em"),
    Column("won", "금액(원)", "7.4em", "right"),
    Column("state", "상태", "12em"),
)


_TONES = {"shared_account": "bad", "changed_account": "bad", "first_payment": "wait"}
_MEASURES = {"usual_won": "보통", "largest_won": "지난 최고"}


def payment_rows(
    found: Sequence[PaymentRow], detail: Mapping[int, Mapping[str, Any]] | None = None
) -> list[dict[str, object]]:
    """Rows for any set of columns, names and accounts masked. detail: of outliers, by payment."""
    told = detail or {}
    return [{"id": str(one.payment.id), "cells": _cells(one, told.get(one.payment.id, {}))} for one in found]


def _cells(one: PaymentRow, detail: Mapping[str, Any]) -> dict[str, object]:
    p = one.payment
    payee: list[object] = [strong(masking.name(one.payee))]
    if one.told and one.told != one.payee:
        payee.append(muted(f"은행 {masking.name(one.told)}", below=True))
    batch: list[object] = []
    if one.batch is not None:
        batch = [
            day(one.batch.pay_on),
            chip(BATCH_STATES[PaymentBatchState(one.batch.state)]),
            muted(one.batch.title or one.batch.key, below=True),
        ]
    return {
        "position": f"{p.position:,}",
        "payee": payee,
        "account": f"{bank(p.bank_code)} {masking.account(one.account)}",
        "won": strong(won(p.amount_won)),
        "order": [one.receipt_no, muted(one.order_number or "-", below=True)],
        "state": state_cell(p.state, p.reason) + _next_look(one),
        "odd": _odd(p.outliers, detail),
        "batch": batch,
    }


def _odd(codes: Sequence[str], detail: Mapping[str, Any]) -> list[object]:
    """What is out of the ordinary, with the sums that it is measured by."""
    found: list[object] = [chip(Label(OUTLIERS.get(code, code), _TONES.get(code, "warn"))) for code in codes]
    unusual = "unusual_amount" in codes
    told = [f"{name} {won(detail[key])}원" for key, name in _MEASURES.items() if unusual and detail.get(key)]
    if shared := detail.get("orders"):
        told.append("결의 " + ", ".join(str(i) for i in list(shared)[:4]))
    if told:
        found.append(muted(" · ".join(told), below=True))
    return found or [muted("-")]


def state_cell(state: str, reason: str) -> list[object]:
    """The state, and why in words below."""
    told: list[object] = [chip(PAYMENT_STATES[PaymentState(state)])]
    if reason:
        told.append(muted(why(reason), below=True))
    return told


def _next_look(one: PaymentRow) -> list[object]:
    p = one.payment
    if p.state != PaymentState.UNKNOWN or p.next_look_at is None:
        return []
    return [muted(f"다음 조회 {short(p.next_look_at)} · {p.looks}회 물음", below=True)]
