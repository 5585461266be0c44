"""A question is asked once, held by one person, and decided once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select, text

from queues import accounts, reviews
from queues.errors import NotYours, StaleDecision
from queues.models import Account, AuditEvent, Delivery, Document, ReviewState, WorkItem
from queues.sealed_fields import decided_fields

DECISION = {"action": "attach", "receipt_nos": ["2026-UB-0000001"], "fields": {"phone": "010-1234-5678"}}


@pytest.fixture
def people(session: Session) -> tuple[Account, Account]:
    made = [
        accounts.find(session, n) or accounts.create(session, n, "long enough password")
        for n in ("one", "two")
    ]
    session.commit()
    return made[0], made[1]


@pytest.fixture
def document(session: Session, request: pytest.FixtureRequest) -> Document:
    delivery = Delivery(
        source="test",
        source_ref=request.node.name,
        received_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC),
        original_sha256="0" * 64,
    )
    session.add(delivery)
    session.flush()
    made = Document(delivery_id=delivery.id, position=0, type="ub_application", pages=[1, 2])
    session.add(made)
    session.commit()
    return made


def _open(session: Session, document: Document) -> int:
    task = reviews.open_task(
        session, kind="link", reason="doubtful", document_id=document.id, delivery_id=document.delivery_id
    )
    session.commit()
    return task.id


def test_the_same_question_is_one(session: Session, document: Document) -> None:
    assert _open(session, document) == _open(session, document)


def test_one_holds_it_at_a_time(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    one, two = people
    task_id = _open(session, document)
    task = reviews.claim(session, task_id, one)
    session.commit()
    for act in (reviews.claim, reviews.release):
        with pytest.raises(NotYours):
            act(session, task_id, two)
    with pytest.raises(NotYours):
        reviews.decide(session, task_id, 1, DECISION, two)
    session.rollback()
    task.claimed_until = datetime.now(UTC) - timedelta(seconds=1)
    session.add(task)
    session.commit()
    assert reviews.claim(session, task_id, two).claimed_by == two.id
    assert reviews.release(session, task_id, two).state == ReviewState.OPEN


def test_deciding_is_one_transaction(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    task_id = _open(session, document)
    reviews.decide(session, task_id, 1, DECISION, people[0])
    session.rollback()
    reference = f"review:{task_id}:1"
    assert session.exec(select(WorkItem).where(WorkItem.reference == reference)).first() is None
    task = reviews.decide(session, task_id, 1, DECISION, people[0])
    session.commit()
    item = session.exec(select(WorkItem).where(WorkItem.reference == reference)).one()
    assert (item.bot, item.payload) == ("intake.apply_decision", {"task_id": task_id, "version": 1})
    acts = session.exec(select(AuditEvent.action).where(AuditEvent.subject_id == str(task_id))).all()
    assert "review.decide" in acts
    kept = session.execute(
        text("SELECT decision::text FROM review_task WHERE id = :i"), {"i": task_id}
    ).scalar()
    assert "1234" not in str(kept)
    assert decided_fields(task.decision or {}) == {"phone": "010-1234-5678"}


def test_a_stale_decision_is_refused_and_a_double_click_harmless(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    one, two = people
    task_id = _open(session, document)
    reviews.decide(session, task_id, 1, DECISION, one)
    session.commit()
    assert reviews.decide(session, task_id, 1, DECISION, one).version == 2
    session.commit()
    elsewhere = {**DECISION, "receipt_nos": ["2026-UB-7654321"]}
    for decision, account in ((DECISION, two), ({"action": "reject"}, one), (elsewhere, one)):
        with pytest.raises(StaleDecision):
            reviews.decide(session, task_id, 1, decision, account)
        session.rollback()
    items = session.exec(select(WorkItem).where(WorkItem.reference == f"review:{task_id}:1")).all()
    assert len(items) == 1


def test_hold_leaves_it_open(session: Session, document: Document, people: tuple[Account, Account]) -> None:
    task_id = _open(session, document)
    task = reviews.decide(session, task_id, 1, {"action": "hold", "comment": "전화 확인"}, people[0])
    session.commit()
    assert (task.state, task.version) == (ReviewState.OPEN, 2)
    with pytest.raises(StaleDecision):
        reviews.decide(session, task_id, 1, DECISION, people[1])
    session.rollback()
    assert reviews.decide(session, task_id, 2, DECISION, people[1]).state == ReviewState.DECIDED


def test_withdrawn_questions(session: Session, document: Document, people: tuple[Account, Account]) -> None:
    task_id = _open(session, document)
    assert reviews.cancel_for(session, actor="bot:test", document_id=document.id) == 1
    session.commit()
    with pytest.raises(StaleDecision):
        reviews.decide(session, task_id, 1, DECISION, people[0])


@pytest.mark.parametrize("column", ["received_at", "original_sha256", "source", "source_ref"])
def test_when_and_what_a_delivery_was_cannot_be_changed(
    session: Session, document: Document, column: str
) -> None:
    value = "clock_timestamp()" if column == "received_at" else "'x'"
    with pytest.raises(DBAPIError, match="cannot be changed"):
        session.execute(
            text(f"UPDATE delivery SET {column} = {value} WHERE id = :i"), {"i": document.delivery_id}
        )
    session.rollback()
    with pytest.raises(DBAPIError, match="never deleted"):
        session.execute(text("DELETE FROM delivery"))
    session.rollback()
    session.execute(text("UPDATE delivery SET state = 'reading' WHERE id = :i"), {"i": document.delivery_id})
