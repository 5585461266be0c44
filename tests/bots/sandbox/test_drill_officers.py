"""The people of the drill answer what can be answered, once; what cannot stays with people, and nothing goes round."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlmodel import Session, col, select

from bots.payments import decide, inquire, out_of_turn
from bots.payments.messages import decode, encode
from bots.sandbox.bank.entries import Asked, Payee
from bots.sandbox.bank.service import BANK_CODE, COMPANY, DEBIT, SandboxBank
from bots.sandbox.drill.officers import Officers
from queues import bank_messages, database, payment_orders
from queues.days import today
from queues.models import BankMessage, Payment, ReviewState, ReviewTask
from tests.bots.payments.flow_world import approved, payments, sent, world
from tests.queues.payment_world import FUND, Treasury, treasury


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


@pytest.fixture
def officers(session: Session, people: Treasury, bank: SandboxBank) -> Officers:
    """They look at no question that was there before."""
    before = session.exec(select(ReviewTask.id)).all()
    return Officers(bank.books, maker=people.maker.id, asked=set(before))


def _met(session: Session, people: Treasury, bank: SandboxBank, fault: str, count: int) -> list[Payment]:
    """Payments that met a fault, after the bank was asked about them."""
    batch_id, made = approved(session, people, bank, count)
    for account in made:
        bank.faults.order("2000/100", fault, account=account)
    sent(batch_id)
    inquire.ask_all()
    return payments(batch_id)


def _contradict(session: Session, payment: Payment) -> None:
    """A reply comes late that says that it was paid."""
    query = select(BankMessage).where(
        BankMessage.payment_id == payment.id, BankMessage.direction == "out", BankMessage.class_code == "2000"
    )
    row = session.exec(query.order_by(col(BankMessage.id).desc())).first()
    assert row is not None
    reply = decode(bank_messages.content(row)).reply("0000")
    out_of_turn.take(reply, encode(reply), "late")
    session.rollback()


def _asked(session: Session, payment: Payment) -> dict[str, ReviewTask]:
    """The latest question of each kind about a payment."""
    session.rollback()
    query = select(ReviewTask).where(ReviewTask.payment_id == payment.id).order_by(col(ReviewTask.id))
    return {task.kind: task for task in session.exec(query.execution_options(populate_existing=True))}


def _carry_out(session: Session, some: list[Payment]) -> list[str]:
    tasks = [task for payment in some for task in _asked(session, payment).values()]
    return [decide.apply_decision(task.id) for task in tasks if task.state == ReviewState.DECIDED]


def test_what_may_have_been_paid_waits_until_that_is_answered(
    session: Session, people: Treasury, bank: SandboxBank, officers: Officers
) -> None:
    some = _met(session, people, bank, "refused", 3)
    for payment in some:
        _contradict(session, payment)
    assert officers.answer() == 3
    assert officers.answer() == 0
    for payment in some:
        asked = _asked(session, payment)
        assert asked["payment_contradiction"].state == "decided"
        assert asked["payment_rejected"].state == "open"
    assert _carry_out(session, some) == ["done"] * 3
    assert not payment_orders.contradicted(session, [payment.order_id for payment in some])
    officers.answer()
    assert set(_carry_out(session, some)) <= {"done", "before"}
    assert officers.answer() == 0


def test_an_answer_that_is_refused_is_not_given_for_ever(
    session: Session, people: Treasury, bank: SandboxBank, officers: Officers
) -> None:
    some = _met(session, people, bank, "refused", 3)
    for payment in some:
        payment_orders.cancel(session, payment_orders.hold(session, payment.order_id), "dropped", "test")
    session.commit()
    given = 0
    for _ in range(8):
        given += officers.answer()
        _carry_out(session, some)
    assert 0 < given <= 9 and officers.answer() == 0


def test_what_left_and_came_back_was_paid(
    session: Session, people: Treasury, bank: SandboxBank, officers: Officers
) -> None:
    """The notice of its coming back is the bank's second word; the day agrees with both alone."""
    gone, never = _met(session, people, bank, "lost_vtim", 2)
    assert gone.sent_on is not None
    key = f"{gone.sent_on:%Y%m%d}:{BANK_CODE}:{COMPANY}:{gone.number:06d}"
    bank.books.open_accounts([Payee("088", "70011122233", "홍길동")])
    asked = Asked(
        key, "firm", gone.sent_on, key, DEBIT[FUND], "088", "70011122233", gone.amount_won, holder="홍길동"
    )
    assert bank.books.book(asked).state == "paid"
    bank.books.give_back(key, today(), "0014")
    assert officers.answer() == 2
    said = [_asked(session, payment)["payment_no_record"].decision or {} for payment in (gone, never)]
    assert [one["action"] for one in said] == ["was_paid", "was_not_paid"]
