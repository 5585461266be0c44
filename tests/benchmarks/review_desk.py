"""How long the next case takes at the server, with 100,000 questions open.

`python -m tests.benchmarks.review_desk` fills a database of its own, then decides case after case through the very call
that the desk makes (session and rights apart): the decision committed with its audit event and the work that carries it
out, the next case found and claimed, all that its screen shows read, opened, masked and written as JSON. It prints the
median and the 95th percentile, for one person alone and for several at once.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session

from config.settings import settings
from dashboard.acts import desk_calls
from dashboard.door.desk import carry_out
from dashboard.visitor import Visitor
from queues import accounts, crypto, database
from queues.models import Role
from queues.postgres import temporary_server
from tests.benchmarks.many_reviews import fill, officers

_ALLOWED_MS = 300.0

# Cases on file, pages, and for each document three cases that it may belong to.
_AROUND = (
    """INSERT INTO person (source_key, name, birth_date, phone, address, rrn_enc)
       SELECT 'many-' || i, '홍길동', date '1970-01-01' + (i % 12000), '010-' || (2000 + i % 7000) || '-1234',
              '서울특별시 마포구 성암로 189', :rrn FROM generate_series(1, 20000) AS i""",
    """INSERT INTO application (receipt_no, program, status, state, person_id, bank, account_enc)
       SELECT '2026-UB-' || lpad(id::text, 7, '0'), 'ub_application', 'open', 'received', id, '우리은행', :account
       FROM person WHERE source_key LIKE 'many-%'""",
    """INSERT INTO page (delivery_id, number, state, width, height, rotation, type, type_confidence, image_sha256,
           read_sha256, reader_version)
       SELECT id, n, 'read', 2480, 3508, 0, 'ub_application', 0.9, repeat('0', 64), repeat('0', 64), '1'
       FROM delivery CROSS JOIN generate_series(1, 2) AS n WHERE source_ref LIKE 'many-%'""",
    """INSERT INTO link_candidate (document_id, application_id, rank, weight, probability, evidence)
       SELECT d.id, (SELECT min(id) FROM application) + (d.id * 7 + n * 1201) % 20000, n, 9.0, 0.5 / n,
              '[{"field": "name", "level": "exact", "weight": 8.5}, {"field": "phone", "level": "exact", "weight": 3}]'
       FROM document d JOIN delivery v ON v.id = d.delivery_id AND v.source_ref LIKE 'many-%'
       CROSS JOIN generate_series(1, 3) AS n""",
    """INSERT INTO read_field (document_id, person, name, value_enc, value_masked, confidence, doubtful, handwritten,
           page, box)
       SELECT document.id, 0, f.name, :phone, '010-****-5678', 0.9, false, false, 1,
              '{"left": 100, "top": 100, "right": 400, "bottom": 140}'
       FROM document JOIN delivery v ON v.id = document.delivery_id AND v.source_ref LIKE 'many-%'
       CROSS JOIN (VALUES ('phone'), ('rrn'), ('address'), ('bank'), ('birth_date'), ('receipt_no')) AS f (name)""",
    "ANALYZE",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", type=int, default=100_000, help="questions that wait")
    parser.add_argument("--cases", type=int, default=200, help="cases decided per person")
    parser.add_argument("--people", type=int, default=8, help="how many work at once in the second run")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, temporary_server() as server:
        os.environ |= {
            "BACKOFFICE_DATABASE_URL": server.url(),
            "BACKOFFICE_VAR_DIR": str(Path(folder) / "var"),
        }
        settings.cache_clear()
        database.upgrade(server.url())
        began = time.monotonic()
        visitors = _fill(chosen.open, chosen.people)
        print(f"{chosen.open:,} open questions written in {time.monotonic() - began:.0f} s")
        _say("one person", _work(visitors[:1], chosen.cases))
        _say(f"{chosen.people} people at once", _work(visitors, max(20, chosen.cases // chosen.people)))
        database.forget_connections()


def _fill(count: int, people: int) -> list[Visitor]:
    with database.session() as session:
        staff = officers(session)
        made = [_person(session, n, staff[n % len(staff)].id if n % 2 == 0 else None) for n in range(people)]
        fill(session, count, [officer.id for officer in staff])
        values = {
            "rrn": crypto.seal("960121-1021413"),
            "account": crypto.seal("1002-123-456789"),
            "phone": crypto.seal("010-1234-5678"),
        }
        for statement in _AROUND:
            session.connection().execute(text(statement), values)
    return made


def _person(session: Session, number: int, officer_id: int | None) -> Visitor:
    account = accounts.create(
        session, f"desk{number}", "a-long-enough-password", role=Role.STAFF, display_name=f"담당 {number}"
    )
    account.officer_id = officer_id
    session.add(account)
    return Visitor(account.id, account.username, account.display_name, account.role, "127.0.0.1", "benchmark")


def _work(visitors: list[Visitor], cases: int) -> list[float]:
    """Milliseconds of every decision until the next case was ready to be sent."""
    took: list[float] = []
    threads = [threading.Thread(target=_decide, args=(visitor, cases, took)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(took)


def _decide(visitor: Visitor, cases: int, took: list[float]) -> None:
    with database.session() as session:
        shown = desk_calls.next_case(session, visitor, {})["case"]
    for _ in range(cases):
        answer = {
            "action": "attach",
            "receipt_nos": [shown["choices"][0]["receipt_no"]],
            "type": shown["type"],
        }
        asked = {"task": shown["task"], "version": shown["version"], "answer": answer, "skipped": []}
        began = time.perf_counter()
        status, said = carry_out(desk_calls.decide_case, visitor, asked)
        took.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise RuntimeError(f"the desk was answered {status}")
        shown = said["case"]


def _say(who: str, took: list[float]) -> None:
    median, late = took[len(took) // 2], took[int(len(took) * 0.95)]
    verdict = "within" if late <= _ALLOWED_MS else "NOT within"
    print(
        f"{who}: {len(took)} cases, decide + next case + all it shows: p50 {median:.0f} ms, p95 {late:.0f} ms, "
        f"longest {took[-1]:.0f} ms ({verdict} {_ALLOWED_MS:.0f} ms)"
    )


if __name__ == "__main__":
    main()
