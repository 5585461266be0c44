"""How long the screens about letters take with many of them: `python -m tests.benchmarks.notice_list`.

A private server with letters of a year, nine of ten served, one attempt each; times are of seven calls on one
connection, in milliseconds, at the server's side (no browser).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, select

from dashboard.parts.times import zone
from dashboard.reads import approvals, notice_costs, notice_counts, notice_list, notice_sheet
from dashboard.reads.my_letters import my_letters
from dashboard.reads.notice_list import STUCK, UNSETTLED, Wanted
from queues import database
from queues.models import Notice
from queues.postgres import temporary_server
from queues.whose import circle_of
from tests.bots import notice_world
from tests.conftest import environment

TOO_LONG = 300.0


def main() -> None:
    """Print the table; exits with 1 when something takes longer than 300 ms in the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=300_000)
    count = parser.parse_args().letters
    with temporary_server() as server, tempfile.TemporaryDirectory() as var:
        address = server.url()
        with environment(BACKOFFICE_DATABASE_URL=address, BACKOFFICE_VAR_DIR=var):
            database.upgrade(address)
            with database.session() as session:
                account_id = notice_world.officials(session).checker.id
                notice_world.every_state(session)
                notice_world.many(session, count)
            with database.session() as session:
                slow = _measure(session, account_id, count)
            database.forget_connections()
    os._exit(1 if slow else 0)


def _measure(session: Session, account_id: int, count: int) -> bool:
    def page(wanted: Wanted) -> Callable[[], object]:
        return lambda: (notice_list.page_of(session, wanted), notice_list.count(session, wanted))

    one = session.exec(select(Notice.id).order_by(Notice.id)).first() or 0
    circle = circle_of(session, account_id)
    year = datetime.now(zone()).year
    works: dict[str, Callable[[], object]] = {
        "all counts (state, reason, kind, way, age)": lambda: notice_counts.tally(session),
        "first page and count, not ended": page(Wanted(UNSETTLED)),
        "first page and count, somebody has to act": page(Wanted(STUCK)),
        "first page and count, everything": page(Wanted()),
        "first page and count, by registered mail": page(Wanted(channel="registered")),
        "first page and count, a way that nothing went by": page(Wanted(UNSETTLED, channel="public")),
        "first page and count, older than 14 days": page(Wanted(UNSETTLED, older=14)),
        "by receipt number": page(Wanted(words="2026-UB-5000003")),
        "by 등기번호": page(Wanted(words="6666666123451")),
        "by name": page(Wanted(words="홍길동")),
        "one letter": lambda: notice_sheet.notice_sheet(session, one),
        "approval inbox": lambda: approvals.inbox(session, account_id),
        "counters of 내 업무함": lambda: my_letters(session, circle, account_id, approves=True),
        "cost of a year by month and way": lambda: notice_costs.by_month(session, year),
    }
    print(f"{count:,} letters")
    slow = False
    for name, work in works.items():
        taken = []
        for _ in range(7):
            began = time.perf_counter()
            work()
            taken.append((time.perf_counter() - began) * 1000)
        taken.sort()
        slow |= taken[3] > TOO_LONG
        print(f"{name:52} {taken[3]:8.1f} ms   slowest {taken[-1]:8.1f}")
    return slow


if __name__ == "__main__":
    main()
