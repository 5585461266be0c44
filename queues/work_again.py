"""Work that is to be done anew about the same thing: another approval, a batch resumed, hours that have come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from queues import work
from queues.models import WorkItem, WorkState

_WAITS = (WorkState.WAITING.value, WorkState.QUEUED.value)
_IN_TROUBLE = (WorkState.REVIEW.value, WorkState.FAILED.value)


def add_again(
    session: Session,
    bot: str,
    reference: str,
    *,
    payload: Mapping[str, Any] | None = None,
    priority: int = 0,
    due_at: datetime | None = None,
    actor: str = "bot",
    reason: str = "",
) -> WorkItem:
    """Have `bot` do something about `reference` in a new attempt, whatever became of earlier ones.

    Unless one is waiting to be run already: that one will see what has changed. One that is running may be past
    it. What was asked about one that had failed has answered itself. Arguments as those of `queues.work.add`.
    """
    work.one_at_a_time(session, f"{bot} {reference}")
    query = select(WorkItem).where(WorkItem.bot == bot, WorkItem.reference == reference)
    last = session.exec(query.order_by(col(WorkItem.attempt).desc()).limit(1).with_for_update()).first()
    if last is not None and last.state in _WAITS:
        if due_at is None or (last.due_at is not None and due_at < last.due_at):
            work.hasten(session, last, actor)
        return last
    again = work.add(
        session,
        bot,
        reference,
        payload=payload,
        priority=priority,
        due_at=due_at,
        attempt=last.attempt + 1 if last is not None else 1,
        actor=actor,
        reason=reason,
    )
    if last is not None and last.state in _IN_TROUBLE:
        work.withdraw_questions(session, last, actor)
        last.retried_as = again.id
        session.add(last)
    return again
