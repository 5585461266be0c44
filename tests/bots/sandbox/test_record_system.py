"""The system of record over real HTTP: deltas, late cases, acknowledgements, and the ways in which it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from bots.sandbox.casebook import make_casebook
from bots.sandbox.outages import Outage, plan_outages
from bots.sandbox.record_system import Ledger, RecordSystem

BOOK = make_casebook(1, "tune", date(2026, 11, 20))
NOW = [case for case in BOOK.cases if not case.late]
LATE = [case for case in BOOK.cases if case.late]


@pytest.fixture
def system() -> Iterator[RecordSystem]:
    running = RecordSystem(Ledger(NOW), truth=lambda: [{"file": "a"}], token="secret")
    running.start()
    yield running
    running.stop()


def client(system: RecordSystem) -> httpx.Client:
    return httpx.Client(base_url=system.url, headers={"Authorization": "Bearer secret"}, trust_env=False)


def test_full_then_delta(system: RecordSystem) -> None:
    with client(system) as http:
        seen, cursor, more = [], "", True
        while more:
            answer = http.get("/cases", params={"cursor": cursor, "limit": 30}).json()
            seen += answer["cases"]
            cursor, more = answer["cursor"], answer["more"]
        assert [c["receipt_no"] for c in seen] == [c.receipt_no for c in NOW]
        assert seen[0]["employer"]["fax"]
        assert date.fromisoformat(seen[0]["due_on"]) > date.fromisoformat(seen[0]["received_on"])
        assert http.get("/cases", params={"cursor": cursor}).json()["cases"] == []
        system.ledger.add(LATE[0])
        later = http.get("/cases", params={"cursor": cursor}).json()
        assert [c["receipt_no"] for c in later["cases"]] == [LATE[0].receipt_no]


def test_an_attachment_counts_once(system: RecordSystem) -> None:
    message = {"receipt_no": NOW[0].receipt_no, "document_type": "id_card"}
    with client(system) as http:
        first = http.post("/attachments", json=message, headers={"Idempotency-Key": "k/1"}).json()
        again = http.post("/attachments", json=message, headers={"Idempotency-Key": "k/1"}).json()
        assert (first["id"], first["repeated"]) == (again["id"], False)
        assert again["repeated"] and again["acknowledged"]
        unknown = http.post("/attachments", json={"receipt_no": "x"}, headers={"Idempotency-Key": "k2"})
        assert unknown.status_code == 422
        assert http.post("/attachments", json=message).status_code == 400
        assert http.delete("/attachments/k/1").json() == http.delete("/attachments/k/1").json()
        received = http.get("/sandbox/received").json()
        assert received["counts"] == {"attached": 1, "repeated": 1, "refused": 1, "withdrawn": 1}
        assert http.get("/sandbox/truth").json() == {"deliveries": [{"file": "a"}]}


def test_strangers_and_nonsense_are_refused(system: RecordSystem) -> None:
    assert httpx.get(f"{system.url}/cases", trust_env=False).status_code == 401
    with client(system) as http:
        assert http.get("/cases", params={"cursor": "yesterday"}).status_code == 400
        body = http.post("/attachments", content=b"{", headers={"Idempotency-Key": "k"})
        assert body.status_code == 400


@pytest.mark.parametrize(("kind", "status"), [("down", 503), ("hang", 504), ("lost", 502)])
def test_outages(kind: str, status: int) -> None:
    system = RecordSystem(Ledger(NOW), (Outage(0, 0.7, kind),))  # type: ignore[arg-type]
    system.start()
    try:
        message = {"receipt_no": NOW[0].receipt_no}
        with client(system) as http:
            first = http.post("/attachments", json=message, headers={"Idempotency-Key": "k"}, timeout=5)
            assert first.status_code == status
            system.outages = ()
            second = http.post("/attachments", json=message, headers={"Idempotency-Key": "k"}).json()
        assert second["repeated"] == (kind == "lost")
        assert len(system.ledger.attachments) == 1
    finally:
        system.stop()


def test_the_plan_of_outages_is_the_seeds() -> None:
    plan = plan_outages(7, 60)
    assert plan == plan_outages(7, 60) != plan_outages(8, 60)
    assert {o.kind for o in plan} == {"down", "hang", "lost"}
    assert all(1 < o.start < o.end <= 60 for o in plan)
