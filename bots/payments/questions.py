"""Questions about a payment that only a person may answer, and their end when they have answered themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from config import review_reasons
from config.settings import settings
from queues import audit, days, reviews
from queues.models import Payment, PaymentOrder, ReviewState, ReviewTask

NAME = "payment_name"
NO_RECORD = "payment_no_record"
PAST_MIDNIGHT = "payment_past_midnight"
NUMBER_CLASH = "payment_number_clash"
CONTRADICTION = "payment_contradiction"
REJECTED = "payment_rejected"
DOUBLE_AT_BANK = "payment_double_at_bank"
RETURNED = "payment_returned"

NOT_AT_BANK = "payment_not_at_bank"
NOTICE, SEVERAL = "payment_notice", "payment_notice_several"

ABOUT_FATE = (NO_RECORD, PAST_MIDNIGHT, NUMBER_CLASH)
"""Answered when the bank, its statement or a person says whether it was paid."""
ABOUT_ORDER = (REJECTED, DOUBLE_AT_BANK, RETURNED)
"""Nothing was paid, or it came back: what becomes of the order."""

_URGENT = (CONTRADICTION, NUMBER_CLASH)
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


def ask(
    session: Session,
    payment: Payment,
    kind: str,
    reason: str = "",
    *,
    evidence: Mapping[str, Any] | None = None,
    actor: str,
) -> ReviewTask:
    """Ask about a payment; while the same is asked already, it is that one.

    reason   a code of ``review_reasons.yaml``, the kind itself without one
    evidence ids, codes and sums; with it {"batch_id", "order_id", "number", "sent_on", "won"}
    """
    case = session.exec(select(PaymentOrder.application_id).where(PaymentOrder.id == payment.order_id)).one()
    told = {
        "batch_id": payment.batch_id,
        "number": payment.number,
        "sent_on": payment.sent_on.isoformat() if payment.sent_on else "",
        "won": payment.amount_won,
    }
    return reviews.open_task(
        session,
        kind=kind,
        reason=reason or kind,
        question=review_reasons.question(reason or kind),
        application_id=case,
        payment_id=payment.id,
        order_id=payment.order_id,
        evidence=told | dict(evidence or {}),
        priority=40 if kind in _URGENT else 20,
        due_at=days.answer_by(datetime.now(UTC), settings().answer_within_days),
        actor=actor,
    )


def ask_about_notice(
    session: Session, facts: Mapping[str, Any], payment: Payment | None, actor: str
) -> ReviewTask:
    """Ask about a failure notice that fits no payment (None), or several, of which this is one.

    facts  {"message_id", "day", "notice" (its number), "number", "won", "bank", "account" (masked), "code"}
    """
    reason = NOTICE if payment is None else SEVERAL
    told = (
        f"(전문 {facts['message_id']} · {facts['day']} · 원거래 전문번호 {facts['number']:06d} · "
        f"{facts['won']:,}원 · 은행 {facts['bank']} · 계좌 {facts['account']} · 사유 {facts['code'] or '-'})"
    )
    return reviews.open_task(
        session,
        kind=NOTICE,
        reason=reason,
        question=f"{review_reasons.question(reason)} {told}",
        payment_id=payment.id if payment else None,
        order_id=payment.order_id if payment else None,
        message_id=facts["message_id"],
        evidence=facts,
        priority=40,
        due_at=days.answer_by(datetime.now(UTC), settings().answer_within_days),
        actor=actor,
    )


def withdraw(session: Session, payment_ids: Sequence[int], kinds: Sequence[str], actor: str) -> int:
    """Open questions of these kinds about these payments have answered themselves."""
    if not payment_ids:
        return 0
    query = select(ReviewTask).where(
        col(ReviewTask.payment_id).in_(payment_ids),
        col(ReviewTask.kind).in_(kinds),
        col(ReviewTask.state).in_(_OPEN),
    )
    tasks = session.exec(query.order_by(col(ReviewTask.id)).with_for_update()).all()
    for task in tasks:
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)
    return len(tasks)
