"""A batch goes out: what the bank says is what the ledger says, and nothing leaves twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from bots.payments import inquire
from bots.sandbox.bank.service import SandboxBank
from queues import database
from queues.errors import BusinessError
from queues.models import PaymentBatch
from tests.bots.payments.flow_world import (
    approved,
    history,
    paid_at_bank,
    payments,
    questions_about,
    sent,
    states,
    world,
)
from tests.queues.payment_world import Treasury, order_states, treasury


@pytest.fixture(scope="module")
def people(database_url: str) -> Treasury:
    with Session(database.engine(), expire_on_commit=False) as session:
        found = treasury(session)
        session.commit()
        return found


@pytest.fixture(scope="module")
def bank(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxBank]:
    with world(tmp_path_factory.mktemp("bank")) as up:
        yield up


def _batch(session: Session, batch_id: int) -> PaymentBatch:
    return session.get_one(PaymentBatch, batch_id, populate_existing=True)


def test_all_of_a_batch_is_paid_once(session: Session, people: Treasury, bank: SandboxBank) -> None:
    batch_id, made = approved(session, people, bank, 20)
    sent(batch_id)
    assert states(batch_id) == {"accepted": 20}
    assert paid_at_bank(bank, made) == {1: 20}
    assert history(payments(batch_id)[0].id)[-2:] == ["sending", "accepted:reply"]
    assert _batch(session, batch_id).state == "done"
    sent(batch_id)
    assert paid_at_bank(bank, made) == {1: 20} and bank.counts["again"] == 0


@pytest.mark.parametrize(
    ("fault", "after_reply", "after_inquiry", "at_bank", "question"),
    [
        ("paid_vtim", "unknown", "accepted", 1, []),
        ("paid_silent", "unknown", "accepted", 1, []),
        ("drop", "unknown", "accepted", 1, []),
        ("cut", "unknown", "accepted", 1, []),
        ("unpaid_vtim", "unknown", "rejected", 0, ["payment_rejected"]),
        ("lost_vtim", "unknown", "unknown", 0, ["payment_no_record"]),
        ("refused", "rejected", "rejected", 0, ["payment_rejected"]),
        ("double", "rejected", "rejected", 0, ["payment_double_at_bank"]),
        ("twice", "accepted", "accepted", 1, []),
    ],
)
def test_a_result_that_is_not_known_is_asked_for(
    session: Session,
    people: Treasury,
    bank: SandboxBank,
    fault: str,
    after_reply: str,
    after_inquiry: str,
    at_bank: int,
    question: list[str],
) -> None:
    batch_id, made = approved(session, people, bank, 1)
    bank.faults.order("2000/100", fault, account=made[0])
    sent(batch_id)
    (payment,) = payments(batch_id)
    assert payment.state == after_reply
    assert _batch(session, batch_id).state in ("done", "closed")
    inquire.ask_all()
    (payment,) = payments(batch_id)
    assert payment.state == after_inquiry, history(payment.id)
    assert paid_at_bank(bank, made) == {at_bank: 1}
    assert questions_about(payment.id) == question
    assert order_states(session, [payment.order_id]) == [
        "doubt" if after_inquiry == "rejected" else "batched"
    ]
    assert bank.counts["again"] == 0


def test_a_limit_of_the_day_pauses_the_batch(session: Session, people: Treasury, bank: SandboxBank) -> None:
    batch_id, made = approved(session, people, bank, 30)
    bank.faults.order("2000/100", "refused", account=made[2])
    bank.books.open_debit("10020000000002", balance=10**12, password="84207315", per_day=1)
    try:
        with pytest.raises(BusinessError) as refused:
            sent(batch_id)
    finally:
        bank.books.open_debit("10020000000002", balance=10**12, password="84207315")
    assert refused.value.code == "batch_paused"
    found = states(batch_id)
    assert found["approved"] >= 10 and found["rejected"] >= 1 and paid_at_bank(bank, made) == {0: 30}
    assert (_batch(session, batch_id).state, _batch(session, batch_id).reason) == ("paused", "SB03")
