"""확인할 지급: what of the payments and orders waits for a person, and what the bank is still asked about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from dashboard.reads.payment_list import PaymentRow, rows_of
from dashboard.reads.payment_orders import OPEN_TASK
from queues import crypto
from queues.models import (
    Account,
    Application,
    Payment,
    PaymentOrder,
    PaymentState,
    Person,
    ReviewState,
    ReviewTask,
)

PAGE = 50
ASKING = "asking"
"""A kind that is no question: payments whose result the bots ask the bank about."""

_OURS = "payment"


@dataclass(frozen=True)
class Asked:
    """An open question. payee and account in clear, for the screen to mask; holder: who has it in hand, "" nobody.

    payment  None where it is about an order that has not been paid yet
    """

    task: ReviewTask
    order: PaymentOrder | None
    payment: Payment | None
    receipt_no: str
    payee: str
    account: str
    told: str
    holder: str


def by_kind(session: Session) -> dict[str, int]:
    """How many questions of each kind are open, and under `ASKING` how many payments nobody is asked about yet."""
    query = (
        select(ReviewTask.kind, func.count())
        .where(col(ReviewTask.kind).startswith(_OURS), col(ReviewTask.state).in_(OPEN_TASK))
        .group_by(ReviewTask.kind)
    )
    found = dict(session.exec(query).all())
    if unasked := session.exec(select(func.count()).select_from(_unasked().subquery())).one():
        found[ASKING] = unasked
    return found


def questions(session: Session, kind: str = "", *, page: int = 0, size: int = PAGE) -> list[Asked]:
    """One page of the open questions (of a kind), what is due first foremost. Pages count from 0."""
    query = select(ReviewTask.id).where(
        col(ReviewTask.kind) == kind if kind else col(ReviewTask.kind).startswith(_OURS),
        col(ReviewTask.state).in_(OPEN_TASK),
        or_(col(ReviewTask.held_until).is_(None), col(ReviewTask.held_until) <= func.now()),
    )
    ids = session.exec(
        query.order_by(col(ReviewTask.due_at), col(ReviewTask.id)).limit(size).offset(page * size)
    ).all()
    return about_tasks(session, ids)


def about_tasks(session: Session, task_ids: Sequence[int]) -> list[Asked]:
    """These questions with what they are about, in the order named."""
    if not task_ids:
        return []
    query: Any = (
        sql_select(ReviewTask, Payment, PaymentOrder, col(Application.receipt_no), col(Person.name), Account)
        .outerjoin(Payment, col(ReviewTask.payment_id) == col(Payment.id))
        .outerjoin(PaymentOrder, col(PaymentOrder.id) == func.coalesce(ReviewTask.order_id, Payment.order_id))
        .outerjoin(Application, col(PaymentOrder.application_id) == col(Application.id))
        .outerjoin(Person, col(PaymentOrder.person_id) == col(Person.id))
        .outerjoin(Account, col(ReviewTask.claimed_by) == col(Account.id))
        .where(col(ReviewTask.id).in_(task_ids))
    )
    found = {row[0].id: _asked(*row) for row in session.execute(query).all()}
    return [found[i] for i in task_ids if i in found]


def being_asked(session: Session, *, page: int = 0, size: int = PAGE) -> list[PaymentRow]:
    """Payments whose result is not known and that no person is asked about, what is looked at next foremost."""
    query = _unasked().order_by(col(Payment.next_look_at), col(Payment.id)).limit(size).offset(page * size)
    return rows_of(session, session.exec(query).all(), with_batch=True)


def _unasked() -> Any:
    asked = select(ReviewTask.id).where(
        ReviewTask.payment_id == col(Payment.id), col(ReviewTask.state).in_(OPEN_TASK)
    )
    return select(Payment).where(Payment.state == PaymentState.UNKNOWN.value, ~asked.exists())


def _asked(
    task: ReviewTask,
    payment: Payment | None,
    order: PaymentOrder | None,
    receipt_no: str | None,
    name: str | None,
    holder: Account | None,
) -> Asked:
    sealed = payment.account_enc if payment else order.account_enc if order else None
    in_hand = task.state == ReviewState.CLAIMED and not _ran_out(task.claimed_until)
    return Asked(
        task=task,
        order=order,
        payment=payment,
        receipt_no=receipt_no or "",
        payee=_opened(payment.holder_enc if payment else None) or name or "",
        account=_opened(sealed),
        told=_opened(payment.holder_told_enc if payment else None),
        holder=(holder.display_name or holder.username) if in_hand and holder else "",
    )


def _ran_out(until: datetime | None) -> bool:
    return until is not None and until <= datetime.now(until.tzinfo)


def _opened(sealed: bytes | None) -> str:
    return crypto.open_(sealed) if sealed else ""
