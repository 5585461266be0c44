"""Questions to people: opened by bots, taken by one person at a time, decided once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from config.settings import settings
from queues import audit, days, officers, work
from queues.errors import NotYours, StaleDecision
from queues.models import Account, ReviewState, ReviewTask, WorkItem
from queues.sealed_fields import VIA, same_decision, seal_fields
from queues.undoing import OPEN, locked, object_to, undo, undoable

__all__ = [
    "APPLY_DECISION",
    "APPLY_TO_NOTICE",
    "APPLY_TO_PAYMENT",
    "APPLY_TO_TALK",
    "applied_by",
    "cancel_for",
    "claim",
    "decide",
    "object_to",
    "open_for_item",
    "open_task",
    "release",
    "undo",
    "undoable",
]

APPLY_DECISION = "intake.apply_decision"
APPLY_TO_NOTICE = "notices.apply_decision"
APPLY_TO_PAYMENT = "payments.apply_decision"
APPLY_TO_TALK = "counseling.apply_decision"


def applied_by(kind: str) -> str:
    """The bot that carries out what was decided about a question of this kind."""
    if kind.startswith("notice"):
        return APPLY_TO_NOTICE
    if kind.startswith("counseling"):
        return APPLY_TO_TALK
    return APPLY_TO_PAYMENT if kind.startswith("payment") else APPLY_DECISION


def open_task(
    session: Session,
    *,
    kind: str,
    reason: str,
    question: str = "",
    delivery_id: int | None = None,
    document_id: int | None = None,
    application_id: int | None = None,
    item_id: int | None = None,
    notice_id: int | None = None,
    payment_id: int | None = None,
    order_id: int | None = None,
    message_id: int | None = None,
    session_id: int | None = None,
    evidence: Mapping[str, Any] | None = None,
    priority: int = 0,
    due_at: datetime | None = None,
    actor: str = "bot",
) -> ReviewTask:
    """Ask people something; while the same question about the same thing is open, it is that one.

    kind      "link", "business_error", ...; with the subject (payment, else order, notice, recorded talk, work item,
              document, delivery, application, message of the bank) it tells questions apart: two pieces of work about one
              delivery that failed are two questions, or one of them would wait for nobody, and so
              are two letters of one case that came back
    reason    a code, e.g. "two_open_cases"
    question  what a person reads, in Korean, without personal data
    priority  higher goes first; due_at: when it should be decided

    Whose it is, and by which legal date it is due, `queues.officers.assign` says.
    """
    subject = _subject(
        payment=payment_id, order=order_id, notice=notice_id, session=session_id, item=item_id, document=document_id,
        delivery=delivery_id, application=application_id, message=message_id,
    )  # fmt: skip
    created = session.execute(
        insert(ReviewTask)
        .values(
            kind=kind,
            subject=subject,
            delivery_id=delivery_id,
            document_id=document_id,
            application_id=application_id,
            item_id=item_id,
            payment_id=payment_id,
            order_id=order_id,
            session_id=session_id,
            reason=reason,
            question=question,
            evidence={"notice_id": notice_id} | dict(evidence or {}) if notice_id else dict(evidence or {}),
            state=ReviewState.OPEN.value,
            priority=priority,
            due_at=due_at,
            version=1,
        )
        .on_conflict_do_nothing(
            index_elements=["kind", "subject"], index_where=text("state IN ('open', 'claimed')")
        )
        .returning(col(ReviewTask.id))
    ).scalar_one_or_none()
    task = session.exec(
        select(ReviewTask).where(
            ReviewTask.kind == kind, ReviewTask.subject == subject, col(ReviewTask.state).in_(OPEN)
        )
    ).one()
    if created is not None:
        officers.assign(session, task)
        audit.record(session, actor, "review.open", "review_task", task.id, kind=kind, reason=reason)
    return task


def _subject(**named: int | None) -> str:
    """The first that is given."""
    for name, value in named.items():
        if value is not None:
            return f"{name}:{value}"
    raise ValueError("a review needs something that it is about")


def open_for_item(
    session: Session, item: WorkItem, *, kind: str, question: str, reason: str = ""
) -> ReviewTask:
    """Ask people about a work item that cannot go on; the reason is the error's code unless given."""
    return open_task(
        session,
        kind=kind,
        reason=reason or item.error_code,
        question=question,
        item_id=item.id,
        evidence={"bot": item.bot, "reference": item.reference, "error": item.error_text},
        priority=item.priority,
        delivery_id=item.payload.get("delivery_id"),
        document_id=item.payload.get("document_id"),
        application_id=item.payload.get("application_id"),
    )


