"""What people answer about payments takes effect once, and never pays twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bots.payments import decide, inquire, notices_of_failure, out_of_turn
from bots.payments.messages import Message, decode, encode, requests
from bots.payments.pump import Outcome
from bots.payments.sending import Transfers
from bots.sandbox.bank.entries import Payee
from bots.sandbox.bank.service import DEBIT, SandboxBank
from config.bank_line import now_there
from queues import bank_messages, database, fund_returns, payment_batches, payment_orders, reviews
from queues.days import today
from queues.models import BankMessage, Payment, PaymentBatch, ReviewState, ReviewTask
from queues.payment_moves import hold
from tests.bots.payments.flow_world import (
    approved,
    asked,
    drafted,
    history,
    paid_at_bank,
    payments,
    questions_about,
    sent,
    states,
    world,
)
from tests.queues.payment_world import FUND, Treasury, batch_of, checked, order_states, through, treasury


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


def _answer(session: Session, people: Treasury, payment_id: int, decision: dict[str, Any]) -> str:
    """A person answers the one open question about a payment; how it was carried out."""
    query = select(ReviewTask).where(
        ReviewTask.payment_id == payment_id, ReviewTask.state == ReviewState.OPEN.value
    )
    task = session.exec(query.execution_options(populate_existing=True)).one()
    reviews.decide(session, task.id, task.version, decision, people.maker)
    session.commit()
    done = decide.apply_decision(task.id)
    assert decide.apply_decision(task.id) == "before"
    return done


def _one(session: Session, people: Treasury, bank: SandboxBank, fault: str) -> tuple[Payment, list[str]]:
    """A payment that met a fault, after the bank was asked about it."""
    batch_id, made = approved(session, people, bank, 1)
    if fault:
        bank.faults.order("2000/100", fault, account=made[0])
    sent(batch_id)
    inquire.ask_all()
    return payments(batch_id)[0], made


def _again(session: Session, people: Treasury, order_id: int) -> int:
    """Another batch with the same order, agreed to by everybody; its id."""
    batch = batch_of(session, people, [order_id])
    checked(session, batch)
    through(session, batch, people)
    session.commit()
    return batch.id


def test_what_the_bank_does_not_know_a_person_decides(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    payment, made = _one(session, people, bank, "lost_vtim")
    assert _answer(session, people, payment.id, {"action": "was_not_paid"}) == "again"
    told = {"action": "was_not_paid", "comment": "은행 담당자 확인", "evidence": "telephone"}
    assert _answer(session, people, payment.id, told) == "done"
    assert history(payment.id)[-1] == "rejected:person" and not questions_about(payment.id)
    assert order_states(session, [payment.order_id]) == ["ready"]
    second = _again(session, people, payment.order_id)
    sent(second)
    assert states(second) == {"accepted": 1} and paid_at_bank(bank, made) == {1: 1}
    batch = session.get_one(PaymentBatch, payment.batch_id, populate_existing=True)
    assert batch.state == "closed"


def test_found_on_the_statement_it_is_never_paid_again(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    payment, _ = _one(session, people, bank, "lost_silent")
    assert (
        _answer(session, people, payment.id, {"action": "was_paid", "comment": "거래내역에 있음"}) == "done"
    )
    assert history(payment.id)[-1] == "accepted:person"
    assert order_states(session, [payment.order_id]) == ["batched"]
    with pytest.raises(payment_batches.NotPayable):
        batch_of(session, people, [payment.order_id])
    session.rollback()


def test_a_refused_one_goes_to_the_right_account(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    payment, made = _one(session, people, bank, "refused")
    right = "77001122334455"
    bank.books.open_accounts([Payee("004", right, "홍길동")])
    to = {"bank": "국민은행", "account": right, "name": "홍길동"}
    assert _answer(session, people, payment.id, {"action": "correct_account", "to": to}) == "done"
    second = _again(session, people, payment.order_id)
    sent(second)
    assert paid_at_bank(bank, [*made, right]) == {0: 1, 1: 1}


def test_a_name_that_differs_is_held_until_a_person_has_looked(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    batch_id, made = drafted(session, people, bank, 4)
    for account in made[:2]:
        bank.faults.order("6000/100", "wrong_name", account=account)
    bank.faults.order("6000/100", "silent", account=made[2])
    asked(batch_id)
    assert states(batch_id) == {"held": 2, "name_checked": 2}
    assert session.get_one(PaymentBatch, batch_id, populate_existing=True).state == "checked"
    first, second = [one for one in payments(batch_id) if one.state == "held"]
    assert questions_about(first.id) == ["payment_name"]
    assert _answer(session, people, first.id, {"action": "accept_name"}) == "done"
    assert _answer(session, people, second.id, {"action": "take_off"}) == "done"
    assert states(batch_id) == {"name_checked": 3, "cancelled": 1}
    assert order_states(session, [second.order_id]) == ["ready"]
    batch = hold(session, batch_id)
    assert (batch.payments, batch.total_won) == (3, 3 * first.amount_won)
    through(session, batch, people)
    session.commit()
    sent(batch_id)
    assert states(batch_id) == {"accepted": 3, "cancelled": 1}
    assert paid_at_bank(bank, made) == {1: 3, 0: 1}


def _kept(session: Session, payment: Payment) -> Message:
    """The transfer as it left."""
    query = select(BankMessage).where(
        BankMessage.payment_id == payment.id, BankMessage.direction == "out", BankMessage.class_code == "2000"
    )
    row = session.exec(query.order_by(col(BankMessage.id).desc())).first()
    assert row is not None
    return decode(bank_messages.content(row))


def test_paid_after_it_was_refused(session: Session, people: Treasury, bank: SandboxBank) -> None:
    """The order is already in another batch: nothing of it leaves before a person has looked."""
    payment, made = _one(session, people, bank, "refused")
    assert _answer(session, people, payment.id, {"action": "pay_again"}) == "done"
    second = _again(session, people, payment.order_id)
    reply = _kept(session, payment).reply("0000")
    out_of_turn.take(reply, encode(reply), "late")
    assert states(payment.batch_id) == {"rejected": 1} and states(second) == {"held": 1}
    assert questions_about(payment.id) == ["payment_contradiction"]
    sent(second)
    assert paid_at_bank(bank, made) == {0: 1}
    assert _answer(session, people, payment.id, {"action": "was_paid", "comment": "거래내역 확인"}) == "done"
    assert states(payment.batch_id) == {"accepted": 1} and states(second) == {"cancelled": 1}
    assert order_states(session, [payment.order_id]) == ["batched"]


def test_paid_after_it_was_refused_and_dropped(session: Session, people: Treasury, bank: SandboxBank) -> None:
    """It was paid and nobody is owed it: that is what the books say then, and a person asks it back."""
    payment, _ = _one(session, people, bank, "refused")
    assert _answer(session, people, payment.id, {"action": "drop", "comment": "중복 신청"}) == "done"
    reply = _kept(session, payment).reply("0000")
    out_of_turn.take(reply, encode(reply), "late")
    session.rollback()
    assert _answer(session, people, payment.id, {"action": "was_paid", "comment": "거래내역 확인"}) == "done"
    assert states(payment.batch_id) == {"accepted": 1}
    assert order_states(session, [payment.order_id]) == ["cancelled"]
    query = select(ReviewTask).where(
        ReviewTask.order_id == payment.order_id, ReviewTask.kind == "payment_order_taken_back"
    )
    task = session.exec(query).one()
    told = {"action": "claim_back", "due_on": today().isoformat(), "comment": "중복"}
    reviews.decide(session, task.id, task.version, told, people.maker)
    session.commit()
    assert decide.apply_decision(task.id) == "done"


def test_nothing_of_an_order_leaves_that_may_have_been_paid(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    """While the bank's word stands against the books, no answer to another question has the order paid."""
    payment, _ = _one(session, people, bank, "refused")
    assert questions_about(payment.id) == ["payment_rejected"]
    reply = _kept(session, payment).reply("0000")
    out_of_turn.take(reply, encode(reply), "late")
    session.rollback()
    [other] = [t for t in _open(session, payment.id) if t.kind == "payment_rejected"]
    reviews.decide(session, other.id, other.version, {"action": "pay_again"}, people.maker)
    session.commit()
    assert decide.apply_decision(other.id) == "again"
    assert order_states(session, [payment.order_id]) == ["doubt"]
    [asked_again] = [t for t in _open(session, payment.id) if t.kind == "payment_rejected"]
    assert asked_again.evidence["refused"] == "contradicted"


