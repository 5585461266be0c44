"""What the bank says when nobody asked, over the real line: it is kept, it pays nothing, and a failure is heard."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlmodel import Session, select

from bots.payments import inquire, listen
from bots.payments.messages import encode
from bots.sandbox.bank.faults import Faults
from bots.sandbox.bank.service import SandboxBank
from queues import bank_messages, database
from queues.bots import Work
from queues.models import BankMessage
from tests.bots.payments.flow_world import (
    QUICK,
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
from tests.queues.payment_world import Treasury, order_states, treasury


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
    "wrong prefix": (b"abcd" + _REPLY, "bad length prefix"),
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
