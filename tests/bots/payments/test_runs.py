"""Two runs over one batch, a run that was left alone, a day that is over: nothing is sent again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.payments import fate, inquire, runs, send
from bots.payments.messages import Message
from bots.payments.pump import Ask, Outcome
from bots.payments.sending import Transfers
from bots.sandbox.bank.service import SandboxBank
from queues import bots, database, payment_batches
from queues.errors import BusinessError
from queues.models import BankMessage, PaymentBatch, WorkItem
from tests.bots.payments.flow_world import (
    approved,
    history,
    item,
    paid_at_bank,
    payments,
    questions_about,
    sent,
    states,
    world,
)
from tests.queues.payment_world import Treasury, treasury

_ACTOR = "bot:payments.send"


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


def _begun(batch_id: int) -> Transfers:
    return Transfers(runs.begin(batch_id, _ACTOR), _ACTOR, lambda done: None)


def _committed(transfers: Transfers, count: int) -> list[Ask]:
    asks = transfers.prepare(count)
    assert asks is not None
    return list(asks)


def _replied(ask: Ask) -> Outcome:
    message: Message = ask.message
    return Outcome(ask, "reply", message.reply("0000"))


def test_who_was_overtaken_changes_nothing(session: Session, people: Treasury, bank: SandboxBank) -> None:
    batch_id, _ = approved(session, people, bank, 3)
    first = _begun(batch_id)
    said, unsaid = _committed(first, 2)
    second = _begun(batch_id)
    assert states(batch_id) == {"unknown": 2, "approved": 1}
    assert first.prepare(1) is None
    first.settle([_replied(said), Outcome(unsaid, "never_left")])
    assert states(batch_id) == {"unknown": 2, "approved": 1}
    kept = select(BankMessage.note).where(
        BankMessage.payment_id == said.about.payment_id, BankMessage.direction == "in"
    )
    assert session.exec(kept).all() == ["superseded"]
    second.settle([_replied(ask) for ask in _committed(second, 2)])
    assert runs.finish(first.run, _ACTOR).state == "running"
    assert runs.finish(second.run, _ACTOR).state == "done"
    assert states(batch_id) == {"unknown": 2, "accepted": 1}


def test_what_never_left_leaves_later_under_another_number(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    batch_id, made = approved(session, people, bank, 2)
    first = _begun(batch_id)
    before = {ask.message.number for ask in _committed(first, 2)}
    again = _begun(batch_id)
    assert states(batch_id) == {"unknown": 2}
    assert again.prepare(2) == []
    third, _ = approved(session, people, bank, 1)
    one = _begun(third)
    asks = _committed(one, 1)
    one.settle([Outcome(asks[0], "never_left")])
    assert states(third) == {"approved": 1}
    (later,) = _committed(one, 1)
    assert later.message.number not in before | {asks[0].message.number}
    assert history(payments(third)[0].id)[-3:] == ["sending", "approved:never_left", "sending"]
    assert paid_at_bank(bank, made) == {0: 2}


def test_a_run_that_was_left_alone_is_asked_about(
    session: Session, people: Treasury, bank: SandboxBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id, _ = approved(session, people, bank, 1)
    _committed(_begun(batch_id), 1)
    assert inquire.leave_alone() == 0 and states(batch_id) == {"sending": 1}
    monkeypatch.setattr(inquire, "_MARGIN", -3600.0)
    assert inquire.leave_alone() >= 1
    assert history(payments(batch_id)[0].id)[-1] == "unknown:run_broken"


def test_a_day_that_is_over_goes_to_a_person(session: Session, people: Treasury, bank: SandboxBank) -> None:
    batch_id, made = approved(session, people, bank, 1)
    bank.faults.order("2000/100", "paid_vtim", account=made[0])
    sent(batch_id)
    (payment,) = payments(batch_id)
    session.execute(text("UPDATE payment SET sent_on = sent_on - 1 WHERE id = :id"), {"id": payment.id})
    session.commit()
    assert inquire.give_up_past_midnight() == 1 and inquire.give_up_past_midnight() == 0
    inquire.ask_all()
    asked = select(BankMessage.id).where(
        BankMessage.payment_id == payment.id, BankMessage.class_code == "7000"
    )
    assert not session.exec(asked).all()
    assert history(payment.id)[-1] == "unknown:past_midnight"
    assert questions_about(payment.id) == ["payment_past_midnight"]
    fate.hear(session, [fate.Word(payment.id, "paid", "statement")], _ACTOR)
    session.commit()
    assert states(batch_id) == {"accepted": 1} and not questions_about(payment.id)


def test_what_was_not_agreed_to_does_not_leave(
    session: Session, people: Treasury, bank: SandboxBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id, made = approved(session, people, bank, 1)
    monkeypatch.setattr(runs, "content_of", lambda *_: "0" * 64)
    with pytest.raises(BusinessError, match="content_changed"):
        sent(batch_id)
    query = select(PaymentBatch.state).where(col(PaymentBatch.id) == batch_id)
    assert session.exec(query).one() == "approved" and paid_at_bank(bank, made) == {0: 1}


def test_a_year_that_is_over_is_called_so(
    session: Session, people: Treasury, bank: SandboxBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id, made = approved(session, people, bank, 1)
    for code, word in (("year", "회계연도"), ("day", "한도")):
        monkeypatch.setattr(runs.payment_limits, "before_sending", lambda *_, code=code: code)
        with pytest.raises(BusinessError, match=word):
            sent(batch_id)
    assert paid_at_bank(bank, made) == {0: 1}


def test_a_second_piece_of_work_leaves_a_run_alone(
    session: Session, people: Treasury, bank: SandboxBank
) -> None:
    """Resumed while the run that was to pause is still at it: that one goes on, and nothing becomes unknown."""
    batch_id, made = approved(session, people, bank, 2)
    own = session.exec(
        select(WorkItem).where(
            WorkItem.bot == "payments.send", WorkItem.reference == f"payment_batch:{batch_id}"
        )
    ).one()
    later = item("payments.send", batch_id)
    later.id = own.id + 1
    run = _begun(batch_id)
    (ask,) = _committed(run, 1)
    own.state = "running"
    session.commit()
    assert send.run(later) == bots.Outcome(counts={"under_way": 1})
    run.settle([_replied(ask)])
    payment_batches.pause(session, batch_id, "account:1")
    session.commit()
    assert run.prepare(1) is None and runs.finish(run.run, _ACTOR).state == "paused"
    payment_batches.resume(session, batch_id, "account:1")
    session.commit()
    send.run(later)
    assert states(batch_id) == {"accepted": 2} and paid_at_bank(bank, made) == {1: 1, 0: 1}
