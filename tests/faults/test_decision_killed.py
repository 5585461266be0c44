"""kill -9 of the worker at the moment another system has taken what it was told: told once, and known to be."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from bots.sandbox.record_system import Ledger
from bots.supervisor import Program
from queues import database
from queues.models import Registration, ReviewTask, Transfer, WorkItem
from tests.bots.decision_world import World, arrive, casebook, documents, form, open_tasks, stranger, world
from tests.conftest import environment
from tests.queues.processes import NO_SCHEDULE, QUICK, wait_for

CENTER = "부산고용복지플러스센터"


class Deadly:
    """Kills the worker each time the ledger has taken something of a kind for the first time."""

    def __init__(self, worker: Program, ledger: Ledger) -> None:
        self.worker = worker
        self.killed: list[str] = []
        for name in ("attach", "withdraw", "register", "unregister", "transfer", "recall"):
            setattr(ledger, name, self.deadly(name, getattr(ledger, name)))

    def deadly(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def taken(*arguments: Any) -> Any:
            answer = act(*arguments)
            if name not in self.killed and self.worker.process is not None:
                self.killed.append(name)
                os.killpg(self.worker.process.pid, signal.SIGKILL)
            return answer

        return taken


def _unfinished() -> list[str]:
    with Session(database.engine()) as session:
        query = select(WorkItem).where(WorkItem.state.in_(["waiting", "queued", "running", "review"]))  # type: ignore[attr-defined]
        return [f"{i.bot} {i.state} {i.error_text}" for i in session.exec(query)]


def _worked_off(worker: Program) -> bool:
    worker.next_start = 0.0  # no patience with what we kill ourselves
    worker.check()
    return not _unfinished()


@pytest.mark.thorough
def test_told_once_though_the_worker_dies_each_time(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "bots.yaml").write_text(NO_SCHEDULE)
    more = QUICK | {"BACKOFFICE_CONFIG_DIR": str(tmp_path), "BACKOFFICE_MAX_DEATHS": "20"}
    worker = Program("worker", "bots.worker", tmp_path / "log")
    with environment(**more):
        made = Ledger(casebook())
        deadly = Deadly(worker, made)
        with world(made) as here:
            try:
                _decide_and_undo(here, worker)
            except AssertionError as error:
                raise AssertionError(f"{error}\n{_unfinished()}\n{worker.last_words(30)}") from error
            finally:
                worker.stop(0)
            assert sorted(deadly.killed) == sorted(
                ["attach", "withdraw", "register", "unregister", "transfer", "recall"]
            )


def _decide_and_undo(here: World, worker: Program) -> None:
    new = arrive([form(stranger(casebook()[0], 61))])
    away = arrive([form(stranger(casebook()[1], 62))])
    here.decide(open_tasks(new)[0].id, action="register", program="ub_application", fields={})
    here.decide(open_tasks(away)[0].id, action="transfer", center=CENTER, comment="관할 아님")
    worker.start()
    wait_for(lambda: _worked_off(worker), 120)
    ledger = here.ledger
    assert (ledger.counts["registered"], ledger.counts["transferred"]) == (1, 1)
    assert ledger.counts["registered again"] and ledger.counts["transferred again"], "it was asked twice"
    here.same_as_record()
    with database.session() as session:
        assert [d.state for d in documents(session, new)] == ["attached"]
        tasks = session.exec(select(ReviewTask).where(ReviewTask.state == "decided")).all()
    for task in tasks:
        here.undo(task.id)
    wait_for(lambda: _worked_off(worker), 120)
    here.same_as_record()
    assert ledger.live() == {}
    assert (ledger.counts["unregistered"], ledger.counts["recalled"]) == (1, 1)
    with database.session() as session:
        assert {r.state for r in session.exec(select(Registration))} == {"undone"}
        assert {t.state for t in session.exec(select(Transfer))} == {"undone"}
        assert {t.state for t in session.exec(select(ReviewTask))} == {"open"}
