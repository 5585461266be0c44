"""An order that nothing speaks against is ready; of any other a person is asked."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from bots.payments.orders import asking
from bots.payments.orders.problems import problems_of
from queues import payment_orders, payment_papers
from queues.models import OrderState, PaymentOrder

_OPEN = (OrderState.DRAFT, OrderState.DOUBT, OrderState.READY)


def settle(session: Session, order: PaymentOrder, actor: str) -> OrderState:
    """Ready or in doubt, as things stand now. The order's row is held; a batch does not have it.

    Raises ValueError for one that a batch has, or that has ended.
    """
    if order.state not in _OPEN:
        raise ValueError(f"payment order {order.id} is {order.state}")
    if payment_orders.contradicted(session, [order.id]):  # the question stands beside the payment
        if order.state != OrderState.DOUBT:
            payment_orders.move(session, order, OrderState.DOUBT, actor, reason=payment_orders.CONTRADICTION)
        return OrderState.DOUBT
    problems = problems_of(session, order)
    if problems:
        asking.ask(session, order, problems, actor)
        return OrderState.DOUBT
    was = order.content_sha256
    order.content_sha256 = payment_orders.content_of(order)
    if order.content_sha256 != was:
        order.paper_sha256 = ""
    if order.state != OrderState.READY and not _becomes_ready(session, order, actor):
        return OrderState.DOUBT
    asking.withdraw(session, order, actor)
    if not order.paper_sha256:
        payment_papers.print_order(session, order.id, actor, priority=payment_papers.OF_ITSELF)
    return OrderState.READY


def _becomes_ready(session: Session, order: PaymentOrder, actor: str) -> bool:
    """False where the same has become ready at this very moment: a person is asked then."""
    try:
        with session.begin_nested():
            payment_orders.move(session, order, OrderState.READY, actor)
            session.flush()
    except IntegrityError:
        session.refresh(order)
        problems = problems_of(session, order)
        if not problems:
            raise
        asking.ask(session, order, problems, actor)
        return False
    return True
