"""The questions that intake asks of people, and when an answer is due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from config import review_reasons
from config.settings import settings
from queues import reviews, work
from queues.days import answer_by
from queues.models import Delivery, Document, OutwardState, Registration, ReviewState, ReviewTask
from queues.sealed_fields import APPLIED

__all__ = [
    "APPLIED",
    "FIELDS",
    "LINK",
    "UNREADABLE",
    "ask_about_delivery",
    "ask_about_document",
    "with_people",
]

LINK, FIELDS, UNREADABLE = "link", "fields", "unreadable"
_ABOUT_VALUES = ("doubtful_fields", "differs_from_record")
_PRIORITY = {"doubtful_fields": -10, "differs_from_record": -5}


def ask_about_document(
    session: Session,
    document: Document,
    delivery: Delivery,
    reason: str,
    evidence: Mapping[str, Any] | None = None,
) -> ReviewTask:
    """A question about where a document belongs or what it says; asking twice is asking once."""
    kind = FIELDS if reason in _ABOUT_VALUES else UNREADABLE if reason == "unreadable_page" else LINK
    task = reviews.open_task(
        session,
        kind=kind,
        delivery_id=delivery.id,
        document_id=document.id,
        reason=reason,
        question=review_reasons.question(reason),
        evidence=dict(evidence or {}),
        priority=_PRIORITY.get(reason, 0),
        due_at=_due(delivery.received_at),
    )
    if task.reason != reason:  # what was asked before has become another question
        task.reason, task.question = reason, review_reasons.question(reason)
        task.evidence = dict(evidence or {})
        task.version += 1  # who has the old question before him may not answer the new one
        session.add(task)
    return task


def with_people(session: Session, document: Document) -> bool:
    """Whether where a document belongs is in somebody's hands: looked at now, held back, or just decided.

    Bots keep their hands off it meanwhile. While somebody looks at it, it is looked at again afterwards.
    """
    query = (
        select(ReviewTask)
        .where(
            ReviewTask.document_id == document.id,
            ReviewTask.kind == LINK,
            ReviewTask.state != ReviewState.CANCELLED,
        )
        .order_by(col(ReviewTask.id).desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    task = session.exec(query).first()
    if task is None:
        return False
    if _is_being_registered(session, document):
        return True
    decision = task.decision or {}
    if task.state == ReviewState.DECIDED:
        return APPLIED not in decision
    if decision.get("action") == "hold":
        return True
    until = task.claimed_until if task.state == ReviewState.CLAIMED else None
    if until is None or until <= datetime.now(UTC):
        return False
    work.add(
        session,
        "intake.link",
        f"delivery:{document.delivery_id}:after:{int(until.timestamp())}",
        payload={"delivery_id": document.delivery_id, "again": True},
        due_at=until,
    )
    return True


def _is_being_registered(session: Session, document: Document) -> bool:
    query = select(Registration.id).where(
        Registration.document_id == document.id, Registration.state == OutwardState.PENDING
    )
    return session.exec(query).first() is not None


def ask_about_delivery(session: Session, delivery: Delivery, reason: str, question: str) -> ReviewTask:
    """A question about a delivery as a whole: it cannot be opened, or came with errors."""
    return reviews.open_task(
        session,
        kind=UNREADABLE,
        delivery_id=delivery.id,
        reason=reason,
        question=question,
        due_at=_due(delivery.received_at),
    )


def _due(received_at: datetime) -> datetime:
    """By the house's own rule; a legal deadline that is earlier goes before it (`queues.officers`)."""
    return answer_by(received_at, settings().answer_within_days)
