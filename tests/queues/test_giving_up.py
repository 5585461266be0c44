"""After an error: tried again when it may be, a person asked once, and nobody when it settles itself."""

from __future__ import annotations

import errno
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, col, select, text

from config.due_times import open_from, schedule_of, why_not_at
from queues import giving_up, work
from queues.bots import BotSpec
from queues.errors import StoreFull
from queues.models import Bot, BotRun, ReviewState, ReviewTask, WorkItem, WorkState
from queues.retry import NO_RETRY, RetryPolicy

SPEC = BotSpec("test.site", "사이트", lambda _: None, NO_RETRY, 1)


@pytest.fixture(autouse=True)
def clean(session: Session) -> None:
    session.execute(
        text("TRUNCATE review_task, work_evidence, work_item_event, work_item, bot_run, bot CASCADE")
    )
    session.commit()


def _run(session: Session, reference: str, **payload: str) -> WorkItem:
    item = work.add(session, "test.site", reference, payload=payload)
    item.tries = 1
    work.move(session, item, WorkState.RUNNING, "", "bot")
    return item


def _open(session: Session) -> list[ReviewTask]:
    session.flush()
    return list(session.exec(select(ReviewTask).where(ReviewTask.state == ReviewState.OPEN)))


def test_a_bot_that_fails_every_few_minutes_asks_once_and_takes_it_back(session: Session) -> None:
    first = _run(session, "due:1", trigger="schedule")
    giving_up.fail_or_retry(session, first, SPEC, ConnectionError("down"))
    for number in (2, 3):
        later = _run(session, f"due:{number}", trigger="schedule")
        giving_up.fail_or_retry(session, later, SPEC, ConnectionError("down"))
        assert later.state == WorkState.FAILED
    assert [task.item_id for task in _open(session)] == [first.id]
    assert len(session.exec(select(BotRun).where(col(BotRun.error) != "")).all()) == 3
    well = _run(session, "due:4", trigger="schedule")
    assert giving_up.recovered(session, well) == 1
    assert _open(session) == []
    session.refresh(first)
    assert first.state == WorkState.FAILED, "nobody is waited for any more"


def test_papers_are_asked_about_one_by_one(session: Session) -> None:
    for number in (1, 2):
        giving_up.fail_or_retry(session, _run(session, f"delivery:{number}"), SPEC, ConnectionError("down"))
    assert len(_open(session)) == 2
    assert giving_up.recovered(session, _run(session, "delivery:3")) == 0


@pytest.mark.parametrize(
    "error",
    [StoreFull("no room"), OSError(errno.ENOSPC, "no space left"), OSError(errno.EDQUOT, "quota")],
)
def test_a_full_disk_is_waited_out(session: Session, error: Exception) -> None:
    item = _run(session, "delivery:1")
    for _ in range(5):
        item.tries += 1
        work.move(session, item, WorkState.RUNNING, "", "bot")
        giving_up.fail_or_retry(session, item, SPEC, error)
    assert (item.state, item.waiting_reason, item.tries) == ("queued", "disk_full", 1)
    assert _open(session) == []
    wrapped = RuntimeError("could not keep the page")
    wrapped.__cause__ = error
    assert giving_up.is_full(wrapped)
    assert not giving_up.is_full(OSError(errno.EACCES, "not allowed"))


def test_a_bot_with_hours_tries_again_within_them(session: Session) -> None:
    told = {"every": 60.0, "hours": "bank"}
    session.add(Bot(name="test.site", title="사이트", schedule=told))
    schedule = schedule_of("test.site", told)
    assert schedule is not None
    patient = BotSpec(
        "test.site", "사이트", lambda _: None, RetryPolicy(first=14 * 3600, longest=14 * 3600), 1
    )
    item = _run(session, "due:1", trigger="schedule")
    giving_up.fail_or_retry(session, item, patient, ConnectionError("down"))
    assert item.due_at is not None
    assert not why_not_at(schedule, item.due_at)
    assert (open_from(schedule, item.due_at), item.waiting_reason in ("", "closed", "holiday")) == (
        item.due_at,
        True,
    )
    item.due_at = open_from(schedule, datetime(2026, 3, 2, 3, 0, tzinfo=UTC))
    item.waiting_reason = "holiday"
    assert item.due_at == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
