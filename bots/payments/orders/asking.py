"""Questions to people about an order: one at a time, with all that speaks against paying it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from bots.payments.orders.problems import Problem
from config import review_reasons
from queues import audit, payment_orders, reviews
from queues.models import OrderState, PaymentOrder, ReviewState, ReviewTask

_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


def ask(session: Session, order: PaymentOrder, problems: Sequence[Problem], actor: str) -> None:
    """The order waits until a person has answered the first of these; the others stand beside it.

    Evidence: {"order_id", "code", "problems": [{"kind", "code", ...}], "doubles"?, "won"}.
    """
    first = problems[0]
    withdraw(session, order, actor, besides=first.kind)
    if order.state != OrderState.DOUBT or order.reason != first.kind:
        payment_orders.move(session, order, OrderState.DOUBT, actor, reason=first.kind)
    put(session, order, first, problems, actor)


def put(
    session: Session, order: PaymentOrder, first: Problem, problems: Sequence[Problem], actor: str
) -> None:
    """Only the question; the order stays as it stands."""
    reviews.open_task(
        session,
        kind=first.kind,
        reason=first.kind,
        question=review_reasons.question(first.kind),
        application_id=order.application_id,
        order_id=order.id,
        evidence={
            "order_id": order.id,
            "code": first.code,
            "won": order.amount_won,
            **first.detail,
            "problems": [{"kind": p.kind, "code": p.code, **p.detail} for p in problems],
        },
        priority=30,
        actor=actor,
    )


def withdraw(session: Session, order: PaymentOrder, actor: str, *, besides: str = "") -> None:
    """What was asked about an order itself, and is answered or no question any more."""
    query = select(ReviewTask).where(
        ReviewTask.order_id == order.id,
        col(ReviewTask.kind).startswith("payment_order_"),
        ReviewTask.kind != besides,
        col(ReviewTask.state).in_(_OPEN),
    )
    for task in session.exec(query.order_by(col(ReviewTask.id)).with_for_update()).all():
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)
