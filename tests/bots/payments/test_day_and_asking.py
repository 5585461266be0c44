"""With the bank of the sandbox and the record: the day is opened once, one question is asked, all of it is kept."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bots.payments.line import DayNotOpened, Line, NeverLeft
from bots.payments.line.asking import ask_on, ask_once
from bots.payments.line.opening import open_day
from bots.payments.messages import encode, requests
from bots.sandbox.bank.service import DEBIT, PASSWORD, SandboxBank
from config.bank_line import NoBankLine, bank_line, now_there
from queues import bank_messages
from queues.models import BankDay, BankMessage
from tests.bots.payments.peer import frame, peer, transfer, until
from tests.conftest import environment


@pytest.fixture
def bank(database_url: str, session: Session, tmp_path: Path) -> Iterator[SandboxBank]:
    kept = (
        "payment_event",
        "bank_message",
    )  # an empty record for each test: what is kept from it is let go here
    for statement in (
        *(f"ALTER TABLE {name} DISABLE TRIGGER never_emptied" for name in kept),
        *(f"TRUNCATE {table.__tablename__} CASCADE" for table in (BankDay, BankMessage)),
        *(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER never_emptied" for name in kept),
    ):
        session.connection().exec_driver_sql(statement)
    session.commit()
    with SandboxBank(tmp_path / "bank.sqlite") as here:
        here.books.open_debit(DEBIT["general"], balance=7_000_000, password=PASSWORD)
        with environment(
            BACKOFFICE_BANK_LINE=json.dumps(here.settings(reconnect_seconds=0.02)),
            BACKOFFICE_BANK_PASSWORDS=json.dumps(dict.fromkeys(DEBIT, PASSWORD)),
        ):
            yield here


def _on_a_line(do: Callable[[Line], object]) -> object:
    async def run() -> object:
        async with Line(bank_line()) as line:
            return await do(line)  # type: ignore[misc]

    return asyncio.run(run())


def test_a_day_is_opened_once_for_all_funds_however_many_start(bank, session):
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: _on_a_line(open_day), range(3)))
    asked = bank.counts["1000/100"]
    assert 1 <= asked <= 3
    _on_a_line(open_day)
    assert bank.counts["1000/100"] == asked
    opened = session.exec(select(BankDay)).all()
    assert {(one.day, one.fund) for one in opened} == {(now_there().date(), fund) for fund in DEBIT}
    assert all(one.opened_at for one in opened)
    kept = session.exec(select(BankMessage).order_by(col(BankMessage.id))).all()
    assert sorted((one.direction, one.class_code) for one in kept) == sorted(
        [("out", "1000"), ("in", "1100")] * asked
    )


def test_a_day_that_is_not_opened_lets_nothing_through(bank, session):
    bank.faults.order("1000/100", "silent")
    impatient = json.dumps(bank.settings(reply_seconds=0.2))
    with environment(BACKOFFICE_BANK_LINE=impatient), pytest.raises(DayNotOpened, match="no reply"):
        ask_once(lambda head: requests.balance(head, DEBIT["general"]))
    with (
        environment(
            BACKOFFICE_BANK_LINE=json.dumps(bank.settings(opened_codes=["7777"], reconnect_seconds=0.02))
        ),
        pytest.raises(DayNotOpened, match="answers the opening"),
    ):
        ask_once(lambda head: requests.balance(head, DEBIT["general"]))
    assert bank.counts["7000/200"] == 0 and session.exec(select(BankDay)).all() == []


def test_one_question_is_asked_and_kept_with_its_answer(bank, session):
    asked = ask_once(lambda head: requests.balance(head, DEBIT["general"]))
    assert asked.reply.count("balance") == 7_000_000
    out, back = (session.get(BankMessage, one) for one in (asked.question_id, asked.reply_id))
    assert (out.direction, out.class_code, back.direction, back.class_code) == ("out", "7000", "in", "7100")
    assert out.number == back.number == asked.question.number
    assert bank_messages.content(back) == asked.reply.raw
    totals = ask_once(lambda head: requests.totals(head, DEBIT["general"], now_there().date())).reply
    assert (totals.text("result"), totals.count("done_count")) == ("0000", 0)


def test_without_a_bank_nothing_is_asked(bank):
    bank.stop()
    here = json.dumps(bank.settings(connect_seconds=0.2))
    with environment(BACKOFFICE_BANK_LINE=here), pytest.raises(NeverLeft, match="no connection"):
        ask_once(lambda head: requests.balance(head, DEBIT["general"]))
    with environment(BACKOFFICE_BANK_LINE="null"), pytest.raises(NoBankLine, match="BACKOFFICE_BANK_LINE"):
        bank_line()
    bank.start()


def test_what_answers_nothing_is_kept(bank, session):
    reply = transfer(77).reply("0000")
    garbled = encode(reply)[:129] + b"ABC" + encode(reply)[132:]

    async def run() -> None:
        greeting = frame(reply) + b"0300" + garbled + b"0299" + garbled[:299]
        async with peer(greeting=greeting) as odd, Line(odd.line()) as line:
            await until(lambda: odd.connections == 2)
            del line

    asyncio.run(run())
    kept = session.exec(select(BankMessage).order_by(col(BankMessage.id)).limit(3)).all()
    assert [one.note for one in kept] == ["unexpected", "unreadable: not_digits at 129", "bad length prefix"]
    assert (kept[0].number, kept[0].class_code, kept[1].number) == (77, "2100", 77)
    assert b"73519264" not in b"".join(bank_messages.content(one) for one in kept)


def test_a_broken_line_is_used_again_and_the_day_stays_open(bank):
    async def ask(line: Line) -> int:
        await open_day(line)
        bank.break_lines()
        await until(lambda: not line.is_up)
        assert await line.up(15)
        return (await ask_on(line, lambda head: requests.balance(head, DEBIT["general"]))).reply.count(
            "balance"
        )

    assert _on_a_line(ask) == 7_000_000
    assert bank.counts["1000/100"] == 1
