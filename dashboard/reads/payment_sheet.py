"""One payment with all that happened to it: its events, the messages they rest on, what was booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from dashboard.reads.payment_batches import actor_names
from dashboard.reads.payment_list import opened
from dashboard.reads.payment_orders import OPEN_TASK, OrderSheet, order_sheet
from queues.models import (
    AccountingEntry,
    BankMessage,
    Difference,
    Payment,
    PaymentBatch,
    PaymentEvent,
    ReviewTask,
    StatementLine,
)


@dataclass(frozen=True)
class PaymentSheet:
    """One payment. payee, told and account in clear, for the screen to mask.

    actors   names by how the events name people; tasks: open questions about it or its order
    """

    payment: Payment
    batch: PaymentBatch
    order: OrderSheet
    payee: str
    told: str
    account: str
    events: Sequence[PaymentEvent]
    messages: Sequence[BankMessage]
    actors: dict[str, str]
    tasks: Sequence[ReviewTask]
    accounting: Sequence[AccountingEntry]
    differences: Sequence[Difference]
    lines: Sequence[StatementLine]


def payment_sheet(session: Session, payment_id: int) -> PaymentSheet | None:
    """None when there is no such payment."""
    payment = session.get(Payment, payment_id)
    if payment is None:
        return None
    owed = order_sheet(session, payment.order_id)
    assert owed is not None
    events = session.exec(
        select(PaymentEvent).where(PaymentEvent.payment_id == payment_id).order_by(col(PaymentEvent.seq))
    ).all()
    tasks = select(ReviewTask).where(
        ReviewTask.payment_id == payment_id, col(ReviewTask.state).in_(OPEN_TASK)
    )
    own = session.exec(tasks.order_by(col(ReviewTask.id))).all()
    return PaymentSheet(
        payment=payment,
        batch=session.get_one(PaymentBatch, payment.batch_id),
        order=owed,
        payee=opened(payment.holder_enc),
        told=opened(payment.holder_told_enc),
        account=opened(payment.account_enc),
        events=events,
        messages=session.exec(
            select(BankMessage).where(BankMessage.payment_id == payment_id).order_by(col(BankMessage.id))
        ).all(),
        actors=actor_names(session, [e.actor for e in events]),
        tasks=[*own, *(t for t in owed.tasks if t.payment_id is None)],
        accounting=session.exec(
            select(AccountingEntry)
            .where(AccountingEntry.order_id == payment.order_id)
            .order_by(col(AccountingEntry.id))
        ).all(),
        differences=session.exec(select(Difference).where(Difference.payment_id == payment_id)).all(),
        lines=session.exec(select(StatementLine).where(StatementLine.payment_id == payment_id)).all(),
    )
