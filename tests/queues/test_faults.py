"""Real worker processes, killed and stopped: nothing is lost, nothing is done for ever."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

from sqlmodel import Session, select, text

from queues import work
from queues.models import ErrorKind, ReviewTask, Worker, WorkItem, WorkState
from tests.queues.processes import traces, wait_for, worker


def _state(session: Session, item: WorkItem) -> str:
    session.rollback()
    session.refresh(item)
    return item.state


def _steps_kept(session: Session) -> int:
    session.rollback()
    return session.execute(
        text("SELECT count(*) FROM dbos.operation_outputs WHERE error IS NULL")
    ).scalar_one()


def test_errors_go_where_they_belong(session: Session, tmp_path: Path) -> None:
    refused = work.add(session, "test.business", "document:1", payload={"document_id": None})
    failed = work.add(session, "test.business", "document:2", payload={"review": False})
    recovers = work.add(session, "test.flaky", "portal:1", payload={"failures": 2})
    gives_up = work.add(session, "test.flaky", "portal:2", payload={"failures": 9})
    session.commit()
    with worker(tmp_path) as process:
        wait_for(lambda: _state(session, recovers) == WorkState.DONE)
        wait_for(lambda: _state(session, gives_up) == WorkState.REVIEW)
        wait_for(lambda: _state(session, refused) == WorkState.REVIEW)
        wait_for(lambda: _state(session, failed) == WorkState.FAILED)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert (refused.error_kind, refused.error_code) == (ErrorKind.BUSINESS, "unreadable")
    assert (gives_up.error_kind, gives_up.tries) == (ErrorKind.SYSTEM, 3)
    assert recovers.error_kind is None
    assert [t for t in traces(tmp_path) if t.endswith("portal:1")] == [f"try {n} portal:1" for n in (1, 2, 3)]
    tasks = {t.item_id: t for t in session.exec(select(ReviewTask)).all()}
    assert tasks[refused.id].kind == "business_error"
    assert tasks[gives_up.id].kind == "system_error"
    assert set(tasks) == {refused.id, gives_up.id}
    states = {w.state for w in session.exec(select(Worker)).all()}
    assert states == {"stopped"}


def test_work_of_a_killed_worker_is_resumed(session: Session, tmp_path: Path) -> None:
    items = [work.add(session, "test.steps", f"kill:{n}", payload={"held": True}) for n in range(2)]
    session.commit()
    with worker(tmp_path) as victim:
        wait_for(lambda: {"first kill:0", "first kill:1"} <= set(traces(tmp_path)))
        wait_for(lambda: _steps_kept(session) >= 2)  # a step is done when the engine has kept its result
        victim.kill()
    (tmp_path / "go").touch()
    with worker(tmp_path):
        wait_for(lambda: all(_state(session, i) == WorkState.DONE for i in items))
    count = Counter(traces(tmp_path))
    assert count["first kill:0"] == count["first kill:1"] == 1, "a finished step was repeated"
    assert count["done kill:0"] == count["done kill:1"] == 1
    assert [i.deaths for i in items] == [1, 1]
    assert all(i.tries == 1 for i in items)


def test_a_graceful_stop_hands_work_on_without_blame(session: Session, tmp_path: Path) -> None:
    item = work.add(session, "test.steps", "stop:1", payload={"seconds": 2.5})
    session.commit()
    with worker(tmp_path, BACKOFFICE_STOP_SECONDS="1") as first:
        wait_for(lambda: "first stop:1" in traces(tmp_path))
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 0
    with worker(tmp_path):
        wait_for(lambda: _state(session, item) == WorkState.DONE)
    assert item.deaths == 0


def test_the_third_death_sends_it_to_a_person(session: Session, tmp_path: Path) -> None:
    item = work.add(session, "test.poison", "file:1")
    session.commit()
    for _ in range(3):
        with worker(tmp_path, ready=False) as victim:
            assert victim.wait(60) == -signal.SIGKILL
    good = work.add(session, "test.steps", "after:poison")
    session.commit()
    with worker(tmp_path) as survivor:
        wait_for(lambda: _state(session, item) == WorkState.REVIEW)
        wait_for(lambda: _state(session, good) == WorkState.DONE)
        assert survivor.poll() is None
    assert item.deaths == 3
    assert traces(tmp_path).count("poisoned file:1") == 3
    task = session.exec(select(ReviewTask).where(ReviewTask.item_id == item.id)).one()
    assert task.reason == "worker_died"


def test_a_stopped_process_loses_lease_and_work(session: Session, tmp_path: Path) -> None:
    def holder() -> str:
        session.rollback()
        return str(
            session.execute(text("SELECT holder FROM lease WHERE name = 'reaper'")).scalar_one_or_none()
        )

    with worker(tmp_path) as first:
        wait_for(lambda: f"-{first.pid}-" in holder())
        kept = _steps_kept(session)
        item = work.add(session, "test.steps", "freeze:1", payload={"held": True})
        session.commit()
        wait_for(lambda: "first freeze:1" in traces(tmp_path))
        wait_for(lambda: _steps_kept(session) > kept)  # else it is rightly done again
        first.send_signal(signal.SIGSTOP)
        (tmp_path / "go").touch()
        with worker(tmp_path) as second:
            wait_for(lambda: f"-{second.pid}-" in holder(), 60)
            wait_for(lambda: _state(session, item) == WorkState.DONE)
            assert item.executor_id is not None
            assert f"-{second.pid}-" in item.executor_id
            first.send_signal(signal.SIGCONT)
            another = work.add(session, "test.steps", "freeze:2")
            session.commit()
            wait_for(lambda: _state(session, another) == WorkState.DONE)
            assert f"-{second.pid}-" in holder()
    assert item.state == WorkState.DONE
    assert traces(tmp_path).count("first freeze:1") == 1
