"""One run of a work item: begin, call the bot, settle what came of it.

The engine calls `run_item` with the id of an item. It may call it again for the same run when a
worker died; it may even have two at once when a worker was wrongly taken for dead. So each change
of the record looks first whether the item is still this run's.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from queues import bots, database, engine, giving_up, reviews, work
from queues.bots import BotSpec, Outcome, Work
from queues.errors import BusinessError
from queues.models import ErrorKind, WorkItem, WorkState
from queues.retry import through_outages
from queues.runs import note_run

log = logging.getLogger(__name__)


def run_item(item_id: int) -> None:
    """Run an item once. Never raises for what the bot does; that is settled in the record."""
    workflow_id = engine.current_workflow()
    begun = through_outages(lambda: _begin(item_id, workflow_id))
    if begun is None:
        return
    spec, item = begun
    try:
        outcome = spec.run(item) or Outcome()
    except BusinessError as error:
        refused = error
        through_outages(lambda: _settle_business_error(item_id, workflow_id, refused))
    except Exception as error:
        failure = error
        log.warning(
            "%s %s: %s (item %d, try %d)",
            spec.name,
            item.reference,
            giving_up.describe(error),
            item_id,
            item.tries,
            exc_info=log.isEnabledFor(logging.DEBUG),
        )
        through_outages(lambda: _settle_system_error(item_id, workflow_id, spec, failure))
    else:
        through_outages(lambda: _settle_done(item_id, workflow_id, outcome))


def _begin(item_id: int, workflow_id: str) -> tuple[BotSpec, Work] | None:
    with database.session() as session:
        item = _locked(session, item_id)
        if item is None or item.workflow_id != workflow_id:
            return None
        if item.state not in (WorkState.QUEUED, WorkState.RUNNING):
            return None
        if item.state == WorkState.QUEUED and work.is_paused(session, item.bot):
            work.move(session, item, WorkState.WAITING, "paused", "bot", waiting_reason="paused")
            return None
        spec = bots.spec(item.bot)
        again = item.state == WorkState.RUNNING
        if not again:
            item.tries += 1
        item.executor_id = engine.executor_id()
        item.started_at = datetime.now(UTC)
        work.move(session, item, WorkState.RUNNING, "resumed" if again else "", "bot")
        return spec, Work(
            id=item.id,
            bot=item.bot,
            reference=item.reference,
            payload=item.payload,
            attempt=item.attempt,
            tries=item.tries,
        )


def _mine(session: Session, item_id: int, workflow_id: str) -> WorkItem | None:
    """The item, locked, if this run still is the one that counts."""
    item = _locked(session, item_id)
    if item is None or item.workflow_id != workflow_id or item.state != WorkState.RUNNING:
        return None
    return item if item.executor_id == engine.executor_id() else None


def _locked(session: Session, item_id: int) -> WorkItem | None:
    return session.exec(select(WorkItem).where(col(WorkItem.id) == item_id).with_for_update()).one_or_none()


def _settle_done(item_id: int, workflow_id: str, outcome: Outcome) -> None:
    with database.session() as session:
        item = _mine(session, item_id, workflow_id)
        if item is None:
            return
        item.error_kind, item.error_code, item.error_text = None, "", ""
        work.move(session, item, WorkState.DONE, "", "bot")
        giving_up.recovered(session, item)
        note_run(session, item, outcome)


def _settle_business_error(item_id: int, workflow_id: str, error: BusinessError) -> None:
    with database.session() as session:
        item = _mine(session, item_id, workflow_id)
        if item is None:
            return
        item.error_kind = ErrorKind.BUSINESS.value
        item.error_code, item.error_text = error.code, error.text
        if not error.review:
            work.move(session, item, WorkState.FAILED, error.code, "bot")
        else:
            work.move(session, item, WorkState.REVIEW, error.code, "bot")
            reviews.open_for_item(session, item, kind="business_error", question=error.text)
        note_run(session, item, Outcome(), error=error.code)


def _settle_system_error(item_id: int, workflow_id: str, spec: BotSpec, error: Exception) -> None:
    with database.session() as session:
        item = _mine(session, item_id, workflow_id)
        if item is None:
            return
        giving_up.fail_or_retry(session, item, spec, error)
