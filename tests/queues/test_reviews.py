"""A question is asked once, held by one person, and decided once."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select, text

from queues import accounts, database, reviews
from queues.errors import NotYours, StaleDecision
from queues.models import Account, AuditEvent, Delivery, Document, ReviewState, ReviewTask, WorkItem
from queues.sealed_fields import decided_comment, decided_fields, decided_people
from tests.conftest import environment

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


def _another(session: Session, document: Document, position: int) -> Document:
    made = Document(delivery_id=document.delivery_id, position=position, type="id_card", pages=[position])
    session.add(made)
    session.commit()
    return made


@pytest.mark.parametrize(
    "decision",
    [
        {"action": "register", "program": "ub_application", "fields": {"name": "홍길동"}},
        {"action": "transfer", "center": "부산고용복지플러스센터", "comment": "관할 아님"},
        {"action": "hold", "comment": "전화 확인", "until": "2026-12-01"},
        {"action": "correct", "people": {"2": {"name": "이둘째"}}, "accept": ["phone"]},
        {"action": "attach", "receipt_nos": ["2026-UB-0000001"], "fields": {}, "comment": ""},
    ],
)
def test_pressed_twice_is_once_and_any_other_word_is_another_decision(
    session: Session, document: Document, people: tuple[Account, Account], decision: dict[str, object]
) -> None:
    task_id = _open(session, document)
    reviews.decide(session, task_id, 1, decision, people[0])
    session.commit()
    assert reviews.decide(session, task_id, 1, dict(decision), people[0]).version == 2
    session.commit()
    events = select(AuditEvent).where(
        AuditEvent.action == "review.decide", AuditEvent.subject_id == str(task_id)
    )
    assert len(session.exec(events).all()) == 1
    others: list[dict[str, object]] = [
        {**decision, "comment": "다른 의견"},
        {**decision, "accept": ["account"]},
        {**decision, "people": {"2": {"name": "박셋째"}}},
        {**decision, "program": "nes_application", "center": "다른 센터", "until": "2027-01-01"},
    ]
    for other in others:
        with pytest.raises(StaleDecision):
            reviews.decide(session, task_id, 1, other, people[0])
        session.rollback()


def test_comments_and_values_of_all_people_are_sealed(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    task_id = _open(session, document)
    decision = {"action": "correct", "comment": "전화로 확인함", "people": {"1": {"rrn": "900101-1234567"}}}
    task = reviews.decide(session, task_id, 1, decision, people[0])
    session.commit()
    kept = session.execute(text("SELECT t::text FROM review_task t WHERE id = :i"), {"i": task_id}).scalar()
    assert "전화" not in str(kept) and "900101" not in str(kept)
    assert decided_comment(task.decision) == "전화로 확인함"
    assert decided_people(task.decision or {}) == {1: {"rrn": "900101-1234567"}}


def test_held_until_a_day_or_the_next_business_day(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    task_id = _open(session, document)
    task = reviews.decide(
        session, task_id, 1, {"action": "hold", "comment": "?", "until": "2026-12-01"}, people[0]
    )
    assert task.held_until is not None and task.held_until.date().isoformat() == "2026-12-01"
    task = reviews.decide(session, task_id, 2, {"action": "hold", "comment": "?"}, people[0])
    assert task.held_until is not None and task.held_until > datetime.now(UTC)
    task = reviews.undo(session, task_id, 3, people[0])
    assert (task.state, task.held_until, task.decision) == (ReviewState.OPEN, None, None)
    session.commit()


def test_an_idle_claim_is_released_and_two_never_hold_one(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    one, two = people
    task_id = _open(session, document)
    with environment(BACKOFFICE_CLAIM_MINUTES="0.05"):
        reviews.claim(session, task_id, one)
        session.commit()
        with pytest.raises(NotYours):
            reviews.claim(session, task_id, two)
        session.rollback()
        time.sleep(3.1)
        assert reviews.claim(session, task_id, two).claimed_by == two.id
        session.commit()
        with pytest.raises(NotYours):
            reviews.decide(session, task_id, 1, DECISION, one)
        session.rollback()


def test_of_many_who_claim_at_once_one_gets_it(
    database_url: str, session: Session, document: Document
) -> None:
    crowd = [accounts.create(session, f"crowd-{document.id}-{n}", "long enough password") for n in range(4)]
    task_id = _open(session, document)
    got: list[int] = []

    def grab(account: Account) -> None:
        try:
            with database.session() as own:
                reviews.claim(own, task_id, account)
            got.append(account.id)
        except NotYours:
            pass

    threads = [threading.Thread(target=grab, args=(account,)) for account in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_a_whole_delivery_is_decided_alike_but_what_another_person_holds(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    second, third = _another(session, document, 3), _another(session, document, 4)
    tasks = [_open(session, d) for d in (document, second, third)]
    reviews.claim(session, tasks[2], people[1])
    session.commit()
    decision = {"action": "reject", "comment": "잘못 옴", "scope": "delivery"}
    reviews.decide(session, tasks[0], 1, decision, people[0])
    session.commit()
    states = [session.get_one(ReviewTask, t).state for t in tasks]
    assert states == ["decided", "decided", "claimed"]
    other = session.get_one(ReviewTask, tasks[1])
    assert decided_comment(other.decision) == "잘못 옴"
    reviews.undo(session, tasks[0], 2, people[0])
    session.commit()
    assert [session.get_one(ReviewTask, t).state for t in tasks] == ["open", "open", "claimed"]


def test_a_decision_makes_other_screens_of_the_document_stale(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    link = _open(session, document)
    fields = reviews.open_task(
        session,
        kind="fields",
        reason="doubtful_fields",
        document_id=document.id,
        delivery_id=document.delivery_id,
    )
    session.commit()
    reviews.decide(session, link, 1, DECISION, people[0])
    session.commit()
    with pytest.raises(StaleDecision):
        reviews.decide(session, fields.id, 1, {"action": "correct"}, people[1])


def test_two_who_decide_about_one_delivery_never_wait_for_each_other(
    database_url: str, session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    first = _open(session, document)
    second = reviews.open_task(
        session, kind="fields", reason="doubtful_fields", document_id=document.id, delivery_id=document.delivery_id
    ).id  # fmt: skip
    session.commit()
    session.get_one(ReviewTask, first, with_for_update=True)  # somebody decides the first just now

    def decide() -> None:
        with database.session() as own:
            reviews.decide(own, second, 1, {"action": "correct"}, people[0])

    other = threading.Thread(target=decide)
    other.start()
    waits = text(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%review_task%'"
    )
    for _ in range(100):
        if session.execute(waits).first():
            break
        time.sleep(0.05)
    try:  # who holds the first and now needs the second gets it
        row = select(ReviewTask.id).where(ReviewTask.id == second).with_for_update(nowait=True)
        assert session.exec(row).one() == second
    finally:
        session.rollback()
        other.join()
    session.expire_all()
    assert session.get_one(ReviewTask, second).state == "decided"


def test_rejecting_a_whole_delivery_makes_every_screen_of_it_stale(
    session: Session, document: Document, people: tuple[Account, Account]
) -> None:
    link = _open(session, document)
    whole = reviews.open_task(
        session, kind="unreadable", reason="receive_errors", delivery_id=document.delivery_id
    ).id
    session.commit()
    reviews.decide(session, whole, 1, {"action": "reject", "comment": "광고"}, people[0])
    session.commit()
    with pytest.raises(StaleDecision):
        reviews.decide(session, link, 1, DECISION, people[1])
    session.rollback()


def test_two_pieces_of_work_about_one_delivery_are_two_questions(
    session: Session, document: Document
) -> None:
    about = {"delivery_id": document.delivery_id}
    items = [
        WorkItem(bot="intake.read", reference=f"two:{document.id}:{n}", payload=about, state="review")
        for n in (1, 2)
    ]
    session.add_all(items)
    session.flush()
    for item in items:
        for _ in range(2):
            task = reviews.open_for_item(session, item, kind="system_error", question="?")
            assert (task.item_id, task.delivery_id) == (item.id, document.delivery_id)
    session.rollback()
