"""확인할 지급: deciding what is asked about payments and orders; by right, noted, carried out by the bots."""

from __future__ import annotations

from sqlmodel import Session, col, select

from dashboard.acts.decisions import Refused
from dashboard.acts.payment_answers import (
    ACCEPT,
    ACCEPT_NAME,
    ASK_AGAIN,
    FATE,
    NOT_PAID_BY_BANK,
    PaymentAnswer,
    allowed,
    checked,
)
from dashboard.acts.reviewing import HELD, Stale, what_happened
from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import appointments, bank_days, payment_approvals, reviews
from queues.errors import NotYours, StaleDecision
from queues.models import Account, AuditEvent, Payment, PaymentBatch, ReviewTask

__all__ = ["PaymentAnswer", "about_payment", "answers", "decide_payment"]

MADE_IT = "배치를 만든 사람은 그 배치의 지급 여부나 예금주를 확정할 수 없습니다. 다른 담당자가 정해야 합니다."

HAD_A_HAND = (
    "배치를 만들거나 결재한 사람은 은행이 출금하지 않았다고 확정할 수 없습니다. 다른 담당자가 정해야 합니다."
)
MAY_BE_THERE = "은행 거래내역에 이 지급이거나 이 지급일 수 있는 같은 금액의 출금이 있습니다. 대사에서 먼저 확인해 주십시오."

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
    another than the batch's maker, under whatever account; that the bank did not pay what it had said yes to, by one who
    decided nothing in the batch's line either. What is unusual about a corrected account is found right
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
    if answer.action == NOT_PAID_BY_BANK and task.payment_id is not None:
        batch_id = session.get_one(Payment, task.payment_id).batch_id
        if payment_approvals.had_a_hand_in(session, batch_id, account):
            raise Refused(HAD_A_HAND)
        if not bank_days.left_out(session, task.payment_id):
            raise Refused(MAY_BE_THERE)
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