def claim(session: Session, task_id: int, account: Account) -> ReviewTask:
    """Take a review for a while (the setting `claim_minutes`); taking it again makes it longer.

    Raises `NotYours` while another person holds it, `StaleDecision` when it is decided already.
    """
    task = locked(session, task_id)
    _must_be_open(task)
    if _held_by_another(task, account):
        raise NotYours(f"review {task_id} is held by another person")
    task.state = ReviewState.CLAIMED.value
    task.claimed_by = account.id
    task.claimed_until = datetime.now(UTC) + timedelta(minutes=settings().claim_minutes)
    session.add(task)
    return task


def release(session: Session, task_id: int, account: Account) -> ReviewTask:
    """Give a review back. Raises `NotYours` when another person holds it."""
    task = locked(session, task_id)
    if task.state != ReviewState.CLAIMED:
        return task
    if _held_by_another(task, account):
        raise NotYours(f"review {task_id} is held by another person")
    task.state, task.claimed_by, task.claimed_until = ReviewState.OPEN.value, None, None
    session.add(task)
    return task


def decide(
    session: Session, task_id: int, version: int, decision: Mapping[str, Any], account: Account
) -> ReviewTask:
    """Decide a review, note it, and have the decision carried out, all in the caller's transaction.

    version   of the task as the person saw it
    decision  {"action": "attach" | "correct" | "register" | "transfer" | "reject" | "hold", ...}. What people
              wrote into it ("fields", "people", "comment") is sealed before it is kept. "hold" leaves the
              task open, put off until the day "until" (YYYY-MM-DD) or else the next business day.
              Of a question about a notice (kind "notice..."): {"action": "resend" | "correct_address" |
              "was_sent" | "was_not_sent" | "public_notice" | "handed_over" | "prepare" | "drop", ...}, as
              `bots.notices.decide` describes; "to" and "receiver" are sealed.
              "scope": "delivery" decides the open questions of the same kind about the delivery's other
              documents alike, but those that another person holds.

    Raises `StaleDecision` when it was decided or changed meanwhile, `NotYours` when another person
    holds it. The same decision under the same version by the same person, given twice, is one.
    """
    whole = decision.get("scope") == "delivery"
    _lock_in_order(session, task_id)
    task = locked(session, task_id)
    if _is_the_same(task, version, decision, account):
        return task
    _must_be_open(task)
    if task.version != version:
        raise StaleDecision(f"review {task_id} has changed since it was shown (version {task.version})")
    if _held_by_another(task, account):
        raise NotYours(f"review {task_id} is held by another person")
    kept = seal_fields(decision)
    if decision.get("action") == "hold":
        _put_off(session, task, kept, account)
        return task
    _settle(session, task, kept, account)
    if whole:
        for other in _alike(session, task, account):
            _settle(session, other, {**kept, VIA: task.id}, account)
    return task


def _lock_in_order(session: Session, task_id: int) -> None:
    """All open questions about the delivery, by number: a decision changes several of them, and two people who
    decide about one delivery at once must not wait for each other for ever."""
    delivery_id = session.exec(select(ReviewTask.delivery_id).where(ReviewTask.id == task_id)).one()
    if delivery_id is None:
        return
    query = select(ReviewTask.id).where(
        ReviewTask.delivery_id == delivery_id, col(ReviewTask.state).in_(OPEN)
    )
    session.exec(query.order_by(col(ReviewTask.id)).with_for_update()).all()


def _settle(session: Session, task: ReviewTask, kept: dict[str, Any], account: Account) -> None:
    """The question is answered; what the answer changes is the bot's work."""
    version = task.version
    _note(session, task, kept, account)
    task.state = ReviewState.DECIDED.value
    session.add(task)
    _outdate_others(session, task)
    work.add(
        session,
        applied_by(task.kind),
        f"review:{task.id}:{version}",
        payload={"task_id": task.id, "version": version},
        priority=100,
        actor=f"account:{account.id}",
    )


