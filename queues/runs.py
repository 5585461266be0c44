"""The runs of scheduled bots, as the dashboard lists them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from queues.bots import Outcome
from queues.models import BotRun, WorkEvidence, WorkItem, WorkItemEvent


def note_run(session: Session, item: WorkItem, outcome: Outcome, error: str = "") -> None:
    """Write down a run of a bot that was started by schedule or by hand.

    A run that found nothing to do leaves one line per bot, the latest, and no work item.
    """
    trigger = item.payload.get("trigger")
    if not trigger:
        return
    due = item.payload.get("due_at")
    run = _last_idle(session, item.bot) if outcome.idle and not error else None
    run = run or BotRun(bot=item.bot)
    run.due_at = datetime.fromisoformat(due) if due else None
    run.started_at = item.started_at or datetime.now(UTC)
    run.ended_at = datetime.now(UTC)
    run.trigger, run.counts, run.error = trigger, dict(outcome.counts), error
    session.add(run)
    if outcome.idle and not error and item.tries == 1 and not _has_evidence(session, item):
        session.flush()
        session.execute(delete(WorkItemEvent).where(col(WorkItemEvent.item_id) == item.id))
        session.execute(delete(WorkItem).where(col(WorkItem.id) == item.id))
        session.expunge(item)


def _has_evidence(session: Session, item: WorkItem) -> bool:
    """A run that was resumed may have left some the time before."""
    query = select(WorkEvidence.id).where(WorkEvidence.item_id == item.id).limit(1)
    return session.exec(query).first() is not None


def _last_idle(session: Session, bot: str) -> BotRun | None:
    return session.exec(
        select(BotRun)
        .where(BotRun.bot == bot, BotRun.error == "", col(BotRun.counts) == text("'{}'::jsonb"))
        .order_by(col(BotRun.id).desc())
        .limit(1)
    ).first()
