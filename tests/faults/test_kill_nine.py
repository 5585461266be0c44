"""kill -9 of workers and of PostgreSQL at random moments of a run: every delivery is there exactly once."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import psycopg
import pytest
from sqlmodel import Session, select

from bots.intake.spool import TAKEN
from bots.supervisor import Program
from queues import database, files
from queues.models import Application, Attachment, Delivery, Document, WorkItem, WorkState
from queues.postgres import temporary_server
from tests.conftest import environment
from tests.faults.world import SETTLED, paper, people
from tests.queues.processes import QUICK, wait_for

SECONDS = 300


@pytest.fixture
def count(thorough: bool) -> int:
    """How many deliveries there are."""
    return 50 if thorough else 10


@pytest.fixture
def world(tmp_path: Path, count: int) -> Path:
    """A spool with some deliveries and a table with their cases."""
    spool = tmp_path / "spool"
    spool.mkdir()
    rows = ["receipt_no,program,status,name,rrn,phone"]
    for n, person in enumerate(people(count)):
        receipt, name, rrn, phone = person
        rows.append(f"{receipt},ub_application,open,{name},{rrn},{phone}")
        file = spool / f"fax{n:05d}.pdf"
        file.write_bytes(paper(person, n))
        os.utime(file, (time.time() - 60, time.time() - 60 + n / 100))
    (tmp_path / "cases.csv").write_text("\n".join(rows), "utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "bots.yaml").write_text(
        "intake.spool: {every: 1s}\ncases.pull: {every: 2s}\nsystem.tidy: {never: true}\n"
    )
    return tmp_path


def _settled(address: str) -> int:
    try:
        with psycopg.connect(address, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT count(*) FROM delivery WHERE state = ANY(%s)", (list(SETTLED),)
            ).fetchone()
    except psycopg.Error:
        return 0
    return int(row[0]) if row else 0


def _unfinished(address: str) -> int:
    with psycopg.connect(address) as connection:
        row = connection.execute(
            "SELECT count(*) FROM work_item WHERE state IN ('waiting', 'queued', 'running')"
            " AND bot NOT IN ('intake.spool', 'cases.pull')"
        ).fetchone()
    return int(row[0]) if row else 0


def test_every_delivery_is_there_exactly_once(world: Path, count: int, thorough: bool) -> None:
    rng = random.Random(20261101)
    with temporary_server() as server:
        address = server.url()
        values = QUICK | {
            "BACKOFFICE_DATABASE_URL": address,
            "BACKOFFICE_VAR_DIR": str(world / "var"),
            "BACKOFFICE_SPOOL_DIRS": f'["{world / "spool"}"]',
            "BACKOFFICE_SPOOL_SETTLE_SECONDS": "0.5",
            "BACKOFFICE_CASE_SOURCE_URL": str(world / "cases.csv"),
            "BACKOFFICE_CONFIG_DIR": str(world / "own"),
            "BACKOFFICE_MAX_DEATHS": "20",
            "BACKOFFICE_MIN_FREE_BYTES": "0",
        }
        with environment(**values):
            database.upgrade()
            workers = [Program(f"worker {n}", "bots.worker", world / f"log{n}") for n in range(2)]
            try:
                _run_and_kill(server, address, workers, rng, count, kills=6 if thorough else 3)
                _check(world, count)
            except AssertionError as error:
                raise AssertionError(
                    f"{error}\n{workers[0].last_words(30)}\n{workers[1].last_words(30)}"
                ) from error
            finally:
                for program in workers:
                    program.stop(0)
                database.forget_connections()


def _run_and_kill(
    server: object, address: str, workers: list[Program], rng: random.Random, count: int, kills: int
) -> None:
    for program in workers:
        program.start()
    end = time.monotonic() + SECONDS
    next_kill = time.monotonic() + 3
    killed = 0
    while _settled(address) < count:
        assert time.monotonic() < end, f"{_settled(address)} of {count} dealt with in {SECONDS} s"
        for program in workers:
            program.next_start = 0.0  # no patience with what we kill ourselves
            program.check()
        if killed < kills and time.monotonic() > next_kill:
            killed += 1
            next_kill = time.monotonic() + rng.uniform(1.5, 3.5)
            if killed % 3 == 0:
                assert server.pid is not None  # type: ignore[attr-defined]
                os.kill(server.pid, signal.SIGKILL)  # type: ignore[attr-defined]
            else:
                process = rng.choice(workers).process
                if process is not None:
                    os.killpg(process.pid, signal.SIGKILL)
        time.sleep(0.2)
    assert killed >= 3, "the run was over before it was disturbed"
    wait_for(lambda: _unfinished(address) == 0, 60)


def _check(world: Path, count: int) -> None:
    spool = world / "spool"
    assert not list(spool.glob("*.pdf")), "everything was taken"
    moved = list((spool / TAKEN).rglob("*.pdf"))
    assert len(moved) == count, "and nothing deleted"
    with Session(database.engine()) as session:
        deliveries = session.exec(select(Delivery)).all()
        assert sorted(d.original_name for d in deliveries) == [f"fax{n:05d}.pdf" for n in range(count)]
        for delivery in deliveries:
            assert files.read(delivery.original_sha256).startswith(b"%PDF")
        documents = session.exec(select(Document)).all()
        assert len(documents) == count, "one document each, none twice"
        attachments = session.exec(
            select(Attachment, Application, Document).join(Application).join(Document)
        ).all()
        receipts = [application.receipt_no for _, application, _ in attachments]
        assert len(receipts) == len(set(receipts)), "no application has its paper twice"
        by_name = {f"fax{n:05d}.pdf": person[0] for n, person in enumerate(people(count))}
        names = {d.id: d.original_name for d in deliveries}
        for _, application, document in attachments:
            assert application.receipt_no == by_name[names[document.delivery_id]]
        assert len(receipts) >= count * 0.9
        stuck = session.exec(select(WorkItem).where(WorkItem.state == WorkState.RUNNING)).all()
        assert [w for w in stuck if w.bot not in ("intake.spool", "cases.pull")] == []
