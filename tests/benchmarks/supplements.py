"""How long 보완 관리 takes with many cases: `python -m tests.benchmarks.supplements --cases 200000`.

Prints milliseconds (median of five, and the longest) of the counts, of first and far pages of each stage, of a
search by number, of the bots' own questions, and seconds for sending 500 requests at once.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlmodel import text

from bots.notices.supplement.deadlines import due
from bots.notices.supplement.sending import ripe
from dashboard.reads.supplements import LATE, STAGES, TO_SEND, Wanted, count_of, counts, ids_of, page_of
from queues import database, supplementing
from queues.days import today
from queues.postgres import temporary_server
from queues.whose import Circle
from tests.conftest import environment

_OFFICERS = text(
    "INSERT INTO officer (number, name) SELECT 'o' || n, '담당' || n FROM generate_series(1, 40) n"
)
_PEOPLE = text(
    "INSERT INTO person (source_key, name) SELECT 'p' || n, '사람' || n FROM generate_series(1, :count) n"
)
_CASES = text(
    "INSERT INTO application (receipt_no, program, person_id, officer_id, status, state, received_on, due_on, due_base_on)"
    " SELECT '2026-UB-' || (1000000 + n), (ARRAY['ub_application', 'nes_application', 'vtc_application'])[n % 3 + 1],"
    " n, n % 40 + 1, 'open', 'incomplete', current_date - 20, current_date + n % 30, current_date + n % 30"
    " FROM generate_series(1, :count) n"
)
# Of a hundred: five are to be sent, one is on its way, six are waited for, two are late, the others have ended.
_REQUESTS = text(
    "INSERT INTO supplement_request (application_id, missing, state, due_on, asked_on, closed_at, created_at)"
    " SELECT n, '[\"id_card\", \"bankbook_copy\"]'::jsonb, CASE WHEN k < 5 THEN 'draft' WHEN k < 14 THEN 'asked'"
    " ELSE 'satisfied' END,"
    " CASE WHEN k < 5 THEN NULL WHEN k < 12 THEN current_date + n % 14 ELSE current_date - 3 END,"
    " CASE WHEN k > 5 THEN current_date - 10 END, CASE WHEN k >= 14 THEN now() - make_interval(days => n % 300) END,"
    " now() - interval '5 days' FROM (SELECT n, n % 100 AS k FROM generate_series(1, :count) n) made"
)
_PAPERS = (
    "INSERT INTO delivery (source, source_ref, received_at, original_sha256, page_count)"
    " SELECT 'fax', 'f' || n, now() - interval '5 days', repeat('0', 64), 1 FROM generate_series(1, :count) n",
    "INSERT INTO document (delivery_id, position, type, type_confidence, pages, handwritten, state, version)"
    " SELECT d.id, 0, a.program, 1, '[1]'::jsonb, false, 'attached', 1 FROM delivery d JOIN application a ON a.id = d.id",
    "INSERT INTO attachment (document_id, application_id, decided_by, decided_at, sink_key, evidence, accepted)"
    " SELECT id, id, 'bot', now() - interval '5 days', 's' || id, '[]'::jsonb, '[]'::jsonb FROM document",
    "ANALYZE",
)


def main() -> None:
    """Fill a record of its own and ask it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--cases", type=int, default=200_000)
    count = arguments.parse_args().cases
    with (
        temporary_server() as server,
        tempfile.TemporaryDirectory() as folder,
        environment(
            BACKOFFICE_DATABASE_URL=server.url(), BACKOFFICE_VAR_DIR=folder, BACKOFFICE_SUPPLEMENT_BY="auto"
        ),
    ):
        database.upgrade(server.url())
        with database.session() as session:
            for statement in (_OFFICERS, _PEOPLE, _CASES, _REQUESTS, *map(text, _PAPERS)):
                session.execute(statement, {"count": count})
        measure(count)
        database.forget_connections()


def measure(count: int) -> None:
    """All questions in turn."""
    circle = Circle(officer_id=7)
    print(f"{count:,} cases with a request each")
    with database.session() as session:
        told("counts", lambda: counts(session, circle))
        for stage in STAGES:
            told(f"page 1 of {stage}", lambda stage=stage: page_of(session, circle, Wanted(stage=stage), 0))  # type: ignore[misc]
        told("page 100 of to_send", lambda: page_of(session, circle, Wanted(stage=TO_SEND), 99))
        told("mine, late", lambda: page_of(session, circle, Wanted(stage=LATE, scope="mine"), 0))
        told("by number", lambda: count_of(session, circle, Wanted(stage=TO_SEND, number="1004203")))
        told("what is ripe (bot)", lambda: ripe(session, datetime.now(UTC) + timedelta(hours=3)))
        told("what is due (bot)", lambda: due(session, today()))
        ids = ids_of(session, circle, Wanted(stage=TO_SEND), 500)
    begun = time.perf_counter()
    for number in ids:
        with database.session() as session:
            supplementing.ask(session, number, "account:1")
    print(f"{'sending ' + str(len(ids)):<24} {time.perf_counter() - begun:8.1f} s")


def told(name: str, question: Callable[[], object]) -> None:
    """Print how long a question takes."""
    spans = []
    for _ in range(5):
        begun = time.perf_counter()
        question()
        spans.append((time.perf_counter() - begun) * 1000)
    print(f"{name:<24} {statistics.median(spans):8.0f} ms, at most {max(spans):.0f}")


if __name__ == "__main__":
    main()
