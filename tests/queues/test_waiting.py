"""Each waiting item says why, in Korean; leases and reaper judge by the database's clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, text

from queues import database, engine, leases, waiting, work
from queues.models import Bot, Worker, WorkItem, WorkState
from queues.reaper import Reaper, _take_up
from tests.conftest import environment


@pytest.fixture
def alive(session: Session) -> Worker:
    worker = session.get(Worker, "alive") or Worker(executor_id="alive", version=engine.VERSION)
    session.add(worker)
    for table in ("review_task", "work_item_event"):
        session.execute(text(f"DELETE FROM {table}"))
    session.execute(text("DELETE FROM work_item"))
    session.commit()
    session.execute(
        text("UPDATE worker SET heartbeat_at = clock_timestamp(), held = '[]', state = 'running'")
    )
    session.commit()
    return worker


def _item(session: Session, reference: str, **more: object) -> WorkItem:
    item = work.add(session, "test.wait", reference, **more)  # type: ignore[arg-type]
    session.commit()
    return item


def test_the_reasons(session: Session, alive: Worker) -> None:
    item = _item(session, "wait:1")
    assert work.why_waiting(session, item) == "차례를 기다립니다"
    later = _item(session, "wait:2", due_at=datetime.now(UTC) + timedelta(hours=1))
    assert "예정 시각" in work.why_waiting(session, later)
    later.tries = 2
    assert "다시 시도" in work.why_waiting(session, later)
    session.rollback()
    session.merge(Bot(name="test.wait", title="기다림", concurrency=1))
    running = _item(session, "wait:3")
    running.state = WorkState.RUNNING.value
    session.commit()
    assert "한도(1건)" in work.why_waiting(session, item)
    assert work.why_waiting(session, running) == ""
    running.state = WorkState.REVIEW.value
    assert "사람" in work.why_waiting(session, running)


def test_a_foreign_version_is_told(session: Session, alive: Worker) -> None:
    item = _item(session, "wait:version")
    session.execute(
        text("UPDATE dbos.workflow_status SET application_version = '0' WHERE workflow_uuid = :id"),
        {"id": item.workflow_id},
    )
    session.commit()
    assert "다른 버전" in work.why_waiting(session, item)


def test_no_worker_is_told(session: Session, alive: Worker) -> None:
    item = _item(session, "wait:nobody")
    session.execute(text("UPDATE worker SET heartbeat_at = clock_timestamp() - interval '1 hour'"))
    session.commit()
    assert "작업자 프로세스가 없습니다" in work.why_waiting(session, item)


def test_priority_goes_first_and_a_retry_keeps_its_place(session: Session, alive: Worker) -> None:
    first, second, urgent = _item(session, "p:1"), _item(session, "p:2"), _item(session, "p:3", priority=10)
    first.due_at = datetime.now(UTC) - timedelta(seconds=1)
    work.hand_over(session, first, actor="bot", reason="retry")
    session.commit()
    assert _order(session) == [urgent.workflow_id, first.workflow_id, second.workflow_id]


def _order(session: Session) -> list[str]:
    """What waits, in the order in which the engine takes it (`start_queued_workflows`)."""
    statement = (
        "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'ENQUEUED' AND workflow_uuid IN"
        " (SELECT workflow_id FROM work_item) ORDER BY priority, created_at"
    )
    return list(session.execute(text(statement)).scalars())


def test_what_a_person_has_done_again_keeps_its_place_too(session: Session, alive: Worker) -> None:
    first, second = _item(session, "again:1"), _item(session, "again:2")
    first.state = WorkState.FAILED.value
    session.commit()
    engine.cancel(first.workflow_id or "")
    again = work.retry(session, first, "account:1", note="원인을 없앰")
    session.commit()
    assert _order(session) == [again.workflow_id, second.workflow_id]
    assert first.retried_as == again.id
    third = work.retry(session, first, "account:2")
    assert third.id == again.id, "pressed by two at once it is done again once"


def test_a_lease_has_one_holder_and_ends_by_itself(database_url: str) -> None:
    assert leases.take("test", "a", 0.5)
    assert leases.take("test", "a", 0.5)
    assert not leases.take("test", "b", 0.5)
    time.sleep(0.6)
    assert leases.take("test", "b", 5)
    assert not leases.take("test", "a", 5)
    leases.give_back("test", "a")
    assert not leases.take("test", "a", 5)
    leases.give_back("test", "b")
    assert leases.take("test", "a", 5)


def _pending(session: Session, item: WorkItem, executor: str) -> None:
    """As if `executor` had taken the item and were running it."""
    item.state, item.executor_id = WorkState.RUNNING.value, executor
    session.add(item)
    session.execute(
        text(
            "UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = :e WHERE workflow_uuid = :id"
        ),
        {"e": executor, "id": item.workflow_id},
    )
    session.commit()


def _engine_state(session: Session, item: WorkItem) -> str:
    session.rollback()
    return engine.statuses([item.workflow_id or ""])[item.workflow_id or ""].status


def test_work_stranded_under_a_living_worker_is_taken_up(session: Session, alive: Worker) -> None:
    item = _item(session, "strand:1")
    _pending(session, item, "alive")
    reaper = Reaper(dead_after=0.5)
    assert reaper.sweep() == 0
    time.sleep(0.3)
    session.execute(text("UPDATE worker SET heartbeat_at = clock_timestamp()"))
    session.commit()
    assert _engine_state(session, item) == "PENDING"
    time.sleep(0.3)
    assert reaper.sweep() == 1
    assert _engine_state(session, item) == "ENQUEUED"
    session.refresh(item)
    assert item.deaths == 0


def test_what_a_living_worker_holds_is_left_to_it(session: Session, alive: Worker) -> None:
    item = _item(session, "held:1")
    _pending(session, item, "alive")
    alive.held = [item.workflow_id or ""]
    session.add(alive)
    session.commit()
    reaper = Reaper(dead_after=5)
    assert reaper.sweep() == 0
    reaper.dead_after = 0.01
    reaper._bury_the_dead = lambda: 0  # type: ignore[method-assign]
    time.sleep(0.05)
    assert reaper.sweep() == 0
    assert _engine_state(session, item) == "PENDING"


def test_cancelled_work_is_not_revived(session: Session, alive: Worker) -> None:
    item = _item(session, "cancel:1")
    _pending(session, item, "gone")
    assert work.cancel(session, item, "account:1")
    session.commit()
    reaper = Reaper(dead_after=0.0)
    reaper.sweep()
    reaper.sweep()
    assert _engine_state(session, item) == "CANCELLED"
    session.refresh(item)
    assert item.state == WorkState.CANCELLED


def test_an_item_that_the_engine_lost_is_handed_over_again(session: Session, alive: Worker) -> None:
    item = _item(session, "lost:1")
    before = item.workflow_id
    session.execute(text("DELETE FROM dbos.workflow_status WHERE workflow_uuid = :id"), {"id": before})
    session.commit()
    reaper = Reaper()
    assert reaper.sweep() == 0
    time.sleep(2.1)
    # This process registers no bot of that name, so a person is asked instead of trying for ever.
    assert reaper.sweep() == 1
    session.rollback()
    session.refresh(item)
    assert item.state == WorkState.REVIEW


def test_nobody_is_buried_right_after_an_outage(session: Session, alive: Worker) -> None:
    reaper = Reaper(dead_after=0.4)
    assert reaper.sweep() == 0
    session.execute(text("UPDATE worker SET heartbeat_at = clock_timestamp() - interval '1 minute'"))
    session.commit()
    time.sleep(0.5)  # no sweep for longer than a worker may be silent
    reaper.sweep()
    session.rollback()
    session.refresh(alive)
    assert alive.state == "running"
    until = time.monotonic() + 3
    while alive.state == "running" and time.monotonic() < until:
        time.sleep(0.1)
        reaper.sweep()
        session.rollback()
        session.refresh(alive)
    assert alive.state == "dead"


def test_one_reaper_does_not_take_from_another_what_it_gave_on(session: Session, alive: Worker) -> None:
    """The first judged, was stopped, and goes on when a second has given the work to another worker."""
    item = _item(session, "stale:1")
    _pending(session, item, "dead")
    assert _take_up(item.workflow_id or "", died=True, executor="dead")
    assert _engine_state(session, item) == "ENQUEUED"
    _pending(session, item, "alive")
    assert not _take_up(item.workflow_id or "", died=True, executor="dead")
    assert _engine_state(session, item) == "PENDING"
    session.refresh(item)
    assert (item.deaths, item.executor_id) == (1, "alive")


def test_an_item_that_missed_the_resuming_of_its_bot_is_not_forgotten(
    session: Session, alive: Worker
) -> None:
    item = _item(session, "missed:1")
    work.move(session, item, WorkState.WAITING, "paused", "bot", waiting_reason="paused")
    session.commit()
    assert work.why_waiting(session, item) == waiting.GOES_ON
    Reaper(dead_after=5).sweep()
    session.refresh(item)
    assert item.state == WorkState.QUEUED


def test_every_state_that_waits_has_a_reason(session: Session, alive: Worker) -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    told = {
        "disk_full": (None, "디스크에 자리가 없어"),
        "holiday": (soon, "휴일이라"),
        "closed": (soon, "근무 시간이 아니라"),
    }
    for number, (reason, (due, words)) in enumerate(told.items()):
        item = _item(session, f"why:{number}")
        item.waiting_reason, item.due_at = reason, due
        assert words in work.why_waiting(session, item)
    taken = _item(session, "why:taken")
    session.execute(
        text("UPDATE dbos.workflow_status SET status = 'PENDING' WHERE workflow_uuid = :id"),
        {"id": taken.workflow_id},
    )
    session.commit()
    assert work.why_waiting(session, taken) == waiting.TAKEN
    taken.state, taken.executor_id = WorkState.RUNNING.value, "gone"
    assert work.why_waiting(session, taken) == waiting.SILENT
    for state in (WorkState.WAITING, WorkState.QUEUED, WorkState.REVIEW):
        for reason in ("", "paused", "unheard of"):
            taken.state, taken.waiting_reason, taken.executor_id = state.value, reason, None
            assert work.why_waiting(session, taken)


def test_a_transaction_in_which_nothing_happens_is_ended(database_url: str) -> None:
    with environment(BACKOFFICE_IDLE_TRANSACTION_SECONDS="0.2"):
        database.forget_connections()
        with database.Session(database.engine()) as stopped:
            stopped.execute(text("SELECT 1"))
            time.sleep(0.6)
            with pytest.raises(DBAPIError):
                stopped.execute(text("SELECT 1"))
        database.forget_connections()


def test_on_a_busy_machine_the_dead_are_buried_and_their_deaths_counted(
    session: Session, alive: Worker
) -> None:
    """Each sweep comes late; what a dead worker ran must not pass for something it had left."""
    item = _item(session, "busy:1")
    _pending(session, item, "alive")
    session.execute(text("UPDATE worker SET heartbeat_at = clock_timestamp() - interval '1 minute'"))
    session.commit()
    reaper, deaths = Reaper(dead_after=0.2), 0
    for _ in range(4):
        time.sleep(0.22)
        reaper.sweep()
        session.refresh(item)
        deaths = item.deaths
        if deaths:
            break
    assert deaths == 1
    assert _engine_state(session, item) == "ENQUEUED"


def test_one_that_was_taken_for_dead_has_time_to_say_that_it_lives(session: Session, alive: Worker) -> None:
    item = _item(session, "back:1")
    _pending(session, item, "alive")
    session.execute(text("UPDATE worker SET state = 'dead'"))
    session.commit()
    with environment(BACKOFFICE_HEARTBEAT_SECONDS="0.3"):
        reaper = Reaper(dead_after=5)
        assert reaper.sweep() == 0
        assert _engine_state(session, item) == "PENDING"
        time.sleep(0.7)
        assert reaper.sweep() == 1
    assert _engine_state(session, item) == "ENQUEUED"
    session.refresh(item)
    assert item.deaths == 1, "whoever buried it was stopped before it came to this item"
