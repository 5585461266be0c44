"""What no bank and no order should say: it is told, kept, and pays nothing by accident. And a failure is heard."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from bots.payments import inquire, listen
from bots.payments.messages import encode
from bots.sandbox.bank.faults import Faults
from bots.sandbox.bank.service import SandboxBank
from queues import bank_messages, crypto, database
from queues.bots import Work
from queues.models import BankMessage
from tests.bots.payments.flow_world import (
    NAME,
    QUICK,
    WON,
    accounts,
    approved,
    history,
    paid_at_bank,
    payments,
    questions_about,
    sent,
    states,
    world,
)
from tests.bots.payments.peer import transfer
from tests.queues.payment_world import (
    Treasury,
    batch_of,
    checked,
    order_states,
    orders,
    through,
    treasury,
)


@pytest.fixture(scope="module")
def people(database_url: str) -> Treasury:
    with Session(database.engine(), expire_on_commit=False) as session:
        found = treasury(session)
        session.commit()
        return found


@pytest.fixture(scope="module")
def bank(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxBank]:
    slow = Faults(delays=replace(QUICK, returned=600.0))
    with world(tmp_path_factory.mktemp("bank"), slow, notice_seconds=1.0) as up:
        yield up


def _work(bot: str) -> Work:
    return Work(id=0, bot=bot, reference="", payload={}, attempt=1, tries=1)


def test_nobody_listens_before_anything_was_sent(session, people, bank):
    assert not listen.may_be_told()
    assert listen.run(_work("payments.listen")).idle and not bank.counts["1000/100"]


def test_a_failure_is_heard_while_nobody_sends(session, people, bank):
    batch_id, made = approved(session, people, bank, 2)
    bank.faults.order("2000/100", "returned", account=made[0])
    sent(batch_id)
    assert states(batch_id) == {"accepted": 2}
    bank.fail_now()
    listen.run(_work("payments.listen"))
    assert states(batch_id) == {"returned": 1, "accepted": 1}
    back = next(one for one in payments(batch_id) if one.state == "returned")
    assert history(back.id)[-2:] == ["accepted:reply", "returned:failure_notice"]
    assert order_states(session, [back.order_id]) == ["doubt"]
    assert questions_about(back.id) == ["payment_returned"]


_REPLY = encode(transfer(949_000).reply("0000"))
_SAID = {
    "299 bytes": (b"0299" + _REPLY[:299], "bad length prefix"),
    "301 bytes": (b"0301" + _REPLY + b" ", "bad length prefix"),
    "never sent": (b"0300" + _REPLY, "unexpected"),
    "not digits": (b"0300" + _REPLY[:129] + b"1e9          " + _REPLY[142:], "unreadable: not_digits at 130"),
}


@pytest.mark.parametrize("what", _SAID)
def test_whatever_the_bank_says_in_the_middle_of_a_batch_nothing_is_paid_twice(session, people, bank, what):
    said, note = _SAID[what]
    batch_id, made = approved(session, people, bank, 16)
    before = bank.counts["2000/100"]

    def in_the_middle() -> None:
        while bank.counts["2000/100"] < before + 5:
            time.sleep(0.002)
        bank.say(said, framed=False)

    noise = threading.Thread(target=in_the_middle, daemon=True)
    noise.start()
    sent(batch_id)
    noise.join(5)
    inquire.ask_all()
    assert states(batch_id) == {"accepted": 16}
    assert paid_at_bank(bank, made) == {1: 16} and bank.counts["again"] == 0
    kept = session.exec(select(BankMessage).where(BankMessage.note == note)).all()
    assert kept and not any(one.payment_id for one in kept)
    assert all(b"73519264" not in bank_messages.content(one) for one in kept)


_SET = text("UPDATE payment_order SET account_enc = :account, payee_enc = :payee WHERE id = :id")
_SET_WON = text("UPDATE payment_order SET amount_won = :won WHERE id = :id")


def test_what_does_not_fit_a_message_is_held_and_the_rest_is_paid(session, people, bank):
    """Such an order is stopped long before; should one come through, not a byte of it leaves."""
    ids = orders(session, 3, won=WON)
    made = accounts(session, ids, bank)
    for order_id, account, name in zip(ids, ("11O-234-567890", made[1]), (NAME, "홍\t길동"), strict=False):
        session.execute(_SET, {"id": order_id, "account": crypto.seal(account), "payee": crypto.seal(name)})
    batch = batch_of(session, people, ids)
    checked(session, batch)
    through(session, batch, people)
    session.commit()
    before = bank.counts["2000/100"]
    sent(batch.id)
    assert states(batch.id) == {"held": 2, "accepted": 1}
    assert bank.counts["2000/100"] == before + 1 and paid_at_bank(bank, made)[1] == 1
    for payment in payments(batch.id)[:2]:
        assert history(payment.id)[-1] == "held:unfit_for_message"
        assert questions_about(payment.id) == ["payment_name"] and payment.number == 0


@pytest.mark.parametrize("won", [0, -10, 15, 10**13])
def test_the_record_takes_no_amount_that_the_field_or_the_law_has_no_room_for(session, people, won):
    (order_id,) = orders(session, 1, won=WON)
    with pytest.raises(IntegrityError):
        session.execute(_SET_WON, {"id": order_id, "won": won})
    session.rollback()
