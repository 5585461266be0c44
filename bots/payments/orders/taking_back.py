"""A decision was an error: its order is dropped while it can be, else a person is asked how the money comes back."""

from __future__ import annotations

from sqlmodel import Session, col, select

from bots.payments.orders import asking
from bots.payments.orders.problems import TAKEN_BACK, Problem
from queues import payment_batches, payment_orders
from queues.models import Decision, OrderState, Payment, PaymentOrder
from queues.payment_moves import UNSENT, NotNow
from queues.payment_orders import DEAD

_FREE = (OrderState.DRAFT, OrderState.DOUBT, OrderState.READY)


def take_back(session: Session, decision: Decision, actor: str) -> str:
    """Stop what rests on a decision; returns the state of its order, "" where it has none.

    A payment of which no message has left is taken off its batch, which voids what was agreed to there. Of one that
    may have left a person is asked: claimed back, or kept. Raises what `payment_batches.take_off` raises when the
    database does not follow; then nothing was done, and it is tried again.
    """
    query = select(PaymentOrder.id).where(PaymentOrder.decision_id == decision.id)
    states = [
        _stop(session, order_id, actor) for order_id in session.exec(query.order_by(col(PaymentOrder.id)))
    ]
    return states[-1] if states else ""


def _stop(session: Session, order_id: int, actor: str) -> str:
    _off_its_batch(session, order_id, actor)
    order = payment_orders.hold(session, order_id)
    if order.state in _FREE:
        payment_orders.cancel(session, order, "taken_back", actor)
        asking.withdraw(session, order, actor)
    elif order.state != OrderState.CANCELLED:
        problem = Problem(TAKEN_BACK, "taken_back")
        asking.put(session, order, problem, [problem], actor)
    return order.state


def _off_its_batch(session: Session, order_id: int, actor: str) -> None:
    """Batch before payment before order: the order is not held yet."""
    query = select(Payment.id, Payment.batch_id).where(
        Payment.order_id == order_id, col(Payment.state).not_in(DEAD)
    )
    alive = session.exec(query).one_or_none()
    if alive is None:
        return
    payment_id, batch_id = alive
    batch = payment_batches.hold(session, batch_id)
    payment = session.get_one(Payment, payment_id, populate_existing=True)
    if payment.state not in UNSENT:
        return
    try:
        payment_batches.take_off(session, batch, [payment_id], reason="taken_back", actor=actor, doubt=True)
    except NotNow:
        return  # a person is asked