def test_an_order_that_may_have_been_paid_is_not_ready_when_it_is_taken_off(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    payment, _ = _one(session, people, bank, "refused")
    assert _answer(session, people, payment.id, {"action": "pay_again"}) == "done"
    second = batch_of(session, people, [payment.order_id])
    session.commit()
    reply = _kept(session, payment).reply("0000")
    out_of_turn.take(reply, encode(reply), "late")
    assert states(second.id) == {"held": 1}
    session.rollback()
    assert payment_batches.take_off_held(session, second.id, reason="taken_off", actor="account:1") == 1
    session.commit()
    assert order_states(session, [payment.order_id]) == ["doubt"]
    with pytest.raises(payment_batches.NotPayable):
        batch_of(session, people, [payment.order_id])
    session.rollback()
    told = {"action": "was_not_paid", "comment": "은행이 잘못 답함"}
    assert _answer(session, people, payment.id, told) == "done"
    assert order_states(session, [payment.order_id]) == ["ready"]


def test_a_name_is_not_accepted_where_the_order_may_have_been_paid(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    payment, made = _one(session, people, bank, "refused")
    assert _answer(session, people, payment.id, {"action": "pay_again"}) == "done"
    second = batch_of(session, people, [payment.order_id])
    session.commit()
    bank.faults.order("6000/100", "wrong_name", account=made[0])
    asked(second.id)
    [held] = payments(second.id)
    assert held.state == "held" and questions_about(held.id) == ["payment_name"]
    reply = _kept(session, payment).reply("0000")
    out_of_turn.take(reply, encode(reply), "late")
    session.rollback()
    assert _answer(session, people, held.id, {"action": "accept_name"}) == "again"
    assert states(second.id) == {"held": 1}


def _open(session: Session, payment_id: int) -> list[ReviewTask]:
    query = select(ReviewTask).where(
        ReviewTask.payment_id == payment_id, ReviewTask.state == ReviewState.OPEN.value
    )
    return list(session.exec(query.execution_options(populate_existing=True)))


def _notice(session: Session, payment: Payment, **other: Any) -> Message:
    transfer = _kept(session, payment)
    head = requests.Head("KEC", "CENTER000001", "020", 950_001, now_there())
    body = {
        "original_number": transfer.number, "debit_account": DEBIT[FUND], "to_bank": transfer.text("to_bank"),
        "to_account": transfer.text("to_account"), "asked": payment.amount_won, "failed": payment.amount_won,
        "amount_failed": payment.amount_won, "error": "0014",
    }  # fmt: skip
    return requests.request("3000/100", head, **(body | other))


def test_a_failure_that_is_told_before_the_yes(session: Session, people: Treasury, bank: SandboxBank) -> None:
    batch_id, made = approved(session, people, bank, 1)
    bank.faults.order("2000/100", "paid_vtim", account=made[0])
    sent(batch_id)
    (payment,) = payments(batch_id)
    notice = _notice(session, payment)
    assert notices_of_failure.take(notice, encode(notice)) and notices_of_failure.take(notice, encode(notice))
    assert states(batch_id) == {"unknown": 1}
    inquire.ask_all()
    assert history(payment.id)[-2:] == ["accepted:inquiry", "returned:failure_notice"]
    assert questions_about(payment.id) == ["payment_returned"]
    assert order_states(session, [payment.order_id]) == ["doubt"]


def test_nobody_pays_back_what_did_not_arrive(session: Session, people: Treasury, bank: SandboxBank) -> None:
    payment, _ = _one(session, people, bank, "")
    order = payment_orders.hold(session, payment.order_id)
    asked_back = fund_returns.ask(
        session, order, 10_000, "overpaid", today(), "account:1", key=f"test:{order.id}"
    )
    session.commit()
    notice = _notice(session, payment)
    assert notices_of_failure.take(notice, encode(notice))
    assert states(payment.batch_id) == {"returned": 1}
    session.refresh(asked_back)
    assert asked_back.state == "cancelled"


def test_nobody_pays_back_what_was_not_paid(session: Session, people: Treasury, bank: SandboxBank) -> None:
    payment, _ = _one(session, people, bank, "lost_vtim")
    order = payment_orders.hold(session, payment.order_id)
    asked_back = fund_returns.ask(
        session, order, 10_000, "taken_back", today(), "account:1", key=f"test:{order.id}"
    )
    session.commit()
    told = {"action": "was_not_paid", "comment": "은행 담당자 확인", "evidence": "telephone"}
    assert _answer(session, people, payment.id, told) == "done"
    session.refresh(asked_back)
    assert asked_back.state == "cancelled"


def test_a_notice_that_fits_nothing_changes_nothing(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    payment, _ = _one(session, people, bank, "")
    for other in ({"to_account": "999"}, {"asked": payment.amount_won - 10}, {"original_number": 940_000}):
        notice = _notice(session, payment, **other)
        assert notices_of_failure.take(notice, encode(notice))
    assert states(payment.batch_id) == {"accepted": 1} and not questions_about(payment.id)
    part = _notice(session, payment, amount_failed=10, failed=10, done=payment.amount_won - 10)
    assert notices_of_failure.take(part, encode(part))
    assert states(payment.batch_id) == {"accepted": 1}
    assert questions_about(payment.id) == ["payment_contradiction"]


def test_a_notice_that_fits_nothing_is_asked_about_once(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    payment, _ = _one(session, people, bank, "")
    before = _asked_of_notices(session)
    notice = _notice(session, payment, to_account="110234567890", original_number=930_000)
    for _ in range(2):
        assert notices_of_failure.take(notice, encode(notice))
    [task] = [one for one in _asked_of_notices(session) if one.id not in {old.id for old in before}]
    assert task.payment_id is None and task.subject == f"message:{task.evidence['message_id']}"
    assert task.evidence["account"] == "********7890" and "110234567890" not in task.question
    assert task.evidence["won"] == payment.amount_won and "930000" in task.question
    told = {"action": "seen", "comment": "은행이 잘못 보낸 통지"}
    reviews.decide(session, task.id, task.version, told, people.cashier)
    session.commit()
    assert decide.apply_decision(task.id) == "done"
    assert notices_of_failure.take(notice, encode(notice))
    assert len(_asked_of_notices(session)) == len(before)


def test_a_notice_that_fits_several_is_asked_about_at_each(
    session: Session, people: Treasury, bank: SandboxBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id, _ = approved(session, people, bank, 2)
    sent(batch_id)
    both = payments(batch_id)
    found = [(one.sent_on, one.id) for one in both]
    monkeypatch.setattr(notices_of_failure, "payments_of", lambda *_, **__: found)
    notice = _notice(session, both[0])
    for _ in range(2):
        assert notices_of_failure.take(notice, encode(notice))
    assert [questions_about(one.id) for one in both] == [["payment_notice"]] * 2
    assert states(batch_id) == {"accepted": 2}
    told = {"action": "seen", "comment": "은행 확인"}
    assert _answer(session, people, both[0].id, told) == "done"
    assert states(batch_id) == {"accepted": 2}


def _asked_of_notices(session: Session) -> list[ReviewTask]:
    query = select(ReviewTask).where(
        ReviewTask.kind == "payment_notice", ReviewTask.state == ReviewState.OPEN.value
    )
    session.rollback()
    return list(session.exec(query.execution_options(populate_existing=True)))


def test_paused_resumed_and_stopped(
    session: Session, people: Treasury, bank: SandboxBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id, made = approved(session, people, bank, 40)
    _sent_until_pressed(batch_id, payment_batches.pause, people, monkeypatch)
    paused = states(batch_id)
    assert paused["approved"] and set(paused) == {"approved", "accepted"}
    assert session.get_one(PaymentBatch, batch_id, populate_existing=True).state == "paused"
    sent(batch_id)
    assert states(batch_id) == paused
    payment_batches.resume(session, batch_id, f"account:{people.cashier.id}")
    session.commit()
    _sent_until_pressed(batch_id, payment_batches.stop, people, monkeypatch)
    stopped = states(batch_id)
    assert set(stopped) == {"cancelled", "accepted"} and stopped["accepted"] > paused["accepted"]
    assert session.get_one(PaymentBatch, batch_id, populate_existing=True).state == "stopped"
    freed = [one.order_id for one in payments(batch_id) if one.state == "cancelled"]
    assert set(order_states(session, freed)) == {"ready"}
    assert paid_at_bank(bank, made) == {1: stopped["accepted"], 0: stopped["cancelled"]}


def _sent_until_pressed(
    batch_id: int, press: Callable[..., object], people: Treasury, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Send, and somebody presses as the third answer comes."""
    heard, answers = Transfers.heard, itertools.count(1)

    def hear(self: Transfers, outcome: Outcome) -> None:
        heard(self, outcome)
        if next(answers) == 3:
            with database.session() as own:
                press(own, batch_id, f"account:{people.cashier.id}")

    with monkeypatch.context() as patched:
        patched.setattr(Transfers, "heard", hear)
        sent(batch_id)
