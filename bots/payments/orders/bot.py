"""payments.orders: decisions become payment orders, each once; orders that wait for the budget are looked at again."""

from __future__ import annotations

from sqlmodel import Session, and_, col, or_, select

from bots.payments.orders import asking
from bots.payments.orders.draw_up import budget, draw_up, payee
from bots.payments.orders.problems import ACCOUNT, BUDGET, CORRECTED, KINDS, YEAR, Problem
from bots.payments.orders.settle import settle
from bots.payments.orders.taking_back import take_back
from queues import decisions, payment_orders
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.days import today
from queues.models import Application, Decision, OrderState, PaymentOrder

ACTOR = f"bot:{payment_orders.MAKE}"
_A_RUN = 2_000


@bot(payment_orders.MAKE, title="지출결의 작성", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """One decision, or (on schedule) all that was left over; safe to repeat."""
    if decision_id := item.payload.get("decision_id"):
        done = make(int(decision_id))
        return Outcome(counts={done: 1} if done else {})
    if application_id := item.payload.get("application_id"):
        return Outcome(counts={"accounts": new_account(int(application_id))})
    counts = sweep()
    return Outcome(counts=counts, idle=not counts)


def make(decision_id: int) -> str:
    """Bring the order of a decision in line with it; returns the state of the order, "" where there is none."""
    with record() as session:
        query = select(Decision).where(Decision.id == decision_id).with_for_update()
        decision = session.exec(query.execution_options(populate_existing=True)).one()
        if decision.outcome != decisions.GRANTED:
            return ""
        if decision.taken_back_at is not None:
            return take_back(session, decision, ACTOR)
        order = draw_up(session, decision, ACTOR)
        if order.state == OrderState.DRAFT:
            settle(session, order, ACTOR)
        return order.state


def sweep() -> dict[str, int]:
    """Decisions that nobody made an order of, orders that wait for the budget, orders of a year that is over."""
    counts: dict[str, int] = {}
    for decision_id in _without_order():
        state = make(decision_id)
        counts[state] = counts.get(state, 0) + 1
    for order_id in _waiting_for_budget():
        if anew(order_id):
            counts["anew"] = counts.get("anew", 0) + 1
    return counts


def anew(order_id: int) -> bool:
    """Name the item of this year for an order that no batch has, and look again. Whether it is ready then."""
    with record() as session:
        order = payment_orders.hold(session, order_id)
        was = order.state
        if was not in (OrderState.READY, OrderState.DOUBT):
            return False
        budget(session, order)
        return settle(session, order, ACTOR) == OrderState.READY and was != OrderState.READY


def new_account(application_id: int) -> int:
    """The case has another account: orders that no batch has are paid to it, unless the decision itself or a person
    named another one; of the latter a person is asked. Returns how many were looked at."""
    query = select(PaymentOrder.id).where(
        PaymentOrder.application_id == application_id,
        col(PaymentOrder.state).in_((OrderState.READY.value, OrderState.DOUBT.value)),
    )
    with record() as session:
        ids = session.exec(query.order_by(col(PaymentOrder.id))).all()
    for order_id in ids:
        with record() as session:
            order = payment_orders.hold(session, order_id)
            if order.state in (OrderState.READY, OrderState.DOUBT):
                _to_new_account(session, order)
    return len(ids)


def _to_new_account(session: Session, order: PaymentOrder) -> None:
    decision = session.get_one(Decision, order.decision_id)
    now = payee(session, decision, session.get_one(Application, order.application_id))
    if now == payment_orders.payee_of(order):
        return
    if CORRECTED in order.accepted:
        asking.ask(session, order, [Problem(ACCOUNT, "changed_on_file")], ACTOR)
        return
    order.accepted = sorted(set(order.accepted) - {"account", "payee"})
    payment_orders.set_payee(order, now)
    if order.state == OrderState.READY or order.reason in KINDS:
        settle(session, order, ACTOR)
    session.add(order)


def _without_order() -> list[int]:
    query = (
        select(Decision.id)
        .outerjoin(PaymentOrder, col(PaymentOrder.decision_id) == col(Decision.id))
        .where(
            Decision.outcome == decisions.GRANTED,
            col(PaymentOrder.id).is_(None),
            col(Decision.taken_back_at).is_(None),
        )
    )
    with record() as session:
        return list(session.exec(query.order_by(col(Decision.id)).limit(_A_RUN)))


def _waiting_for_budget() -> list[int]:
    """In doubt for the budget's sake, or named an item of a year in which nothing more is committed."""
    query = select(PaymentOrder.id).where(
        or_(
            and_(col(PaymentOrder.state) == OrderState.DOUBT, col(PaymentOrder.reason).in_((BUDGET, YEAR))),
            and_(col(PaymentOrder.state) == OrderState.READY, col(PaymentOrder.fiscal_year) < today().year),
        )
    )
    with record() as session:
        return list(session.exec(query.order_by(col(PaymentOrder.id)).limit(_A_RUN)))
