"""Any delivery in any state is found by what a caller can say of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from queues import crypto, database, finding, search_keys
from queues.deliveries import Arrived, enter
from queues.models import Delivery, DeliveryKey, DeliveryState, DocumentState, LinkCandidate, ReadField
from tests.dashboard.searching import attach, delivery, fill_more, paper

NOW = datetime.now(UTC)
HERE = ZoneInfo("Asia/Seoul")


@pytest.fixture(scope="module")
def ids(database_url: str) -> dict[str, int]:
    with database.session() as session:
        return fill_more(session)


def found(session: Session, line: str, **more: object) -> list[int]:
    return [h.delivery.id for h in finding.search(session, line, now=NOW, **more).hits]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("김서연", ["again", "linked"]),
        ("김서", ["again", "review", "linked"]),
        ("김 서연", ["again", "linked"]),
        ("김서연님 5쪽 오늘", ["again", "linked"]),
        ("김서연 4쪽", []),
        ("서연", []),
        ("나래", ["reading"]),
        ("010-7654-3210", ["taken"]),
        ("+82 10-7654-3210", ["taken"]),
        ("3210", ["taken"]),
        ("7654-3210", ["taken"]),
        ("2026-UB-0012345", ["linked"]),
        ("12345", ["linked"]),
        ("2026-EP-0012345", []),
        ("031-222-3344 3장", ["review"]),
        ("김서윤 3344", ["review"]),
        ("김서연 3344", []),
        ("메일", ["rejected"]),
        ("스캔 40쪽", ["batch"]),
        ("이편지", ["letter"]),
        ("박이송", ["moved"]),
        ("황보독고", []),
    ],
)
def test_by_what_a_caller_says(session: Session, ids: dict[str, int], line: str, names: list[str]) -> None:
    assert found(session, line) == [ids[n] for n in names], line


def test_every_state_is_found_by_time_alone(session: Session, ids: dict[str, int]) -> None:
    at = (NOW - timedelta(minutes=20)).astimezone(HERE)
    assert set(found(session, f"{at:%Y-%m-%d %H:%M}쯤")) == set(ids.values())
    assert found(session, f"{at - timedelta(hours=3):%Y-%m-%d %H:%M}") == []
    assert found(session, "") == [] and found(session, "팩스 왔나요") == []


def test_just_taken_it_is_found_by_its_caller(database_url: str) -> None:
    arrived = Arrived(
        "fax:본관", "new-1", NOW, "a" * 64, "fax.tif", caller="02-987-6543", sender="(주) 도담 상사"
    )
    delivery_id = enter(arrived)
    with database.session() as session:
        for line in ("02-987-6543", "6543", "도담상사", "도담", "상사", "주식회사 도담"):
            assert found(session, line) == [delivery_id], line


def test_names_stand_nowhere_in_clear(session: Session, ids: dict[str, int]) -> None:
    keys = session.exec(select(DeliveryKey).where(DeliveryKey.delivery_id == ids["linked"])).all()
    assert keys and all(len(k.key) == 16 for k in keys)
    assert not any("김".encode() in k.key or b"6789" in k.key for k in keys)
    mine = {k.key for k in keys}
    with_another_key = {key for _, key in search_keys.keys_of("name", "김서연")}
    assert with_another_key <= mine, "the same key finds what it wrote"


def test_a_corrected_name_takes_the_place_of_what_was_misread(session: Session, ids: dict[str, int]) -> None:
    late = delivery(session, "late", DeliveryState.REVIEW)
    document = paper(session, late, "최오독", DocumentState.REVIEW)
    finding.remember(session, late.id)
    assert found(session, "최오독") == [late.id]
    field = session.exec(select(ReadField).where(ReadField.document_id == document.id)).one()
    field.value_enc = crypto.seal("최정독")
    session.add(field)
    finding.remember(session, late.id)
    assert (found(session, "최정독"), found(session, "최오독")) == ([late.id], [])
    session.rollback()


def test_a_likely_case_finds_it_too_and_is_told_apart(session: Session, ids: dict[str, int]) -> None:
    late = delivery(session, "likely", DeliveryState.REVIEW)
    document = paper(session, late, "강흐림", DocumentState.REVIEW)
    other = delivery(session, "other", DeliveryState.DONE)
    case = attach(session, paper(session, other, "강또렷", DocumentState.ATTACHED), "2026-UB-0099999")
    session.add(LinkCandidate(document_id=document.id, application_id=case.id, rank=1, probability=0.6))
    for one in (late, other):
        finding.remember(session, one.id)
    hits = {h.delivery.id: h.sure for h in finding.search(session, "2026-UB-0099999", now=NOW).hits}
    assert hits == {late.id: False, other.id: True}
    session.rollback()


def test_pages_of_results_neither_repeat_nor_skip(session: Session, ids: dict[str, int]) -> None:
    for n in range(75):
        row = delivery(
            session, f"many-{n}", DeliveryState.DONE, received_at=NOW - timedelta(days=40, minutes=n // 2)
        )
        paper(session, row, "문많음", DocumentState.ATTACHED)
        finding.remember(session, row.id)
    seen: list[int] = []
    after = None
    while True:
        page = finding.search(session, "문많", now=NOW, after=after)
        seen += [h.delivery.id for h in page.hits]
        if not page.more:
            break
        last = page.hits[-1].delivery
        after = (last.received_at, last.id)
    assert len(seen) == len(set(seen)) == 75
    session.rollback()


def test_deliveries_from_before_are_given_keys(database_url: str) -> None:
    with database.session() as session:
        old = delivery(session, "old", DeliveryState.DONE, received_at=NOW - timedelta(days=500))
        paper(session, old, "오래전", DocumentState.ATTACHED)
    with database.session() as session:
        assert found(session, "오래전") == []
    assert finding.catch_up() >= 1
    with database.session() as session:
        assert found(session, "오래전") == [old.id]
        assert session.exec(select(Delivery.id).where(col(Delivery.keyed) == 0)).all() == []
    assert finding.catch_up() == 0
