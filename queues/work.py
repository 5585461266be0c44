"""Work items: adding, cancelling, doing again, pausing, and why one waits.

Every function changes the record and the engine in the caller's transaction: both or neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues import audit, engine
from queues.models import Bot, WorkItem, WorkItemEvent, WorkState
from queues.waiting import why_waiting

__all__ = [
    "add",
    "cancel",
    "hand_over",
    "move",
    "pause_bot",
    "resume_bot",
    "retry",
    "start_now",
    "why_waiting",
]

_PLACES = 2_000_000
_UNFINISHED = (WorkState.WAITING.value, WorkState.QUEUED.value, WorkState.RUNNING.value)


def add(
    session: Session,
    bot: str,
    reference: str,
    *,
    payload: Mapping[str, Any] | None = None,
    priority: int = 0,
    due_at: datetime | None = None,
    attempt: int = 1,
    actor: str = "bot",
) -> WorkItem:
    """Have `bot` do something about `reference`; the same three again give the same item.

    reference  what it is about, by ids only ("delivery:17")
    payload    ids that the bot needs
    priority   higher goes first, -500 to 500
    due_at     not before this time
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
        hand_over(session, item, actor=actor)
    return item


def hand_over(session: Session, item: WorkItem, *, actor: str, reason: str = "") -> None:
    """Give a waiting item to the engine, or let it wait while its bot is paused.

    The place in the queue goes by priority, then by the age of the item, however often it was tried.
    """
    if is_paused(session, item.bot):
        move(session, item, WorkState.WAITING, "paused", actor, waiting_reason="paused")
        return
    item.sequence += 1
    item.workflow_id = f"item-{item.id}-{item.sequence}"
    item.executor_id = None
    move(session, item, WorkState.QUEUED, reason, actor)
    delay = (item.due_at - datetime.now(UTC)).total_seconds() if item.due_at else 0.0
    session.flush()
    engine.enqueue(session, item.bot, item.workflow_id, item.id, priority=_place(item), delay=max(delay, 0.0))


def start_now(session: Session, bot: str, actor: str) -> WorkItem:
    """Run a scheduled bot once, now, as people ask for it."""
    now = datetime.now(UTC)
    audit.record(session, actor, "bot.start", "bot", bot)
    payload = {"due_at": now.isoformat(), "trigger": "manual"}
    return add(session, bot, f"manual:{now:%Y-%m-%dT%H:%M:%S.%f}", payload=payload, priority=50, actor=actor)


def _place(item: WorkItem) -> int:
    """1 is first; fits in 31 bits: a thousand priorities with two million places each."""
    rank = 500 - max(-500, min(500, item.priority))
    return rank * _PLACES + item.id % _PLACES + 1


def move(
    session: Session,
    item: WorkItem,
    state: WorkState,
    reason: str,
    actor: str,
    *,
    waiting_reason: str = "",
) -> None:
    """Change the state of an item and note it in its history."""
    is_new = item.state == WorkState.WAITING and item.sequence <= 1 and not item.waiting_reason
    before = "" if is_new else item.state
    item.state = state.value
    item.waiting_reason = waiting_reason
    if state in (WorkState.DONE, WorkState.FAILED, WorkState.CANCELLED, WorkState.REVIEW):
        item.ended_at = datetime.now(UTC)
    session.add(item)
    session.add(
        WorkItemEvent(item_id=item.id, from_state=before, to_state=state.value, reason=reason, actor=actor)
    )


def is_paused(session: Session, bot: str) -> bool:
    """Whether people have paused this bot."""
    return bool(session.exec(select(Bot.paused).where(Bot.name == bot)).one_or_none())


def cancel(session: Session, item: WorkItem, actor: str, reason: str = "") -> bool:
    """Give up an item that has not finished. A step that runs is not stopped, its result is dropped.

    Returns whether there was anything to give up.
    """
    session.refresh(item, with_for_update=True)
    if item.state not in _UNFINISHED:
        return False
    # The engine still has it: when its turn comes, the runner sees that it was given up.
    move(session, item, WorkState.CANCELLED, reason, actor)
    item.executor_id = None
    audit.record(session, actor, "work.cancel", "work_item", item.id, bot=item.bot, reason=reason)
    return True


def retry(session: Session, item: WorkItem, actor: str, reason: str = "") -> WorkItem:
    """Do a finished item again, as the next attempt under the same reference.

    Raises ValueError when it has not finished yet.
    """
    if item.state in _UNFINISHED:
        raise ValueError(f"work item {item.id} has not finished yet")
    latest = session.exec(
        select(func.max(WorkItem.attempt)).where(
            WorkItem.bot == item.bot, WorkItem.reference == item.reference
        )
    ).one()
    audit.record(session, actor, "work.retry", "work_item", item.id, bot=item.bot, reason=reason)
    return add(
        session,
        item.bot,
        item.reference,
        payload=item.payload,
        priority=item.priority,
        attempt=max(latest, item.attempt) + 1,
        actor=actor,
    )


def pause_bot(session: Session, name: str, reason: str, actor: str) -> None:
    """Let a bot start nothing more; what runs is finished."""
    _set_paused(session, name, True, reason)
    audit.record(session, actor, "bot.pause", "bot", name, reason=reason)


def resume_bot(session: Session, name: str, reason: str, actor: str) -> int:
    """Let a bot go on; returns how many items had waited for it."""
    _set_paused(session, name, False, "")
    audit.record(session, actor, "bot.resume", "bot", name, reason=reason)
    waiting = session.exec(
        select(WorkItem)
        .where(WorkItem.bot == name, WorkItem.state == WorkState.WAITING.value)
        .order_by(col(WorkItem.id))
        .with_for_update()
    ).all()
    for item in waiting:
        hand_over(session, item, actor=actor, reason="resumed")
    return len(waiting)


def _set_paused(session: Session, name: str, paused: bool, reason: str) -> None:
    session.execute(
        insert(Bot)
        .values(name=name, title=name, concurrency=1, paused=paused, paused_reason=reason)
        .on_conflict_do_update(index_elements=["name"], set_={"paused": paused, "paused_reason": reason})
    )
