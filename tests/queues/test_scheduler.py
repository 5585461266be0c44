"""Due times become work once, missed ones by policy, and only under the lease."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.firings import LEASE, fire
from bots.scheduler import FiringExecutor, Scheduler, settle
from config.bot_schedule import BotSchedule, bot_schedules
from config.due_times import trigger_of
from config.settings import settings
from queues import leases
from queues.models import Firing, WorkItem
from tests.conftest import environment
from tests.queues.processes import NO_SCHEDULE

NOON = datetime(2026, 3, 4, 12, 0, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _lease(database_url: str) -> None:
    assert leases.take(LEASE, "me", 60)


def _items(session: Session, bot: str) -> list[WorkItem]:
    return list(session.exec(select(WorkItem).where(WorkItem.bot == bot).order_by(col(WorkItem.id))).all())


@pytest.mark.parametrize(("missed", "expected"), [("skip", 1), ("once", 1), ("all", 4)])
def test_missed_firings_are_settled_by_policy(session: Session, missed: str, expected: int) -> None:
    bot = f"test.{missed}"
    schedule = BotSchedule(bot, cron="0 * * * *", missed=missed, overlap="queue")
    session.add(Firing(bot=bot, due_at=NOON - timedelta(hours=4, seconds=1)))
    session.commit()
    assert settle(schedule, NOON, "me") == expected
    due = [item.payload["due_at"] for item in _items(session, bot)]
    assert due[-1] == "2026-03-04T12:00:00+00:00"
    late = [item.payload["trigger"] for item in _items(session, bot)]
    assert late == ["late"] * (expected - 1) + ["schedule"]
    assert settle(schedule, NOON, "me") == 0


def test_skip_forgets_what_is_long_past(session: Session) -> None:
    schedule = BotSchedule("test.past", cron="0 * * * *", missed="skip")
    session.add(Firing(bot="test.past", due_at=NOON - timedelta(hours=4)))
    session.commit()
    assert settle(schedule, NOON + timedelta(minutes=30), "me") == 0
    once = BotSchedule("test.past", cron="0 * * * *", missed="once")
    assert settle(once, NOON + timedelta(minutes=30), "me") == 1


def test_without_the_lease_nothing_is_fired(session: Session) -> None:
    schedule = BotSchedule("test.lease", every=3.0)
    assert not fire(schedule, NOON, False, "somebody else")
    assert fire(schedule, NOON, False, "me")
    assert not fire(schedule, NOON, False, "me")
    assert len(_items(session, "test.lease")) == 1


def test_closed_days_and_unfinished_runs_are_recorded_not_run(session: Session) -> None:
    holiday = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # substitute of 삼일절
    assert not fire(BotSchedule("test.days", every=3600.0, days="business"), holiday, False, "me")
    assert fire(BotSchedule("test.twice", every=3.0), NOON, False, "me")
    assert not fire(BotSchedule("test.twice", every=3.0), NOON + timedelta(seconds=3), False, "me")
    outcomes = {(f.bot, f.outcome) for f in session.exec(select(Firing)).all()}
    assert {("test.days", "holiday"), ("test.twice", "fired"), ("test.twice", "skipped")} <= outcomes


def test_two_schedulers_know_the_same_due_times() -> None:
    trigger = trigger_of(BotSchedule("x", every=3.0))
    first = trigger.get_next_fire_time(None, NOON)
    second = trigger.get_next_fire_time(None, NOON + timedelta(milliseconds=700))
    assert first == second == NOON.replace(microsecond=0, second=3)


def test_what_could_not_be_fired_when_it_was_due_is_fired_soon_after(session: Session) -> None:
    """A daily bot would miss the day: its next due time is tomorrow."""
    schedule = BotSchedule("test.daily", cron="0 12 * * *", missed="skip")
    due = datetime(2026, 3, 4, 3, 0, tzinfo=UTC)
    session.add(Firing(bot="test.daily", due_at=due - timedelta(days=1)))
    session.commit()
    executor = FiringExecutor("me")
    leases.give_back(LEASE, "me")
    executor._settle(schedule, due)
    assert _items(session, "test.daily") == []
    assert leases.take(LEASE, "me", 60)
    executor.settle_again()
    session.rollback()
    assert len(_items(session, "test.daily")) == 1
    executor.settle_again()
    session.rollback()
    assert len(_items(session, "test.daily")) == 1


def test_a_spare_takes_over(session: Session, tmp_path: Path) -> None:
    (tmp_path / "bots.yaml").write_text(NO_SCHEDULE + "\ntest.tick: {every: 1s, overlap: queue}\n")
    leases.give_back(LEASE, "me")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path), BACKOFFICE_LEASE_SECONDS="0.9"):
        assert [s.bot for s in bot_schedules()] == ["test.tick"]
        assert settings().lease_seconds == 0.9
        one, spare = Scheduler("one"), Scheduler("spare")
        one.start()
        _wait(lambda: one.is_in_charge)
        spare.start()
        time.sleep(1.5)
        assert one.is_in_charge
        assert not spare.is_in_charge
        one.stop()
        _wait(lambda: spare.is_in_charge)
        time.sleep(1.2)
        spare.stop()
    due = [datetime.fromisoformat(i.payload["due_at"]) for i in _items(session, "test.tick")]
    assert len(due) >= 2
    assert len(set(due)) == len(due)
    left = session.execute(text("SELECT count(*) FROM lease WHERE name = 'scheduler'")).scalar_one()
    assert left == 0


def _wait(condition: object, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")
