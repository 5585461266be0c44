"""What follows for the order when a payment was refused, came back, or is spoken of in two ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from bots.payments import questions
from config.bank_answers import answer
from queues import budgets, fund_returns, payment_orders
from queues.models import OrderState, Payment, PaymentOrder, PaymentState
from queues.payments import Happened, note_all

if TYPE_CHECKING:
    from bots.payments.fate import Word

EARLIER_PAID = "earlier_one_paid"
_DOUBLE = "SB01"
_NOT_SENT = frozenset(
    {PaymentState.DRAFT.value, PaymentState.NAME_CHECKED.value, PaymentState.APPROVED.value}
)


def refused(session: Session, those: Sequence[tuple[Payment, Word]], actor: str) -> None:
    """Payments that were REJECTED just now: their orders are open again, by the code, with a question or without."""
    doubt = [(p, w) for p, w in those if w.source != "person" and answer(w.code).order == "doubt"]
    asked = {payment.id for payment, _ in doubt}
    ready = [payment for payment, _ in those if payment.id not in asked]
    _open_again(session, ready, "not_paid", actor, doubt=False)
    _open_again(session, [payment for payment, _ in doubt], "rejected", actor, doubt=True)
    for payment, word in doubt:
        kind = questions.DOUBLE_AT_BANK if word.code == _DOUBLE else questions.REJECTED
        questions.ask(session, payment, kind, evidence={"code": word.code}, actor=actor)


def came_back(session: Session, those: Sequence[tuple[Payment, Word]], actor: str) -> None:
    """Payments that were RETURNED just now: what was booked as paid is taken back, their orders are open again."""
    if not those:
        return
    ids = [payment.id for payment, _ in those]
    budgets.came_back(session, ids, actor, reason="returned")
    _open_again(session, [payment for payment, _ in those], "returned", actor, doubt=True)
    questions.withdraw(session, ids, (*questions.ABOUT_FATE, questions.NOT_AT_BANK), actor)
    for payment, word in those:
        questions.ask(session, payment, questions.RETURNED, evidence={"code": word.code}, actor=actor)


def contradicted(
    session: Session,
    payment: Payment,
    reason: str,
    message_id: int | None,
    detail: Mapping[str, Any],
    actor: str,
) -> None:
    """Note it, ask a person, and let nobody pay the order meanwhile. The payment's row is held."""
    note: dict[str, Any] = {"contradicts": payment.state, **detail}
    if payment.state != PaymentState.SENDING:
        state = PaymentState.HELD if payment.state in _NOT_SENT else PaymentState(payment.state)
        note_all(
            session, [Happened(payment.id, payment.seq, state, "contradiction", message_id, note)], actor
        )
    siblings = select(Payment).where(Payment.order_id == payment.order_id, Payment.id != payment.id)
    alive = siblings.where(col(Payment.state).not_in(payment_orders.DEAD)).order_by(col(Payment.id))
    locked = alive.with_for_update().execution_options(populate_existing=True)
    others = session.exec(locked).all()
    told = {"payment_id": payment.id}
    note_all(
        session,
        [
            Happened(p.id, p.seq, PaymentState.HELD, EARLIER_PAID, None, told)
            for p in others
            if p.state in _NOT_SENT
        ],
        actor,
    )
    payment_orders.to_doubt(session, [payment.order_id], payment_orders.CONTRADICTION, actor)
    evidence = {"code": reason, "stands": payment.state, "others": [other.id for other in others]}
    questions.ask(session, payment, questions.CONTRADICTION, evidence=evidence, actor=actor)


def order_state(session: Session, order_id: int) -> OrderState:
    """How the order stands now."""
    return OrderState(session.exec(select(PaymentOrder.state).where(PaymentOrder.id == order_id)).one())


def _open_again(
    session: Session, payments: Sequence[Payment], reason: str, actor: str, *, doubt: bool
) -> None:
    """Nobody has to pay back any more what did not arrive."""
    if payments:
        orders = sorted({payment.order_id for payment in payments})
        payment_orders.out_of_batch(session, orders, reason, actor, doubt=doubt)
        fund_returns.void(session, orders, actor)
