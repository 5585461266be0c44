"""How long the lists of the review desk take with many open questions: `python -m tests.benchmarks.review_list`.

A private server, 20 officers of whom 12 have accounts; times are of seven calls on one connection,
in milliseconds, at the server's side (no browser).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable

from dashboard.reads import my_work, review_counts, review_list
from dashboard.reads.officers import laden
from dashboard.reads.review_counts import ALL, FREE, MINE, OVERDUE, TEAM, Wanted
from queues import accounts, database
from queues.claiming import next_task, standing
from queues.postgres import temporary_server
from queues.whose import circle_of
from tests.benchmarks import many_reviews
from tests.conftest import environment


def main() -> None:
    """Print the table; exits with 1 when something takes longer than 300 ms in the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=100_000, help="open questions")
    count = parser.parse_args().open
    with temporary_server() as server, tempfile.TemporaryDirectory() as var:
        address = server.url()
        with environment(BACKOFFICE_DATABASE_URL=address, BACKOFFICE_VAR_DIR=var):
            database.upgrade(address)
            account_id = _fill(count)
            slow = _measure(count, account_id)
            database.forget_connections()
    os._exit(1 if slow else 0)


def _fill(count: int) -> int:
    """The record; returns the account of the first officer."""
    with database.session() as session:
        officers = many_reviews.officers(session)
        made = [accounts.create(session, f"user{n}", "a-long-enough-password") for n in range(12)]
        for account, officer in zip(made, officers, strict=False):
            account.officer_id = officer.id
        many_reviews.fill(session, count, [o.id for o in officers])
        return made[0].id


def _measure(count: int, account_id: int) -> bool:
    last = max(0, count // review_list.PAGE - 2)
    with database.session() as session:
        circle = circle_of(session, account_id)

        def page(wanted: Wanted, number: int = 0) -> Callable[[], object]:
            return lambda: review_list.waiting(session, account_id, wanted, page=number, circle=circle)

        works: dict[str, Callable[[], object]] = {
            "all counts (whose, state, reason, program, way in)": lambda: review_counts.tally(
                session, circle
            ),
            "first page, all": page(Wanted(ALL)),
            "last page, all": page(Wanted(ALL), last),
            "first page, mine": page(Wanted(MINE)),
            "first page, my team": page(Wanted(TEAM)),
            "first page, anybody's": page(Wanted(FREE)),
            "first page, overdue of one reason": page(Wanted(ALL, OVERDUE, reason="two_open_cases")),
            "first page, one program and way in": page(Wanted(ALL, program="vtc_application", source="mail")),
            "first page, by sender": page(Wanted(ALL, words="곳 77")),
            "how many, by sender": lambda: review_list.count_wanted(
                session, account_id, Wanted(ALL, words="곳 77"), circle
            ),
            "my work: counts": lambda: my_work.load(session, circle, account_id),
            "my work: first page": lambda: my_work.jobs(session, circle, account_id),
            "the team's load": lambda: laden(session),
            "standing": lambda: standing(session, account_id),
            "next task, looked at": lambda: next_task(session, account_id),
            "next task, claimed": lambda: next_task(session, account_id, claim=True),
        }
        print(f"{count:,} open questions\n  median    worst  in ms, of seven")
        slow = False
        for name, work in works.items():
            times = sorted(_milliseconds(work) for _ in range(7))
            slow = slow or times[3] > 300
            print(f"{times[3]:8.1f} {times[-1]:8.1f}  {name}", flush=True)
    return slow


def _milliseconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
