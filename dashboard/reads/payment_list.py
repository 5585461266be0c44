"""Payments of a batch, or those of one person: a page at a time, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from queues import crypto
from queues.models import Application, Payment, PaymentBatch, PaymentOrder

PAGE = 50
OUTLIERS = "outliers"
"""A choice that is no state: those that somebody should look at before they are agreed to."""


@dataclass(frozen=True)
class PaymentRow:
    """A row. payee, told (the holder by the bank's word) and account are in clear, for the screen to mask."""

    payment: Payment
    receipt_no: str
    program: str
    order_number: str
    payee: str
    told: str
    account: str
    batch: PaymentBatch | None = None


@dataclass(frozen=True)
class Listed:
    """One page in the batch's order. `after`: the position behind which the next begins, None at the end."""

    rows: Sequence[PaymentRow]
    after: int | None


def of_batch(session: Session, batch_id: int, state: str = "", after: int = 0, *, size: int = PAGE) -> Listed:
    """The page behind position `after` of a batch's payments in `state` (or `OUTLIERS`)."""
    query = select(Payment).where(Payment.batch_id == batch_id, Payment.position > after)
    if state == OUTLIERS:
        query = query.where(text("payment.outliers <> '[]'"))
    elif state:
        query = query.where(Payment.state == state)
    found = session.exec(query.order_by(col(Payment.position)).limit(size + 1)).all()
    shown = found[:size]
    return Listed(rows_of(session, shown), shown[-1].position if len(found) > size else None)


def largest(session: Session, batch_id: int, some: int = 5) -> list[PaymentRow]:
    """The biggest payments of a batch."""
    query = select(Payment).where(Payment.batch_id == batch_id, Payment.state != "cancelled")
    return rows_of(session, session.exec(query.order_by(col(Payment.amount_won).desc()).limit(some)).all())


def by_id(session: Session, ids: Sequence[int], *, with_batch: bool = False) -> list[PaymentRow]:
    """Those named, in the order in which they are named."""
    if not ids:
        return []
    found = {p.id: p for p in session.exec(select(Payment).where(col(Payment.id).in_(ids))).all()}
    return rows_of(session, [found[i] for i in ids if i in found], with_batch=with_batch)


def sums_by_state(session: Session, batch_id: int) -> dict[str, tuple[int, int]]:
    """{state: (payments, won)} of a batch."""
    query: Any = (
        select(Payment.state, func.count(), func.sum(Payment.amount_won))
        .where(Payment.batch_id == batch_id)
        .group_by(Payment.state)
    )
    return {state: (n, int(won)) for state, n, won in session.exec(query).all()}


def rows_of(session: Session, found: Sequence[Payment], *, with_batch: bool = False) -> list[PaymentRow]:
    """The payments with what belongs to each row."""
    if not found:
        return []
    query = (
        select(PaymentOrder.id, PaymentOrder.number, PaymentOrder.program, Application.receipt_no)
        .join(Application, col(PaymentOrder.application_id) == col(Application.id))
        .where(col(PaymentOrder.id).in_({p.order_id for p in found}))
    )
    owed = {row[0]: row[1:] for row in session.exec(query).all()}
    batches: dict[int, PaymentBatch] = {}
    if with_batch:
        named = select(PaymentBatch).where(col(PaymentBatch.id).in_({p.batch_id for p in found}))
        batches = {b.id: b for b in session.exec(named).all()}
    return [
        PaymentRow(
            payment=p,
            receipt_no=owed[p.order_id][2],
            program=owed[p.order_id][1],
            order_number=owed[p.order_id][0] or "",
            payee=opened(p.holder_enc),
            told=opened(p.holder_told_enc),
            account=opened(p.account_enc),
            batch=batches.get(p.batch_id),
        )
        for p in found
    ]


def opened(sealed: bytes | None) -> str:
    """In clear; "" where there is nothing."""
    return crypto.open_(sealed) if sealed else ""
