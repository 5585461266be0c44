"""Each alarm arises from what it is about, says what to do, and goes away by itself."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console
from sqlmodel import Session, col, select, text

from bots import queue_status
from queues import accounts, alarms, engine, pausing, reviews, work
from queues.alarms import Alarm
from queues.deliveries import Arrived, enter_in
from queues.models import Bot, BotRun, Delivery, Firing, ReviewTask, Role, Worker, WorkItem, WorkState
from tests.conftest import ROOT, environment

_TABLES = (
    "alarm_seen, review_task, work_evidence, work_item_event, work_item, bot_run, firing, bot, worker, lease"
)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def in_order(session: Session, now: datetime) -> Iterator[None]:
    """A worker that has lived for long and keeps time; room on the disk."""
    session.execute(text(f"TRUNCATE {_TABLES} CASCADE"))
    session.execute(text("DELETE FROM dbos.workflow_status"))
    session.add(
        Worker(executor_id="w", host="host", version=engine.VERSION, started_at=now - timedelta(days=2))
    )
    session.execute(
        text("INSERT INTO lease VALUES ('scheduler', 's', clock_timestamp() + interval '1 hour')")
    )
    session.commit()
    with environment(BACKOFFICE_MIN_FREE_BYTES="0"):
        yield


def _found(session: Session) -> dict[str, Alarm]:
    session.commit()
    return {alarm.name: alarm for alarm in alarms.alarms(session)}


def _bot(session: Session, name: str, **schedule: object) -> Bot:
    bot = Bot(name=name, title=f"{name} 봇", schedule=schedule or None)
    session.add(bot)
    session.flush()
    return bot


def _run(session: Session, bot: str, at: datetime, error: str = "") -> None:
    session.add(BotRun(bot=bot, due_at=at, started_at=at, ended_at=at + timedelta(seconds=1), error=error))


def test_all_in_order(session: Session, now: datetime) -> None:
    _bot(session, "intake.spool", every=3.0)
    _run(session, "intake.spool", now - timedelta(seconds=4))
    assert _found(session) == {}


def test_no_worker_lives(session: Session) -> None:
    session.execute(text("UPDATE worker SET heartbeat_at = clock_timestamp() - interval '10 minutes'"))
    alarm = _found(session)["no_worker:"]
    assert alarm.tone == "bad"
    assert "./backoffice" in alarm.to_do
    assert alarm.since is not None and datetime.now(UTC) - alarm.since > timedelta(minutes=9)


@pytest.mark.parametrize("how", ["ran out", "never taken"])
def test_nobody_keeps_time(session: Session, now: datetime, how: str) -> None:
    if how == "ran out":
        session.execute(text("UPDATE lease SET expires_at = clock_timestamp() - interval '5 minutes'"))
    else:
        session.execute(text("DELETE FROM lease"))
        session.add(Firing(bot="x", due_at=now, at=now - timedelta(minutes=5)))
    assert "no_scheduler:" in _found(session)
    session.execute(text("UPDATE lease SET expires_at = clock_timestamp() - interval '1 second'"))
    if how == "ran out":
        assert _found(session) == {}, "a lease that is about to be taken over is no alarm"


def test_work_of_another_version(session: Session) -> None:
    _bot(session, "test.old")
    item = work.add(session, "test.old", "thing:1")
    session.execute(text("UPDATE dbos.workflow_status SET application_version = '0'"))
    alarm = _found(session)["other_version:0"]
    assert "1건" in alarm.what
    work.hand_over(session, item, actor="account:1")
    assert _found(session) == {}, "handed to the engine anew it is of the version that runs"


def test_a_bot_that_should_have_run(session: Session, now: datetime) -> None:
    _bot(session, "intake.mail", every=60.0)
    _bot(session, "daily", cron=f"{now.minute} {(now.hour + 9 - 1) % 24} * * *")
    _run(session, "intake.mail", now - timedelta(minutes=20))
    _run(session, "daily", now - timedelta(days=1))
    found = _found(session)
    assert {"missed_run:intake.mail", "missed_run:daily"} <= set(found)
    due = found["missed_run:daily"].since
    assert due is not None and timedelta(minutes=55) < now - due < timedelta(minutes=65)
    _run(session, "intake.mail", now - timedelta(seconds=30))
    _run(session, "daily", due + timedelta(seconds=5))
    assert _found(session) == {}


def test_what_was_due_before_the_program_was_first_started_was_not_missed(
    session: Session, now: datetime
) -> None:
    _bot(session, "daily", cron=f"{now.minute} {(now.hour + 9 - 1) % 24} * * *")
    session.execute(text("UPDATE worker SET started_at = clock_timestamp() - interval '10 minutes'"))
    assert _found(session) == {}
    session.add(Worker(executor_id="earlier", host="test", pid=1, state="stopped", version=engine.VERSION))
    session.flush()
    session.execute(
        text(
            "UPDATE worker SET started_at = clock_timestamp() - interval '2 days' WHERE executor_id = 'earlier'"
        )
    )
    assert set(_found(session)) == {"missed_run:daily"}, "it stood still over that time"


def test_a_paused_bot_or_a_closed_center_misses_nothing(session: Session, now: datetime) -> None:
    bot = _bot(session, "intake.mail", every=60.0)
    _run(session, "intake.mail", now - timedelta(hours=3))
    pausing.pause_bot(session, bot.name, "점검", "account:1")
    assert "missed_run:intake.mail" not in _found(session)


def test_a_missed_run_says_why_its_work_waits(session: Session, now: datetime) -> None:
    _bot(session, "intake.mail", every=60.0)
    item = work.add(session, "intake.mail", "due:1", payload={"trigger": "schedule"})
    item.due_at, item.tries = now + timedelta(minutes=9), 2
    item.created_at = now - timedelta(minutes=10)
    session.add(item)
    assert "다시 시도합니다" in _found(session)["missed_run:intake.mail"].what


def test_a_way_in_that_fails_again_and_again(session: Session, now: datetime) -> None:
    _bot(session, "intake.portal", every=300.0)
    for back in (20, 15, 10, 5):
        error = "" if back == 20 else "PortalDown"
        _run(session, "intake.portal", now - timedelta(minutes=back), error)
    alarm = _found(session)["failing:intake.portal"]
    assert "3번 잇달아" in alarm.what
    assert alarm.since == now - timedelta(minutes=15)
    _run(session, "intake.portal", now - timedelta(minutes=1))
    assert _found(session) == {}, "it is over with the first run that goes well"


def test_a_queue_that_only_grows(session: Session, now: datetime) -> None:
    _bot(session, "intake.read")
    for number in range(30):
        item = work.add(session, "intake.read", f"delivery:{number}")
        item.created_at = now - timedelta(minutes=number)
        session.add(item)
    assert "growing:intake.read" in _found(session)
    for number in range(40):
        done = WorkItem(
            bot="intake.read", reference=f"done:{number}", state=WorkState.DONE.value, ended_at=now
        )
        done.created_at = now - timedelta(hours=1)
        session.add(done)
    assert _found(session) == {}, "one that is worked off is no alarm, however long"


def test_the_disk(session: Session) -> None:
    with environment(BACKOFFICE_MIN_FREE_BYTES=str(10**18)):
        assert [a.tone for a in _found(session).values()] == ["bad"]
    _bot(session, "intake.read")
    item = work.add(session, "intake.read", "delivery:1")
    item.waiting_reason = "disk_full"
    session.add(item)
    assert "1건" in _found(session)["disk_full:"].what


def test_overdue_reviews(session: Session, now: datetime) -> None:
    for hours in (-2, -1, 1):
        due = now + timedelta(hours=hours)
        session.add(ReviewTask(kind="link", subject=f"document:{hours}", due_at=due))
    alarm = _found(session)["reviews_overdue:"]
    assert "2건" in alarm.what
    assert alarm.since == now - timedelta(hours=2)
    assert alarm.screen == "reviews"


def test_what_was_cancelled_and_is_dealt_with_by_nobody(session: Session, now: datetime) -> None:
    """Papers whose work was given up, and decisions that are not carried out."""
    account = accounts.find(session, "gives-up") or accounts.create(
        session, "gives-up", "long enough password"
    )
    _bot(session, "intake.read")
    _bot(session, "intake.apply_decision")
    _bot(session, "intake.link")
    delivery_id = enter_in(session, Arrived("fax:x", f"{now}", now, "0" * 64, "x.tif"), actor="bot")
    task = reviews.open_task(session, kind="link", reason="conflict", delivery_id=delivery_id)
    reviews.decide(session, task.id, 1, {"action": "reject", "comment": "광고"}, account)
    assert not {name for name in _found(session) if name.startswith("stranded")}
    items = session.exec(select(WorkItem).where(col(WorkItem.state) == "queued")).all()
    for item in items:
        work.cancel(session, item, "account:1")
    found = _found(session)
    assert "1건" in found["stranded_paper:"].what and "1건" in found["stranded_decision:"].what
    for item in items:
        work.retry(session, item, "account:1")
    assert not {name for name in _found(session) if name.startswith("stranded")}
    session.get_one(Delivery, delivery_id).state = "rejected"
    session.commit()


def test_taken_note_of_by_name_until_it_arises_anew(session: Session, now: datetime) -> None:
    account = accounts.create(
        session, "super", "a-long-enough-password", role=Role.SUPERVISOR, display_name="박관리"
    )
    due = now - timedelta(hours=1)
    session.add(ReviewTask(kind="link", subject="document:1", due_at=due))
    session.commit()
    alarms.see(session, "reviews_overdue:", account.id)
    (seen,) = _found(session).values()
    assert (seen.seen_by, seen.is_seen) == ("박관리", True)
    session.execute(text("UPDATE review_task SET due_at = clock_timestamp() + interval '1 ms'"))
    session.commit()
    time.sleep(0.01)
    (anew,) = _found(session).values()
    assert not anew.is_seen, "those that were overdue are settled; this is another"
    session.execute(text("UPDATE alarm_seen SET at = clock_timestamp() - interval '13 hours'"))
    session.execute(text("UPDATE review_task SET due_at = clock_timestamp() - interval '20 hours'"))
    (next_day,) = _found(session).values()
    assert not next_day.is_seen, "half a day later somebody has to look again"


def test_the_console_says_the_same(session: Session) -> None:
    _bot(session, "intake.mail", every=60.0)
    session.execute(text("UPDATE worker SET heartbeat_at = clock_timestamp() - interval '10 minutes'"))
    session.commit()
    out = io.StringIO()
    assert queue_status.main(console=Console(file=out, width=200)) == 1
    assert "가동 중인 작업자가 없어" in out.getvalue()
    assert "intake.mail 봇" in out.getvalue()
    told = subprocess.run(
        [sys.executable, "-m", "bots.cli", "queue", "status", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert [a["name"] for a in json.loads(told.stdout)["alarms"]] == ["no_worker:"]
