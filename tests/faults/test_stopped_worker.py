"""A worker is stopped (SIGSTOP) past its heartbeat and goes on later: nothing is done twice."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from queues.postgres import temporary_server
from tests.faults.world import check_once_each, paper, people, world

COUNT = 8
STOPS = 2


@pytest.mark.thorough
def test_what_it_had_begun_is_finished_by_another_and_once(tmp_path: Path) -> None:
    persons = people(COUNT)
    names = [f"fax{n:05d}.pdf" for n in range(COUNT)]
    with (
        temporary_server() as server,
        world(
            tmp_path,
            server,
            {"intake.spool": "1s", "cases.pull": "2s"},
            BACKOFFICE_IDLE_TRANSACTION_SECONDS="2",
        ) as there,
    ):
        there.prepare(persons)
        there.start(2)
        there.wait(lambda: there.number("SELECT count(*) FROM application") == COUNT, 60, "the cases")
        for number, name in enumerate(names):
            there.drop(name, paper(persons[number], number))
        for stop in range(STOPS):
            wanted = 1 + stop * 4
            there.wait(lambda w=wanted: there.number("SELECT count(*) FROM document") >= w, 60, "read")
            holder = there.ask(
                "SELECT worker.pid FROM worker JOIN work_item ON work_item.executor_id = worker.executor_id"
                " WHERE work_item.state = 'running' AND work_item.bot IN ('intake.read', 'intake.link') LIMIT 1"
            )
            pid = int(str(holder[0][0])) if holder else there.workers[stop % 2].process.pid  # type: ignore[union-attr]
            os.kill(pid, signal.SIGSTOP)
            try:
                gone = "SELECT count(*) FROM worker WHERE pid = %s AND state = 'dead'"
                there.wait(lambda p=pid, g=gone: there.number(g, p) == 1, 60, "taken for dead")
                time.sleep(0.5)
            finally:
                os.kill(pid, signal.SIGCONT)
        there.wait(lambda: there.settled() == COUNT, 90, "all dealt with")
        there.wait(lambda: there.unfinished() == 0, 60, "the queue is empty")
        alive = "SELECT count(*) FROM worker WHERE state = 'running'"
        there.wait(lambda: there.number(alive) == 2, 30, "the one that was stopped works on")
        check_once_each(persons, names)
