"""How long the screens about payments take with many of them: `python -m tests.benchmarks.payment_screens`.

A private server with payments of a year in batches of 5,000; times are of seven calls on one connection, in
milliseconds, at the server's side (no browser).
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session, col, select

from dashboard.reads import (
    budgets,
    payment_attention,
    payment_batch_sheet,
    payment_batches,
    payment_calendar,
    payment_list,
    payment_orders,
    payment_search,
    payment_sheet,
)
from dashboard.reads.my_payments import my_payments
from queues import database
from queues.bank_day_views import overview
from queues.days import today
from queues.models import Payment, PaymentBatch
from queues.postgres import temporary_server
from queues.whose import circle_of
from tests.conftest import environment
from tests.dashboard import payment_filling

TOO_LONG = 300.0


def main() -> None:
    """Print the table; exits with 1 when something takes longer than 300 ms in the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=300_000)
    count = parser.parse_args().payments
    with temporary_server() as server, tempfile.TemporaryDirectory() as var:
        address = server.url()
        with environment(BACKOFFICE_DATABASE_URL=address, BACKOFFICE_VAR_DIR=var):
            database.upgrade(address)
            with database.session() as session:
                filled = payment_filling.every_state(session)
                payment_filling.many(session, filled.people, count)
            with database.session() as session:
                slow = _measure(session, filled, count)
            database.forget_connections()
    os._exit(1 if slow else 0)


def _works(session: Session, filled: payment_filling.Filled) -> dict[str, Callable[[], object]]:
    account_id = filled.people.order.id
    big = session.exec(select(PaymentBatch.id).where(PaymentBatch.key == "MANY2")).one()
    paid = session.exec(select(Payment.id).order_by(col(Payment.id).desc())).first() or 0
    circle = circle_of(session, account_id)
    return {
        "counters (내 업무함, 지급)": lambda: my_payments(session, circle, account_id),
        "batches under way with their progress": lambda: payment_batches.page_of(
            session, payment_batches.Wanted()
        ),
        "all batches, first page": lambda: payment_batches.page_of(session, payment_batches.Wanted(state="")),
        "one batch of 5,000: sums, outliers, limits": lambda: payment_batch_sheet.batch_sheet(
            session, big, account_id
        ),
        "its payments, a page": lambda: payment_list.of_batch(session, big, "", 2500),
        "its largest payments": lambda: payment_list.largest(session, big, 10),
        "orders ready by program": lambda: payment_orders.ready(session),
        "orders by state, counts": lambda: payment_orders.by_state(session),
        "orders paid, first page": lambda: payment_orders.page_of(
            session, payment_orders.Wanted(state="paid")
        ),
        "one payment": lambda: payment_sheet.payment_sheet(session, paid),
        "open questions": lambda: payment_attention.questions(session),
        "what the bank is asked about": lambda: payment_attention.being_asked(session),
        "search by name": lambda: payment_search.payments_found(session, "홍길동77"),
        "search by receipt number": lambda: payment_search.payments_found(session, "2026-UB-5006001"),
        "search by account": lambda: payment_search.payments_found(session, "110-222-33344"),
        "search by message number": lambda: payment_search.payments_found(session, "123456"),
        "search by 결의번호": lambda: payment_search.payments_found(session, "2025-고보-0123456"),
        "calendar of a month": lambda: payment_calendar.month(session, today().year, today().month),
        "bank days of two weeks": lambda: overview(session, today() - timedelta(days=14), today()),
        "bookings on an item, a page": lambda: budgets.entries(session, filled.items["ub_application"]),
    }


def _measure(session: Session, filled: payment_filling.Filled, count: int) -> bool:
    print(f"{count:,} payments")
    slow = False
    for name, work in _works(session, filled).items():
        taken = []
        for _ in range(7):
            began = time.perf_counter()
            work()
            taken.append((time.perf_counter() - began) * 1000)
        taken.sort()
        slow |= taken[3] > TOO_LONG
        print(f"{name:46} {taken[3]:8.1f} ms   slowest {taken[-1]:8.1f}")
    return slow


if __name__ == "__main__":
    main()
