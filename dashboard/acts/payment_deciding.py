"""확인할 지급: deciding what is asked about payments and orders; by right, noted, carried out by the bots."""

from __future__ import annotations

from sqlmodel import Session, col, select

from dashboard.acts.decisions import Refused
from dashboard.acts.payment_answers import (
    ACCEPT,
    ACCEPT_NAME,
    ASK_AGAIN,
    FATE,
    PaymentAnswer,
    allowed,
    checked,
)
from dashboard.acts.reviewing import HELD, Stale, what_happened
from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import appointments, reviews
from queues.errors import NotYours, StaleDecision
from queues.models import Account, AuditEvent, Payment, PaymentBatch, ReviewTask

__all__ = ["PaymentAnswer", "about_payment", "answers", "decide_payment"]

MADE_IT = "배치를 만든 사람은 그 배치의 지급 여부나 예금주를 확정할 수 없습니다. 다른 담당자가 정해야 합니다."

CORRECTED_IT = "계좌나 예금주를 고친 사람은 그것을 인정할 수 없습니다. 다른 담당자가 정해야 합니다."


def about_payment(kind: str) -> bool:
    """Whether a question of this kind is about a payment or an order, and so is answered here."""
    return kind.startswith("payment")


def answers(session: Session, task: ReviewTask) -> tuple[str, ...]:
    """The answers that a question may have as things stand, the one proposed first."""
    found = allowed(task, _state(session, task))
    return found if _by_message(session, task) else tuple(one for one in found if one != ASK_AGAIN)


def decide_payment(session: Session, visitor: Visitor, task_id: int, answer: PaymentAnswer) -> ReviewTask:
    """Record the decision in the caller's transaction. Raises `NotAllowed`, `Refused`, `Stale`.

    How the money went is said by one with the right to reconcile; that, and that a name is the payee's, by
    another than the batch's maker, under whatever account. What is unusual about a corrected account is found right
    by another than who corrected it.
    """
    require(visitor, Right.RECONCILE if answer.action in FATE else Right.MAKE_PAYMENTS)
    task = session.get(ReviewTask, task_id)
    if task is None or not about_payment(task.kind):
        raise Refused("없는 검토 건입니다.")
    decision = checked(task, _state(session, task), answer)
    account = session.get_one(Account, visitor.account_id)
    if answer.action in FATE | {ACCEPT_NAME} and _made_by(session, task, account):
        raise Refused(MADE_IT)
    if answer.action == ACCEPT and _corrected_by(session, task, account):
        raise Refused(CORRECTED_IT)
    try:
        return reviews.decide(session, task_id, answer.version, decision, account)
    except StaleDecision:
        raise Stale(what_happened(session, task)) from None
    except NotYours:
        raise Stale(HELD) from None


def _state(session: Session, task: ReviewTask) -> str:
    payment = session.get(Payment, task.payment_id) if task.payment_id is not None else None
    return payment.state if payment is not None else ""


def _by_message(session: Session, task: ReviewTask) -> bool:
    """Whether the bank can be asked about the payment: not about one that left in a file."""
    payment = session.get(Payment, task.payment_id) if task.payment_id is not None else None
    return payment is None or payment.file_id is None


def _corrected_by(session: Session, task: ReviewTask, account: Account) -> bool:
    """Whether this person has written account or payee into the order asked about."""
    actors = [f"account:{number}" for number in appointments.accounts_of(session, account)]
    query = select(AuditEvent.id).where(
        AuditEvent.subject_type == "payment_order",
        AuditEvent.subject_id == str(task.order_id),
        AuditEvent.action == "payment_order.account",
        col(AuditEvent.actor).in_(actors),
    )
    return session.exec(query.limit(1)).first() is not None


def _made_by(session: Session, task: ReviewTask, account: Account) -> bool:
    """Whether the batch of the payment asked about was made by this person."""
    payment = session.get(Payment, task.payment_id) if task.payment_id is not None else None
    if payment is None:
        return False
    batch = session.get_one(PaymentBatch, payment.batch_id)
    return batch.made_by in appointments.accounts_of(session, account)
