"""How quickly a day is compared and settled: `python -m tests.benchmarks.reconciliation --payments 20000`.

A database of its own; the bank's totals are those of the ledger. Seconds and the peak of memory, as JSON.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import Session

from bots.payments.reconcile import settle
from bots.payments.reconcile.compare import compare
from bots.payments.reconcile.ours import DayKey, ours
from bots.payments.reconcile.theirs import Told
from queues import database
from queues.days import today
from queues.models import PaymentBatch
from queues.postgres import temporary_server
from tests.conftest import environment
from tests.queues.payment_world import batch_of, checked, orders, through, treasury

ACTOR = "bot:payments.reconcile"
_SENT = text("UPDATE payment SET sent_on = :day, number = position WHERE batch_id = :batch")
_EVENT = text(
    "INSERT INTO payment_event (payment_id, seq, state, actor) "
    "SELECT id, seq + 1, :state, 'bot' FROM payment WHERE batch_id = :batch ORDER BY id"
)
_STANDS = text("UPDATE payment_batch SET state = :state WHERE id = :batch")


def accepted(session: Session, count: int) -> PaymentBatch:
    """A batch of today, all of which the bank has accepted."""
    people = treasury(session)
    batch = batch_of(session, people, orders(session, count))
    checked(session, batch)
    through(session, batch, people)
    session.execute(_STANDS, {"state": "running", "batch": batch.id})
    session.execute(_SENT, {"day": today(), "batch": batch.id})
    for state in ("sending", "accepted"):
        session.execute(_EVENT, {"state": state, "batch": batch.id})
    session.execute(_STANDS, {"state": "done", "batch": batch.id})
    session.commit()
    return batch


def measure(count: int) -> dict[str, float]:
    """Seconds to compare, seconds to settle, payments settled a second, MiB at the peak."""
    with Session(database.engine(), expire_on_commit=False) as session:
        batch = accepted(session, count)
        key = DayKey(today(), batch.fund, "firm")
        now = ours(session, key)
    begun = time.monotonic()
    with database.session() as session:
        told = Told(now.paid_count, now.paid_won, 0, "totals", datetime.now(UTC))
        state = compare(session, key, told, ACTOR).state
    compared = time.monotonic()
    settled = settle.by_totals(key, datetime.now(UTC), None, ACTOR)
    seconds = time.monotonic() - compared
    if state != "agreed" or settled != count:
        raise SystemExit(f"the day is {state}, {settled} of {count} payments were settled")
    return {
        "payments": count,
        "compare_seconds": round(compared - begun, 2),
        "settle_seconds": round(seconds, 2),
        "settled_per_second": round(count / seconds, 1),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=20_000)
    chosen = parser.parse_args()
    with (
        temporary_server() as server,
        tempfile.TemporaryDirectory() as folder,
        environment(BACKOFFICE_DATABASE_URL=server.url(), BACKOFFICE_VAR_DIR=folder),
    ):
        database.upgrade(server.url())
        print(json.dumps(measure(chosen.payments)))
        database.forget_connections()


if __name__ == "__main__":
    main()
