"""Two schedulers, one of them stopped (SIGSTOP) past its lease and continued: each due time fires exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlmodel import Session, col, select, text

from bots.firings import LEASE
from queues import database, leases
from queues.models import Firing, WorkItem
from tests.conftest import ROOT, environment
from tests.queues.processes import NO_SCHEDULE, wait_for

TICK = "test.tick"
LEASE_SECONDS = 1.2


@contextmanager
def _scheduler(own: Path) -> Iterator[subprocess.Popen[str]]:
    environment_of_it = os.environ | {
        "BACKOFFICE_CONFIG_DIR": str(own),
        "BACKOFFICE_LEASE_SECONDS": str(LEASE_SECONDS),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bots.scheduler"],
        cwd=ROOT,
        env=environment_of_it,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _name(process: subprocess.Popen[str]) -> str:
    """What it calls itself in the lease."""
    assert process.stdout is not None
    return process.stdout.readline().split()[0]


def _holder(session: Session) -> str:
    session.rollback()
    return str(
        session.execute(text("SELECT holder FROM lease WHERE name = 'scheduler'")).scalar_one_or_none()
    )


def _fired(session: Session) -> list[datetime]:
    session.rollback()
    items = session.exec(select(WorkItem).where(WorkItem.bot == TICK).order_by(col(WorkItem.id)))
    return [datetime.fromisoformat(item.payload["due_at"]) for item in items]


@pytest.mark.usefixtures("database_url")
def test_each_due_time_fires_exactly_once(session: Session, tmp_path: Path) -> None:
    schedule = f"{TICK}: {{every: 1s, overlap: queue, missed: all}}"
    (tmp_path / "bots.yaml").write_text(f"{NO_SCHEDULE}\n{schedule}\n")
    with _scheduler(tmp_path) as one, _scheduler(tmp_path) as two:
        by_name = {_name(one): one, _name(two): two}
        wait_for(lambda: _holder(session) in by_name and len(_fired(session)) >= 2)
        for _ in range(2):
            first = _holder(session)
            stopped = by_name[first]
            stopped.send_signal(signal.SIGSTOP)
            try:
                wait_for(lambda f=first: _holder(session) in by_name and _holder(session) != f, 30)
                count = len(_fired(session))
                wait_for(lambda c=count: len(_fired(session)) >= c + 2, 30)
            finally:
                stopped.send_signal(signal.SIGCONT)
            time.sleep(1.5 * LEASE_SECONDS)
            assert _holder(session) != first, "who was stopped has lost the lease and knows it"
    due = _fired(session)
    assert len(due) == len(set(due)), "none twice"
    assert due == [due[0] + timedelta(seconds=n) for n in range(len(due))], "and none left out, in order"
    recorded = session.exec(select(Firing.due_at).where(Firing.bot == TICK)).all()
    assert {moment.astimezone(UTC) for moment in recorded} == set(due)


def test_one_that_is_stopped_in_mid_transaction_does_not_keep_the_lease(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("DELETE FROM lease")
    with environment(BACKOFFICE_LEASE_SECONDS="0.6"):
        assert leases.take(LEASE, "stopped", 0.6)
        opened = Session(database.engine())
        try:
            assert leases.is_held(opened, LEASE, "stopped")
            started = time.monotonic()
            # Its transaction holds the lease's row; a spare waits for it no longer than a lease lasts.
            assert leases.take(LEASE, "spare", 5) or leases.take(LEASE, "spare", 5)
            assert time.monotonic() - started < 4
            with pytest.raises(Exception, match=r"terminat|closed|timeout"):
                opened.execute(text("SELECT 1"))
        finally:
            opened.invalidate()
            opened.close()
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT holder FROM lease WHERE name = 'scheduler'").fetchone()
    assert row == ("spare",)
