"""PostgreSQL is stopped and killed while papers are taken, read and linked: all goes on by itself."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from queues.postgres import temporary_server
from tests.faults.world import check_once_each, paper, people, world

COUNT = 6
# When (a question that turns true), and how the server ends: in order, at once, by the kernel's hand.
RESTARTS = (
    ("taking", "SELECT count(*) FROM delivery", signal.SIGINT),
    ("reading", "SELECT count(*) FROM page WHERE state = 'read'", signal.SIGKILL),
    ("linking", "SELECT count(*) FROM document WHERE state <> 'read'", signal.SIGTERM),
)


@pytest.mark.thorough
def test_in_the_middle_of_taking_reading_and_linking(tmp_path: Path) -> None:
    persons = people(COUNT)
    names = [f"fax{n:05d}.pdf" for n in range(COUNT)]
    with (
        temporary_server() as server,
        world(tmp_path, server, {"intake.spool": "1s", "cases.pull": "2s"}) as there,
    ):
        there.prepare(persons)
        there.start(1)
        there.wait(lambda: there.number("SELECT count(*) FROM application") == COUNT, 60, "the cases")
        for number, name in enumerate(names[: COUNT // 2]):
            there.drop(name, paper(persons[number], number))
        for word, question, how in RESTARTS:
            there.wait(lambda q=question: there.number(q) > 0, 60, word)
            before = server.pid
            assert before is not None
            os.kill(before, how)
            if how == signal.SIGTERM:
                os.kill(before, signal.SIGINT)  # "smart" would wait for the workers to leave
            there.wait(lambda b=before: server.pid != b and there.ask("SELECT 1"), 60, "the server")
            if word == "reading":
                for number, name in enumerate(names[COUNT // 2 :], COUNT // 2):
                    there.drop(name, paper(persons[number], number))
        there.wait(lambda: there.settled() == COUNT, 90, "all dealt with")
        there.wait(lambda: there.unfinished() == 0, 60, "the queue is empty")
        check_once_each(persons, names)
        with_people = "SELECT count(*) FROM review_task WHERE kind = 'system_error'"
        assert there.number(with_people) == 0, "nobody is asked because the database was away"
