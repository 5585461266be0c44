"""One question for a whole file, and its end when the bank has answered it."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from config import review_reasons
from config.settings import settings
from queues import audit, days, reviews
from queues.models import Payment, PaymentFile, ReviewState, ReviewTask

KIND = "payment_file"
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


def ask(session: Session, file: PaymentFile, reason: str, actor: str) -> ReviewTask:
    """Ask people about a file; it is filed under the first of its payments, so that each file has its own.

    reason  a code of ``review_reasons.yaml``: "file_doubt", "file_other", "file_refused",
            "file_refused_again", "file_no_answer"
    """
    query = select(Payment.id).where(Payment.file_id == file.id).order_by(col(Payment.position))
    return reviews.open_task(
        session,
        kind=KIND,
        reason=reason,
        question=review_reasons.question(reason),
        payment_id=session.exec(query.limit(1)).one(),
        evidence={
            "file_id": file.id, "batch_id": file.batch_id, "msg_id": file.msg_id, "payments": file.payments,
            "won": file.total_won, "tries": file.tries,
            "tried_at": file.tried_at.isoformat() if file.tried_at else "",
        },
        priority=40,
        due_at=days.answer_by(datetime.now(UTC), settings().answer_within_days),
        actor=actor,
    )  # fmt: skip


def withdraw(session: Session, file: PaymentFile, actor: str, *, but: str = "") -> None:
    """The bank has said what was asked of people. `but`: questions with this reason stay."""
    query = select(ReviewTask).where(
        ReviewTask.kind == KIND,
        ReviewTask.reason != but,
        col(ReviewTask.state).in_(_OPEN),
        col(ReviewTask.evidence)["file_id"].as_integer() == file.id,
    )
    for task in session.exec(query.order_by(col(ReviewTask.id)).with_for_update()):
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)
