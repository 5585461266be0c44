"""Pausing bots, and having them go on."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues import audit, work
from queues.models import Bot, WorkItem, WorkState

_AT_ONCE = 500


def pause_bot(session: Session, name: str, reason: str, actor: str) -> None:
    """Let a bot start nothing more; what runs is finished."""
    _set_paused(session, name, True, reason)
    audit.record(session, actor, "bot.pause", "bot", name, reason=reason)


def resume_bot(session: Session, name: str, reason: str, actor: str) -> int:
    """Let a bot go on; returns how many items had waited for it.

    The first of them are handed over at once, the others in turns by `hand_over_waiting`.
    """
    _set_paused(session, name, False, "")
    audit.record(session, actor, "bot.resume", "bot", name, reason=reason)
    count = session.exec(
        select(func.count()).where(WorkItem.bot == name, WorkItem.state == WorkState.WAITING.value)
    ).one()
    hand_over_waiting(session, actor=actor, bot=name)
    return count


def hand_over_waiting(session: Session, *, actor: str, bot: str | None = None, limit: int = _AT_ONCE) -> int:
    """Give the engine what waits although its bot is not paused (any more), first come first served.

    An item that came to wait while its bot was being resumed would wait for ever otherwise. Returns how many.
    """
    statement = (
        select(WorkItem)
        .join(Bot, col(Bot.name) == col(WorkItem.bot), isouter=True)
        .where(WorkItem.state == WorkState.WAITING.value, func.coalesce(col(Bot.paused), False).is_(False))
        .order_by(col(WorkItem.id))
        .limit(limit)
        .with_for_update(of=WorkItem, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if bot is not None:
        statement = statement.where(WorkItem.bot == bot)
    waiting = session.exec(statement).all()
    for item in waiting:
        work.hand_over(session, item, actor=actor, reason="resumed")
    return len(waiting)


def _set_paused(session: Session, name: str, paused: bool, reason: str) -> None:
    session.execute(
        insert(Bot)
        .values(name=name, title=name, concurrency=1, paused=paused, paused_reason=reason)
        .on_conflict_do_update(index_elements=["name"], set_={"paused": paused, "paused_reason": reason})
    )
