#!/usr/bin/env python3
"""How long a batch takes to be made, put to the line, approved and cancelled, and the memory of whoever does it.

    tests/benchmarks/payment_batches.py [--payments 100000] [--json FILE]

On a private PostgreSQL as shipped, with one batch of the same size already approved before it.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from queues import database, outliers, payment_approvals, payment_batches
from queues.postgres import temporary_server
from tests.conftest import environment
from tests.queues.payment_world import batch_of, checked, orders, step_of, through, treasury

seconds: dict[str, float] = {}


@contextmanager
def _timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[what] = round(time.monotonic() - began, 2)
    print(f"{what:24}{seconds[what]:8.2f} s", flush=True)


def measure(count: int) -> dict[str, object]:
    """Seconds of each step for a batch of so many payments; `memory_mib`: the most that this process held."""
    with database.session() as session:
        people = treasury(session)
        earlier = orders(session, count)
        session.commit()
        with _timed("make the first"):
            batch = batch_of(session, people, earlier)
            session.commit()
        checked(session, batch)
        through(session, batch, people)
        session.commit()
        ids = orders(session, count)
        session.commit()
        with _timed("make"):
            batch = batch_of(session, people, ids)
            session.commit()
        with _timed("names noted"):
            checked(session, batch)
            session.commit()
        with _timed("put to the line"):
            payment_approvals.open_line(session, batch.id, people.maker)
            session.commit()
        for duty in ("commitment", "order", "cashier"):
            with _timed(f"approve: {duty}"):
                step = step_of(session, batch)
                payment_approvals.approve(session, step.id, step.content_sha256, people.of(duty))
                session.commit()
        with _timed("outliers of a page"):
            outliers.of_batch(session, batch.id)
        with _timed("cancel"):
            payment_batches.cancel(session, batch.id, "account:1")
            session.commit()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"payments": count, "seconds": seconds, "memory_mib": round(peak)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--payments", type=int, default=100_000)
    parser.add_argument("--json", type=Path)
    told = parser.parse_args()
    with (
        temporary_server() as server,
        tempfile.TemporaryDirectory() as var,
        environment(BACKOFFICE_DATABASE_URL=server.url(), BACKOFFICE_VAR_DIR=var),
    ):
        database.upgrade()
        found = measure(told.payments)
        database.forget_connections()
    print(f"memory                  {found['memory_mib']:>8} MiB")
    if told.json:
        told.json.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