def _put_off(session: Session, task: ReviewTask, kept: dict[str, Any], account: Account) -> None:
    _note(session, task, kept, account)
    task.state = ReviewState.OPEN.value
    until = str(kept.get("until") or "")
    day = date.fromisoformat(until[:10]) if until else days.next_business_day(days.today())
    task.held_until = days.begins(day)
    session.add(task)


def _note(session: Session, task: ReviewTask, kept: dict[str, Any], account: Account) -> None:
    audit.record(
        session,
        f"account:{account.id}",
        "review.decide",
        "review_task",
        task.id,
        version=task.version,
        decided=str(kept.get("action", "")),
        fields=sorted(kept.get("fields") or {}),
    )
    task.version += 1
    task.decision = kept
    task.decided_by, task.decided_at = account.id, datetime.now(UTC)
    task.claimed_by, task.claimed_until = None, None
    task.held_until, task.undone_at, task.undone_by = None, None, None


def _alike(session: Session, task: ReviewTask, account: Account) -> list[ReviewTask]:
    """Open questions of the same kind about the other documents of the delivery, that nobody else holds."""
    query = (
        select(ReviewTask)
        .where(
            ReviewTask.delivery_id == task.delivery_id,
            ReviewTask.kind == task.kind,
            ReviewTask.id != task.id,
            col(ReviewTask.document_id).is_not(None),
            col(ReviewTask.state).in_(OPEN),
        )
        .order_by(col(ReviewTask.id))
        .with_for_update()
    )
    return [t for t in session.exec(query) if not _held_by_another(t, account)]


def _outdate_others(session: Session, task: ReviewTask) -> None:
    """Other questions about the document were shown with what it said until now: a decision from such a
    screen is stale. So are those about any document of a delivery that is rejected as a whole."""
    query = select(ReviewTask).where(ReviewTask.id != task.id, col(ReviewTask.state).in_(OPEN))
    if task.document_id is not None:
        query = query.where(ReviewTask.document_id == task.document_id)
    elif task.delivery_id is not None and (task.decision or {}).get("action") == "reject":
        query = query.where(ReviewTask.delivery_id == task.delivery_id)
    else:
        return
    for other in session.exec(query.order_by(col(ReviewTask.id)).with_for_update()):
        other.version += 1
        session.add(other)


def cancel_for(
    session: Session,
    *,
    actor: str,
    document_id: int | None = None,
    delivery_id: int | None = None,
    kind: str | None = None,
) -> int:
    """Withdraw open questions (of a kind) about a document or a delivery that have become pointless."""
    statement = select(ReviewTask).where(col(ReviewTask.state).in_(OPEN))
    if document_id is not None:
        statement = statement.where(ReviewTask.document_id == document_id)
    if delivery_id is not None:
        statement = statement.where(ReviewTask.delivery_id == delivery_id)
    if kind is not None:
        statement = statement.where(ReviewTask.kind == kind)
    if document_id is None and delivery_id is None:
        raise ValueError("cancel_for needs a document or a delivery")
    tasks = session.exec(statement.order_by(col(ReviewTask.id)).with_for_update()).all()
    for task in tasks:
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)
    return len(tasks)


def _is_the_same(task: ReviewTask, version: int, decision: Mapping[str, Any], account: Account) -> bool:
    """Pressed twice. Another decision under the same version is not the same: it must not seem taken."""
    held = task.state in OPEN and task.held_until is not None
    return (
        (held or task.state == ReviewState.DECIDED)
        and task.version == version + 1
        and task.decided_by == account.id
        and same_decision(task.decision, decision)
    )


def _must_be_open(task: ReviewTask) -> None:
    if task.state not in OPEN:
        raise StaleDecision(f"review {task.id} is already {task.state}")


def _held_by_another(task: ReviewTask, account: Account) -> bool:
    if task.state != ReviewState.CLAIMED or task.claimed_by == account.id:
        return False
    return task.claimed_until is not None and task.claimed_until > datetime.now(UTC)
