"""How long "has my fax arrived?" takes at 300,000 deliveries: `python -m tests.benchmarks.search [COUNT]`.

Fills a private database, then asks as the search box does (understanding, finding, words for each result,
the access log), each kind of question many times with other values. Beside it stands the baseline: the same
questions answered by looking at every delivery, as the list's box did before there were keys; it could not find
a name on a paper that was not linked yet.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import Session, select

from config.settings import settings
from dashboard.door.finder import find
from dashboard.reads.delivery_list import AGAIN, UNREADABLE, Wanted, count, page_of
from dashboard.reads.figures import today
from dashboard.visitor import Visitor
from queues import accounts, database
from queues.models import Delivery, Person, Role
from queues.postgres import temporary_server
from tests.benchmarks.many_deliveries import fill, person_of, receipt_no

TIMES, BASELINE_TIMES = 60, 3

BASELINE = text(
    """SELECT id FROM delivery WHERE received_at >= :since AND received_at < :until
       AND (CAST(:pages AS int) = 0 OR page_count = :pages) AND (:line = '' OR sender_name ILIKE :line
       OR regexp_replace(caller_number, '\\D', '', 'g') LIKE :line OR id IN (
       SELECT d.delivery_id FROM document d JOIN attachment a ON a.document_id = d.id
       JOIN application p ON p.id = a.application_id LEFT JOIN person o ON o.id = p.person_id
       WHERE p.receipt_no ILIKE :line OR o.name LIKE :line))
       ORDER BY received_at DESC LIMIT 31"""
)


class Questions:
    """Lines as callers make them, of people and deliveries that are there."""

    def __init__(self, session: Session, deliveries: int) -> None:
        self.session = session
        self.count = deliveries
        self.r = random.Random(3)

    def _one(self) -> tuple[Delivery, Person]:
        delivery = self.session.get_one(Delivery, self.r.randrange(1, self.count + 1))
        return delivery, self.session.get_one(Person, person_of(delivery.id))

    def _all_at_once(self) -> str:
        delivery, person = self._one()
        return f"{person.name} {delivery.page_count}쪽 {delivery.received_at:%Y-%m-%d}"

    def kinds(self) -> dict[str, Callable[[], str]]:
        """A maker of lines by what is asked for."""
        return {
            "full name": lambda: self._one()[1].name,
            "two syllables": lambda: self._one()[1].name[:2],
            "surname (김)": lambda: "김",
            "name + pages + day": self._all_at_once,
            "surname + pages of nobody": lambda: "김 77쪽",
            "surname + last four digits": lambda: f"김 {self._one()[1].phone[-4:]}",
            "phone": lambda: self._one()[1].phone,
            "last four digits": lambda: self._one()[1].phone[-4:],
            "caller number": lambda: self._one()[0].caller_number,
            "receipt number": lambda: receipt_no(person_of(self._one()[0].id)),
            "today about eleven": lambda: f"오늘 {self.r.randrange(8, 18)}시쯤",
            "a day": lambda: f"{self._one()[0].received_at:%Y-%m-%d}",
            "pages (5)": lambda: "5쪽",
            "pages and hours of a day": lambda: f"12쪽 {self._one()[0].received_at:%Y-%m-%d} 오후",
            "surname, last month": lambda: "이 지난달",
            "way in + surname": lambda: "창구 박",
            "nobody": lambda: "황보독고",
        }


def measured(ask: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each, fewest first."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        ask()
        spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent)


def line_of(name: str, spent: list[float], baseline: str = "") -> str:
    p95 = spent[min(len(spent) - 1, int(len(spent) * 0.95))]
    return f"{name:28} {statistics.median(spent):8.0f} {p95:8.0f} {spent[-1]:8.0f}   {baseline}"


def _baseline(line: str, asked_pages: int, since: datetime, until: datetime) -> None:
    values = {"line": f"%{line}%" if line else "", "pages": asked_pages, "since": since, "until": until}
    with database.session() as session:
        session.connection().execute(BASELINE, values).all()


def _searches(deliveries: int, visitor: Visitor) -> None:
    print(f"{'question (ms)':28} {'p50':>8} {'p95':>8} {'max':>8}   baseline p50")
    with database.session() as session:
        questions = Questions(session, deliveries)
        kinds = {name: [make() for _ in range(TIMES)] for name, make in questions.kinds().items()}
    worst = 0.0
    for name, lines in kinds.items():
        left = iter(lines)

        def ask(left: object = left) -> None:
            with database.session() as session:
                find(session, visitor, {"line": next(left)})  # type: ignore[call-overload]

        spent = measured(ask, len(lines))
        worst = max(worst, spent[-1])
        print(line_of(name, spent, _baseline_of(name, lines)), flush=True)
    print(f"slowest of all {worst:.0f} ms (at most 2000)")


def _baseline_of(name: str, lines: list[str]) -> str:
    """Of the questions that the former way could answer at all."""
    if name not in ("full name", "phone", "last four digits", "receipt number", "pages (5)", "nobody"):
        return ""
    always = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    pages = 5 if name.startswith("pages") else 0
    words = iter(["" if pages else line.replace("-", "") if name == "phone" else line for line in lines])
    spent = measured(lambda: _baseline(next(words), pages, *always), BASELINE_TIMES)
    return f"{statistics.median(spent):8.0f}"


def _lists() -> None:
    print(f"\n{'list (ms)':28} {'p50':>8} {'p95':>8} {'max':>8}")
    wanted = {
        "all": Wanted(),
        "taken": Wanted(state="taken"),
        "in review": Wanted(state="review"),
        "rejected": Wanted(state="rejected"),
        "unreadable": Wanted(state=UNREADABLE),
        "received before": Wanted(state=AGAIN),
        "from the desk": Wanted(kind="desk"),
        "desk, rejected": Wanted(kind="desk", state="rejected"),
        "fax, split": Wanted(kind="fax", state="split"),
    }
    for name, narrowed in wanted.items():

        def show(narrowed: Wanted = narrowed) -> None:
            with database.session() as session:
                first = page_of(session, narrowed)
                page_of(session, narrowed, first.after)
                count(session, narrowed)

        print(line_of(name, measured(show, 10)), flush=True)

    def figures() -> None:
        with database.session() as session:
            today(session)

    print(line_of("today's figures", measured(figures, 10)))


def main(deliveries: int) -> None:
    with temporary_server() as server, tempfile.TemporaryDirectory() as folder:
        os.environ |= {"BACKOFFICE_DATABASE_URL": server.url(), "BACKOFFICE_VAR_DIR": folder}
        settings.cache_clear()
        database.upgrade()
        began = time.perf_counter()
        fill(deliveries)
        with database.session() as session:
            account = accounts.create(session, "measure", "a-long-enough-password", role=Role.STAFF)
            keys = session.connection().execute(text("SELECT count(*) FROM delivery_key")).scalar_one()
            size = (
                session.connection()
                .execute(text("SELECT pg_total_relation_size('delivery_key')"))
                .scalar_one()
            )
            shown = session.exec(select(Delivery.id).limit(1)).first()
        assert shown is not None
        print(
            f"{deliveries:,} deliveries, {keys:,} keys ({size / 2**20:.0f} MiB with indexes), "
            f"filled in {time.perf_counter() - began:.0f} s\n"
        )
        visitor = Visitor(account.id, "measure", "", Role.STAFF, "127.0.0.1", "measure")
        _searches(deliveries, visitor)
        _lists()
        database.forget_connections()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
