"""Work items: adding, handing to the engine, cancelling, doing again.

Every function changes the record and the engine in the caller's transaction: both or neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues import audit, crypto, engine
from queues.errors import NotFinished, UnderWay
from queues.models import Bot, ReviewState, ReviewTask, WorkItem, WorkItemEvent, WorkState
from queues.waiting import why_waiting

__all__ = [
    "UNFINISHED",
    "add",
    "cancel",
    "hand_over",
    "hasten",
    "is_paused",
    "move",
    "one_at_a_time",
    "retry",
    "start_now",
    "unfinished_run",
    "why_waiting",
    "withdraw_from_engine",
    "withdraw_questions",
]

UNFINISHED = (WorkState.WAITING.value, WorkState.QUEUED.value, WorkState.RUNNING.value)
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)


def add(
    session: Session,
    bot: str,
    reference: str,
    *,
    payload: Mapping[str, Any] | None = None,
    priority: int = 0,
    due_at: datetime | None = None,
    attempt: int = 1,
    place_at: datetime | None = None,
    actor: str = "bot",
    reason: str = "",
    note: str = "",
) -> WorkItem:
    """Have `bot` do something about `reference`; the same three again give the same item.

    reference  what it is about, by ids only ("delivery:17")
    payload    ids that the bot needs
    priority   higher goes first, -500 to 500
    due_at     not before this time
    place_at   since when it has its place in the queue, if not since now
    reason     a code for its history; note: what a person wrote, kept sealed
    """
    statement = (
        insert(WorkItem)
        .values(
            bot=bot,
            reference=reference,
            attempt=attempt,
            payload=dict(payload or {}),
            priority=priority,
            due_at=due_at,
            place_at=place_at,
            state=WorkState.WAITING.value,
            sequence=0,
            tries=0,
            deaths=0,
        )
        .on_conflict_do_nothing(index_elements=["bot", "reference", "attempt"])
        .returning(col(WorkItem.id))
    )
    created = session.execute(statement).scalar_one_or_none()
    item = session.exec(
        select(WorkItem).where(
            WorkItem.bot == bot, WorkItem.reference == reference, WorkItem.attempt == attempt
        )
    ).one()
    if created is not None:
        hand_over(session, item, actor=actor, reason=reason, note=note)
    return item


def hand_over(
    session: Session,
    item: WorkItem,
    *,
    actor: str,
    reason: str = "",
    waiting_reason: str = "",
    note: str = "",
) -> None:
    """Give a waiting item to the engine, or let it wait while its bot is paused.

    The place in the queue goes by priority, then by age since the first attempt, however often it was tried.

    waiting_reason  why it has a `due_at` (`queues.waiting`), if not for a system error
    """
    if is_paused(session, item.bot):
        move(session, item, WorkState.WAITING, "paused", actor, waiting_reason="paused", note=note)
        return
    withdraw_from_engine(session, item)
    item.sequence += 1
    item.workflow_id = f"item-{item.id}-{item.sequence}"
    item.executor_id = None
    move(session, item, WorkState.QUEUED, reason, actor, waiting_reason=waiting_reason, note=note)
    delay = (item.due_at - datetime.now(UTC)).total_seconds() if item.due_at else 0.0
    session.flush()
    engine.enqueue(
        session,
        item.bot,
        item.workflow_id,
        item.id,
        priority=501 - max(-500, min(500, item.priority)),
        place_at=item.place_at or item.created_at,
        delay=max(delay, 0.0),
    )


def start_now(session: Session, bot: str, actor: str) -> WorkItem:
    """Run a scheduled bot once, now, as people ask for it. Raises `UnderWay` while a run of it is unfinished."""
    one_at_a_time(session, bot)
    running = unfinished_run(session, bot)
    if running is not None:
        raise UnderWay(f"{bot} is under way as work item {running}")
    now = datetime.now(UTC)
    audit.record(session, actor, "bot.start", "bot", bot)
    payload = {"due_at": now.isoformat(), "trigger": "manual"}
    return add(session, bot, f"manual:{now:%Y-%m-%dT%H:%M:%S.%f}", payload=payload, priority=50, actor=actor)


def hasten(session: Session, item: WorkItem, actor: str) -> bool:
    """Do an item now that waits for a later time, as after an error whose cause is gone; it keeps its place.

    Returns whether there was anything to hasten.
    """
    session.refresh(item, with_for_update=True)
    if item.state != WorkState.QUEUED or item.due_at is None or item.due_at <= datetime.now(UTC):
        return False
    item.due_at = None
    audit.record(session, actor, "work.hasten", "work_item", item.id, bot=item.bot)
    hand_over(session, item, actor=actor, reason="hastened")
    return True


def one_at_a_time(session: Session, bot: str) -> None:
    """Until the end of the transaction nobody else starts a run of this bot."""
    session.execute(_LOCK_BOT, {"bot": bot})


_LOCK_BOT = text("SELECT pg_advisory_xact_lock(hashtextextended('run:' || :bot, 0))")


def unfinished_run(session: Session, bot: str) -> int | None:
    """The id of an unfinished work item of the bot, if there is one."""
    statement = select(WorkItem.id).where(WorkItem.bot == bot, col(WorkItem.state).in_(UNFINISHED))
    return session.exec(statement.limit(1)).first()


def move(
    session: Session,
    item: WorkItem,
    state: WorkState,
    reason: str,
    actor: str,
    *,
    waiting_reason: str = "",
    note: str = "",
) -> None:
    """Change the state of an item and note it in its history; `note` is what a person wrote, kept sealed."""
    is_new = item.state == WorkState.WAITING and item.sequence <= 1 and not item.waiting_reason
    before = "" if is_new else item.state
    item.state = state.value
    item.waiting_reason = waiting_reason
    if state in (WorkState.DONE, WorkState.FAILED, WorkState.CANCELLED, WorkState.REVIEW):
        item.ended_at = datetime.now(UTC)
    session.add(item)
    session.add(
        WorkItemEvent(
            item_id=item.id,
            from_state=before,
            to_state=state.value,
            reason=reason,
            actor=actor,
            note_enc=crypto.seal(note) if note else None,
        )
    )


def is_paused(session: Session, bot: str) -> bool:
    """Whether people have paused this bot."""
    return bool(session.exec(select(Bot.paused).where(Bot.name == bot)).one_or_none())


def cancel(session: Session, item: WorkItem, actor: str, reason: str = "", *, note: str = "") -> bool:
    """Give up an item that has not finished or that waits for a person; open questions about it are withdrawn.

    A step that runs is not stopped, its result is dropped. Returns whether there was anything to give up.
    """
    session.refresh(item, with_for_update=True)
    if item.state not in (*UNFINISHED, WorkState.REVIEW):
        return False
    withdraw_from_engine(session, item)
    move(session, item, WorkState.CANCELLED, reason, actor, note=note)
    item.executor_id = None
    withdraw_questions(session, item, actor)
    audit.record(session, actor, "work.cancel", "work_item", item.id, bot=item.bot, reason=reason)
    return True


def retry(session: Session, item: WorkItem, actor: str, reason: str = "retry", *, note: str = "") -> WorkItem:
    """Do a finished item again, as the next attempt under the same reference, in the place of the first.

    Questions that are open about it are withdrawn. Of an item that was done again already it gives the
    later attempt, as long as that one is unfinished.

    Raises `NotFinished` when it is under way itself, `UnderWay` when it was given up but its worker is
    still at it.
    """
    session.refresh(item, with_for_update=True)
    latest = session.exec(
        select(WorkItem)
        .where(WorkItem.bot == item.bot, WorkItem.reference == item.reference)
        .order_by(col(WorkItem.attempt).desc())
        .limit(1)
    ).one()
    if latest.id != item.id and latest.state in UNFINISHED:
        return latest
    if item.state in UNFINISHED:
        raise NotFinished(f"work item {item.id} has not finished yet")
    if latest.state == WorkState.CANCELLED and engine.is_taken(session, latest.workflow_id or ""):
        raise UnderWay(f"work item {latest.id} was given up, but a worker is still at it")
    withdraw_questions(session, latest, actor)
    audit.record(session, actor, "work.retry", "work_item", item.id, bot=item.bot, reason=reason)
    again = add(
        session,
        item.bot,
        item.reference,
        payload=item.payload,
        priority=item.priority,
        attempt=latest.attempt + 1,
        place_at=item.place_at or item.created_at,
        actor=actor,
        reason=reason,
        note=note,
    )
    for earlier in (item, latest):
        earlier.retried_as = again.id
        session.add(earlier)
    return again


def withdraw_from_engine(session: Session, item: WorkItem) -> None:
    """Take an item that nobody has begun out of the engine's queue."""
    if item.workflow_id:
        engine.withdraw(session, item.workflow_id)


def withdraw_questions(session: Session, item: WorkItem, actor: str) -> int:
    """Cancel the open reviews that ask about this item alone; returns how many."""
    statement = select(ReviewTask).where(
        ReviewTask.item_id == item.id,
        ReviewTask.kind != "link",
        col(ReviewTask.document_id).is_(None),
        col(ReviewTask.state).in_(_OPEN),
    )
    tasks = session.exec(statement.with_for_update()).all()
    for task in tasks:
        task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
        session.add(task)
        audit.record(session, actor, "review.cancel", "review_task", task.id)
    return len(tasks)
