from __future__ import annotations

import pytest
from sqlmodel import Session

from dashboard.reads.cases import find
from dashboard.reads.review_desk import desk
from dashboard.reads.review_list import next_task, waiting
from queues import database, reviews
from queues.accounts import find as find_account
from tests.dashboard.filling import Filled, fill, people


@pytest.fixture(scope="module")
def filled(database_url: str) -> Filled:
    with database.session() as session:
        people(session)
        return fill(session)


@pytest.mark.parametrize(
    ("words", "count"),
    [("홍길", 2), ("ub-0000001", 1), ("%", 0), ("%%", 0), ("__", 0), ("홍", 0), ("없는 사람", 0)],
)
def test_cases_are_found_by_number_and_name(session: Session, filled: Filled, words: str, count: int) -> None:
    assert len(find(session, words)) == count


def test_desk_compares_the_paper_with_each_candidate(session: Session, filled: Filled) -> None:
    shown = desk(session, filled.task_ids[0])
    assert shown is not None
    first, second = ({line.field: line.agreement for line in c.lines} for c in shown.choices)
    assert first == {"name": "agree", "rrn": "agree", "phone": "differ"}
    assert second == {"name": "agree", "rrn": "differ", "phone": "differ"}
    assert [line.weight for line in shown.choices[0].lines if line.field == "name"] == [8.5]
    assert shown.choices[0].around == [("caller_number", 2.0)]
    assert desk(session, 10**9) is None


def test_list_is_in_order_of_urgency_and_names_nobody_in_full(session: Session, filled: Filled) -> None:
    account = find_account(session, "staff")
    assert account is not None
    rows = waiting(session, account.id)
    assert [r.task_id for r in rows] == list(filled.task_ids)
    assert {r.about for r in rows} == {"홍*동 · 후보 2건"}


def test_next_task_passes_over_what_others_have_and_what_was_put_off(
    session: Session, filled: Filled
) -> None:
    staff, second = find_account(session, "staff"), find_account(session, "second")
    assert staff is not None and second is not None
    first, other, third, _ = filled.task_ids
    reviews.claim(session, other, second)
    assert next_task(session, staff.id, after=first) == third
    reviews.decide(session, first, 1, {"action": "hold", "comment": "확인 중"}, staff)
    session.flush()
    assert next_task(session, staff.id) == third
    session.rollback()
