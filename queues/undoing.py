"""Taking back what was decided, until something followed that cannot be taken back."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, col, select

from config import review_reasons
from queues import audit, snapshots, talk_undoing, work
from queues.consequences import NOTICE, effect_of, outward, under_way, what_followed
from queues.errors import Irreversible, StaleDecision
from queues.models import (
    Account,
    Attachment,
    Delivery,
    DeliveryState,
    Document,
    Effect,
    ReviewState,
    ReviewTask,
    WorkItem,
)
from queues.sealed_fields import APPLIED, VIA, sealed_comment

UNDO = "intake.undo_decision"
TAKE_OFF = "intake.take_off"
OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
_NOTHING_KEPT = "되돌리는 데 필요한 기록이 없는 결정입니다."
_NOT_DECIDED = "아직 결정되지 않았거나 이미 되돌린 건입니다."


def locked(session: Session, task_id: int) -> ReviewTask:
    """The task as it is now, which nobody else changes until the transaction ends."""
    return session.exec(
        select(ReviewTask)
        .where(ReviewTask.id == task_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def undoable(session: Session, task: ReviewTask) -> str:
    """ "" when the decision may be taken back, else why not, in Korean."""
    if _is_held(task):
        return ""
    if task.state != ReviewState.DECIDED or task.decision is None:
        return _NOT_DECIDED
    if APPLIED not in task.decision:
        return ""
    if task.kind.startswith("notice"):
        return NOTICE
    if task.session_id is not None:
        return talk_undoing.what_followed(session, task)
    effect = effect_of(session, task)
    return what_followed(session, effect) if effect is not None else _NOTHING_KEPT


def undo(session: Session, task_id: int, version: int, account: Account) -> ReviewTask:
    """Take a decision back, in the caller's transaction; carrying it out is work for `intake.undo_decision`.

    version  of the task as the person saw it after the decision

    The task is open again at once, unless another system has to be asked first (a registration, a transfer):
    then it stays decided until that system agrees, and `undoable` says that it is under way. What was
    decided with it for the whole delivery goes with it, as far as it can be taken back.
    Raises `StaleDecision`, and `Irreversible` with what has followed. Pressed twice, it is taken back once.
    """
    _lock_delivery(session, task_id)
    task = locked(session, task_id)
    if task.version == version + 1 and task.undone_by == account.id:
        return task
    if task.version != version:
        raise StaleDecision(f"review {task_id} has changed since it was shown (version {task.version})")
    if why := undoable(session, task):
        raise Irreversible(why)
    for other in _decided_with(session, task):
        if not undoable(session, other):
            _take_back(session, other, account)
    _take_back(session, task, account)
    return task


def undo_effect(session: Session, effect_id: int, account: Account) -> Effect:
    """Take back an arrangement of pages, or an objection, that no review decided. Raises `Irreversible`."""
    effect = session.get_one(Effect, effect_id, with_for_update=True, populate_existing=True)
    if effect.undo_asked_at is not None and effect.undo_asked_by == account.id:
        return effect
    if effect.task_id is not None:
        raise Irreversible("검토 결정은 그 검토 건에서 되돌려 주십시오.")
    if why := what_followed(session, effect):
        raise Irreversible(why)
    _ask(session, effect, account)
    return effect


def object_to(session: Session, attachment_id: int, account: Account, comment: str) -> ReviewTask:
    """A person says that a document does not belong where a bot put it: taken off, and asked about anew.

    Raises `StaleDecision` when it is not attached there any more, or when something else that was decided
    about the document is still to be carried out.
    """
    attachment = session.get_one(Attachment, attachment_id)
    document = session.get_one(Document, attachment.document_id)
    delivery = session.get_one(Delivery, document.delivery_id, with_for_update=True)
    session.refresh(attachment, with_for_update=True)
    if attachment.undone_at is not None or under_way(session, delivery.id, [document.id]):
        raise StaleDecision(f"attachment {attachment_id} has been changed since it was shown")
    effect = snapshots.begin(session, delivery, [document], kind="objection", made_by=account.id)
    task = _ask_where(session, document, delivery, account, comment)
    effect.after = {**effect.after, "questions": [task.id]}
    session.add(effect)
    actor = f"account:{account.id}"
    audit.record(session, actor, "attachment.objected", "attachment", attachment_id, document=document.id)
    payload = {"attachment_id": attachment_id, "effect_id": effect.id}
    work.add(session, TAKE_OFF, f"effect:{effect.id}", payload=payload, priority=100, actor=actor)
    return task


def _ask_where(
    session: Session, document: Document, delivery: Delivery, account: Account, comment: str
) -> ReviewTask:
    from queues.reviews import open_task

    reason = "objected"
    task = open_task(
        session,
        kind="link",
        reason=reason,
        question=review_reasons.question(reason),
        delivery_id=delivery.id,
        document_id=document.id,
        actor=f"account:{account.id}",
    )
    task.reason, task.question = reason, review_reasons.question(reason)
    task.evidence = {"objected_by": account.id, **sealed_comment(comment)}
    task.version += 1
    session.add(task)
    return task


def _lock_delivery(session: Session, task_id: int) -> None:
    """The delivery, or the talk, before the task, as the bots do: two that lock in another order wait for each other."""
    talk_undoing.hold_talk_of(session, task_id)
    query = select(Delivery).join(ReviewTask, col(ReviewTask.delivery_id) == col(Delivery.id))
    session.exec(query.where(ReviewTask.id == task_id).with_for_update(of=Delivery)).one_or_none()


def _decided_with(session: Session, task: ReviewTask) -> list[ReviewTask]:
    if (task.decision or {}).get("scope") != "delivery" or VIA in (task.decision or {}):
        return []
    query = select(ReviewTask).where(
        ReviewTask.delivery_id == task.delivery_id,
        ReviewTask.state == ReviewState.DECIDED,
        ReviewTask.id != task.id,
    )
    found = session.exec(query.order_by(col(ReviewTask.id)).with_for_update())
    return [t for t in found if (t.decision or {}).get(VIA) == task.id]


def _take_back(session: Session, task: ReviewTask, account: Account) -> None:
    actor = f"account:{account.id}"
    action = (task.decision or {}).get("action", "")
    audit.record(session, actor, "review.undo", "review_task", task.id, version=task.version, decided=action)
    if _is_held(task):
        task.held_until = None
        reopen(session, task, account.id)
        return
    if APPLIED not in (task.decision or {}):
        _call_off(session, task, actor)
        reopen(session, task, account.id)
        return
    if task.session_id is not None:
        talk_undoing.take_back(session, task, account)
        reopen(session, task, account.id)
        return
    effect = effect_of(session, task)
    if effect is None:
        raise Irreversible(_NOTHING_KEPT)
    _ask(session, effect, account)
    if outward(session, effect):
        task.version += 1
        task.undone_by = account.id
        session.add(task)
    else:
        reopen(session, task, account.id)


def reopen(session: Session, task: ReviewTask, account_id: int | None) -> None:
    """Ask a decided question again; what was asked in its place meanwhile is not asked any more."""
    instead = select(ReviewTask).where(
        ReviewTask.kind == task.kind,
        ReviewTask.subject == task.subject,
        ReviewTask.id != task.id,
        col(ReviewTask.state).in_(OPEN),
    )
    for other in session.exec(instead.with_for_update()):
        other.state, other.version = ReviewState.CANCELLED.value, other.version + 1
        session.add(other)
        audit.record(session, f"account:{account_id}", "review.cancel", "review_task", other.id)
    session.flush()
    task.state, task.decision = ReviewState.OPEN.value, None
    task.decided_by, task.decided_at = None, None
    task.claimed_by, task.claimed_until = None, None
    task.undone_at, task.undone_by = datetime.now(UTC), account_id
    task.version += 1
    session.add(task)
    delivery = session.get(Delivery, task.delivery_id) if task.delivery_id is not None else None
    if delivery is not None and delivery.state == DeliveryState.DONE:
        delivery.state = DeliveryState.REVIEW
        session.add(delivery)
    session.flush()


def _call_off(session: Session, task: ReviewTask, actor: str) -> None:
    """Nothing has been done yet: the work of doing it is given up."""
    query = select(WorkItem).where(
        col(WorkItem.bot).in_(
            ["intake.apply_decision", "notices.apply_decision", "counseling.apply_decision"]
        ),
        WorkItem.reference == f"review:{task.id}:{task.version - 1}",
    )
    for item in session.exec(query):
        work.cancel(session, item, actor, "undone")


def _ask(session: Session, effect: Effect, account: Account) -> None:
    effect.undo_asked_at, effect.undo_asked_by = datetime.now(UTC), account.id
    session.add(effect)
    if not outward(session, effect):
        _withdraw_since(session, effect, f"account:{account.id}")
    work.add(
        session,
        UNDO,
        f"effect:{effect.id}:undo:{int(effect.undo_asked_at.timestamp())}",
        payload={"effect_id": effect.id},
        priority=100,
        actor=f"account:{account.id}",
    )


def _withdraw_since(session: Session, effect: Effect, actor: str) -> None:
    """What was asked about the documents in consequence is not for anybody to decide any more."""
    kept = snapshots.opened(effect)["documents"]
    then = {task_id for document in kept for task_id in document["questions"]} | {effect.task_id}
    for document_id in effect.documents:
        for task in snapshots.open_questions(session, document_id):
            if task.id not in then:
                task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
                session.add(task)
                audit.record(session, actor, "review.cancel", "review_task", task.id)


def _is_held(task: ReviewTask) -> bool:
    return task.state in OPEN and (task.decision or {}).get("action") == "hold"
