"""Questions about a letter that cannot be made: nothing leaves, and the case's officer is asked."""

from __future__ import annotations

from sqlmodel import Session, col, select

from config import review_reasons
from queues import audit, notices, reviews
from queues.models import Notice, NoticeState, ReviewState, ReviewTask

ABOUT_MAKING = (
    "notice_value_missing",
    "notice_template_error",
    "notice_recipient_missing",
    "notice_no_approver",
    "notice_no_document_system",
    "notice_no_remedy",
    "notice_number_refused",
    "notice_sent_back",
    "notice_taken_back",
)


def ask(session: Session, notice: Notice, reason: str, actor: str, *, problem: str = "") -> ReviewTask:
    """The notice waits for a person; `problem` says in Korean, without personal data, what is wrong.

    Evidence of the review: {"notice_id", "problem"}. It is decided by "prepare" (made anew) or "drop".
    """
    notices.move(session, notice, NoticeState.REVIEW, actor, reason=reason)
    question = review_reasons.question(reason)
    return reviews.open_task(
        session,
        kind=reason,
        reason=reason,
        question=f"{question} ({problem})" if problem else question,
        application_id=notice.application_id,
        notice_id=notice.id,
        evidence={"problem": problem} if problem else {},
        priority=15 if notice.official else 5,
        actor=actor,
    )


def withdraw(session: Session, notice: Notice, actor: str) -> None:
    """The letter is made anew: what was asked about making it is not for anybody to decide any more."""
    query = select(ReviewTask).where(
        ReviewTask.subject == f"notice:{notice.id}",
        col(ReviewTask.kind).in_(ABOUT_MAKING),
        col(ReviewTask.state).in_([ReviewState.OPEN.value, ReviewState.CLAIMED.value]),
    )
    for task in session.exec(query.order_by(col(ReviewTask.id)).with_for_update()).all():
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)
