"""How long the screen 봇과 작업 takes to ask the record with many work items: `python -m tests.benchmarks.work_list`.

Prints milliseconds (median of five, and the longest) for each list, each page that is far back, the bots,
the alarms and one sweep of the reaper. The screen is held to 300 ms.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable

import psycopg
from sqlmodel import Session, text

from dashboard.reads.bots import bots
from dashboard.reads.figures import today
from dashboard.reads.work_items import item_detail, item_page
from queues import alarms, database, engine
from queues.models import Worker
from queues.postgres import temporary_server
from queues.reaper import Reaper
from queues.work_lists import Wanted
from tests.conftest import environment

_BOTS = text(
    "INSERT INTO bot (name, title, paused, schedule, concurrency)"
    " SELECT 'bot.' || n, '봇 ' || n, n = 3, CASE WHEN n < 5 THEN '{\"every\": 60.0}'::jsonb END, 2"
    " FROM generate_series(1, 12) n"
)
_ITEMS = text(
    "INSERT INTO work_item (bot, reference, state, created_at, started_at, ended_at, workflow_id, sequence, tries,"
    " error_kind, error_code, attempt, priority, deaths)"
    " SELECT 'bot.' || (n % 12 + 1), 'delivery:' || n, state, at, at, CASE WHEN state IN ('done', 'failed',"
    " 'review', 'cancelled') THEN at + interval '1 minute' END, 'item-' || n || '-1', 1, 1,"
    " CASE WHEN state = 'failed' THEN 'system' END, CASE WHEN state = 'failed' THEN 'TimeoutError' ELSE '' END,"
    " 1, 0, 0"
    " FROM (SELECT n, clock_timestamp() - make_interval(secs => (:count - n) * 8.0) AS at,"
    " CASE WHEN n % 100 < :waiting THEN 'queued' WHEN n % 100 < :waiting + 2 THEN 'failed'"
    " WHEN n % 100 = 99 THEN 'review' ELSE 'done' END AS state FROM generate_series(1, :count) n) made"
)
_FLOWS = text(
    "INSERT INTO dbos.workflow_status (workflow_uuid, status, name, queue_name, application_version, priority,"
    " created_at, updated_at)"
    " SELECT workflow_id, CASE WHEN state = 'queued' THEN 'ENQUEUED' ELSE 'SUCCESS' END, 'run_item', bot, :version,"
    " 1, extract(epoch FROM created_at) * 1000, extract(epoch FROM created_at) * 1000 FROM work_item"
)
_EVENTS = text(
    "INSERT INTO work_item_event (item_id, at, from_state, to_state, reason, actor)"
    " SELECT id, created_at, '', 'queued', '', 'bot' FROM work_item"
)
_RUNS = text(
    "INSERT INTO bot_run (bot, due_at, started_at, ended_at, trigger, counts, error)"
    " SELECT 'bot.' || (n % 4 + 1), at, at, at, 'schedule', '{\"taken\": 1}'::jsonb, ''"
    " FROM (SELECT n, clock_timestamp() - make_interval(secs => (:count - n) * 15.0) AS at"
    " FROM generate_series(1, :count) n) made"
)


def fill(session: Session, count: int, waiting: int) -> None:
    """So many items, `waiting` of a hundred in the queue."""
    session.execute(_BOTS)
    session.execute(_ITEMS, {"count": count, "waiting": waiting})
    session.execute(_FLOWS, {"version": engine.VERSION})
    session.execute(_EVENTS)
    session.execute(_RUNS, {"count": count // 2})
    session.add(Worker(executor_id="w", version=engine.VERSION))
    session.commit()


def asked(session: Session) -> dict[str, Callable[[], object]]:
    """What the screen asks for, by name."""
    last = session.execute(text("SELECT max(id) FROM work_item WHERE state = 'failed'")).scalar_one()
    pages = {
        "in work, first page": (Wanted("unfinished"), 0),
        "in line, first page": (Wanted("waiting"), 0),
        "failed, first page": (Wanted("trouble"), 0),
        "all, first page": (Wanted(), 0),
        "all, last page": (Wanted(), 5_999),
        "of one bot": (Wanted(bot="bot.7"), 0),
        "about delivery:1234": (Wanted(words="delivery:1234"), 0),
    }
    asks: dict[str, Callable[[], object]] = {
        name: lambda w=wanted, n=number: item_page(session, w, n) for name, (wanted, number) in pages.items()
    }
    return asks | {
        "one item": lambda: item_detail(session, last),
        "bots": lambda: bots(session),
        "figures": lambda: today(session),
        "alarms": lambda: alarms.alarms(session),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=300_000)
    chosen = parser.parse_args()
    for waiting in (0, 33):
        with (
            tempfile.TemporaryDirectory() as folder,
            temporary_server() as server,
            environment(BACKOFFICE_DATABASE_URL=server.url(), BACKOFFICE_VAR_DIR=folder),
        ):
            database.upgrade()
            with database.session() as session:
                fill(session, chosen.items, waiting)
            with psycopg.connect(server.url(), autocommit=True) as connection:
                connection.execute("VACUUM ANALYZE")  # as the server does by itself in time
            print(f"{chosen.items:,} items, {waiting} % of them in the queue; milliseconds: median, longest")
            _measure()
            database.forget_connections()
            engine.forget_connections()


def _measure() -> None:
    with database.session() as session:
        asks = asked(session)
    for name in [*asks, "a sweep of the reaper"]:
        times = []
        for _ in range(5):
            with database.session() as session:
                ask = asked(session)[name] if name in asks else Reaper(dead_after=1e9).sweep
                started = time.perf_counter()
                ask()
                times.append((time.perf_counter() - started) * 1000)
        print(f"  {name:<24} {statistics.median(times):7.1f} {max(times):7.1f}", flush=True)


if __name__ == "__main__":
    main()
