"""Approved batches and a bank that really answers.

with world(tmp_path) as bank:
    batch_id = approved(session, people, bank, 3)
    sent(batch_id)
    assert states(session, batch_id) == ["accepted"] * 3
"""

from __future__ import annotations

import itertools
import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.payments import check, send
from bots.sandbox.bank.entries import Payee
from bots.sandbox.bank.faults import Delays, Faults
from bots.sandbox.bank.service import DEBIT, PASSWORD, SandboxBank
from config.bank_hours import ALWAYS_OPEN
from queues import crypto, database
from queues.bots import Outcome, Work
from queues.models import Payment, PaymentEvent, ReviewState, ReviewTask
from tests.conftest import environment
from tests.queues.payment_world import Treasury, batch_of, checked, orders, through

WON = 1_848_000
NAME = "홍길동"
QUICK = Delays(late=0.3, progress=0.2, returned=0.05, again=0.2, stuck=0.2)
_numbers = itertools.count(os.getpid() % 10_000 * 1_000_000)
_PUT_ACCOUNT = text(
    "UPDATE payment_order SET account_enc = :account, account_index = :index, bank_code = :bank, payee_enc = :payee "
    "WHERE id = :id"
)


@contextmanager
def world(folder: Path, faults: Faults | None = None, **line: object) -> Iterator[SandboxBank]:
    """A bank without night, with money on the fund's account, that the environment names; it answers in 0.6 s or
    not at all."""
    (folder / "bank_hours.yaml").write_text(ALWAYS_OPEN)
    told: dict[str, object] = {
        "reply_seconds": 0.6, "inquire_after_seconds": 0.0, "reconnect_seconds": 0.05, "connect_seconds": 3.0,
        "window": 8,
    }  # fmt: skip
    bank = SandboxBank(folder / "bank.sqlite", faults=faults or Faults(delays=QUICK), refuse_doubles=True)
    with bank:
        for account in DEBIT.values():
            bank.books.open_debit(account, balance=10**12, password=PASSWORD)
        with environment(
            BACKOFFICE_BANK_LINE=json.dumps(bank.settings(**told | line)),
            BACKOFFICE_BANK_PASSWORDS=json.dumps(dict.fromkeys(DEBIT, PASSWORD)),
            BACKOFFICE_CONFIG_DIR=str(folder),
        ):
            yield bank


def accounts(session: Session, order_ids: list[int], bank: SandboxBank, *, name: str = NAME) -> list[str]:
    """Give each order an account of its own, which the bank keeps under `name`; their numbers."""
    made = []
    for order_id in order_ids:
        number = f"{next(_numbers):012d}"
        made.append(number)
        values = {
            "id": order_id, "account": crypto.seal(number), "index": crypto.blind_index("account", number),
            "bank": "088", "payee": crypto.seal(NAME),
        }  # fmt: skip
        session.execute(_PUT_ACCOUNT, values)
    bank.books.open_accounts([Payee("088", number, name) for number in made])
    return made


def drafted(session: Session, people: Treasury, bank: SandboxBank, count: int) -> tuple[int, list[str]]:
    """A new batch whose names have not been asked for; its id and its accounts in order."""
    ids = orders(session, count, won=WON)
    made = accounts(session, ids, bank)
    batch = batch_of(session, people, ids)
    session.commit()
    return batch.id, made


def approved(session: Session, people: Treasury, bank: SandboxBank, count: int) -> tuple[int, list[str]]:
    """A batch to which everybody has agreed; its id and its accounts in order."""
    ids = orders(session, count, won=WON)
    made = accounts(session, ids, bank)
    batch = batch_of(session, people, ids)
    checked(session, batch)
    through(session, batch, people)
    session.commit()
    return batch.id, made


def item(bot: str, batch_id: int) -> Work:
    return Work(
        id=0,
        bot=bot,
        reference=f"payment_batch:{batch_id}",
        payload={"batch_id": batch_id},
        attempt=1,
        tries=1,
    )


def sent(batch_id: int) -> Outcome:
    """As the bot does it."""
    return send.run(item(send.SEND, batch_id)) or Outcome()


def asked(batch_id: int) -> Outcome:
    """The names, as the bot does it."""
    return check.run(item(check.CHECK, batch_id)) or Outcome()


def payments(batch_id: int) -> list[Payment]:
    with Session(database.engine()) as session:
        query = select(Payment).where(Payment.batch_id == batch_id).order_by(col(Payment.position))
        return list(session.exec(query))


def states(batch_id: int) -> Counter[str]:
    return Counter(payment.state for payment in payments(batch_id))


def history(payment_id: int) -> list[str]:
    """ "sending", "unknown:VTIM", ..."""
    with Session(database.engine()) as session:
        query = (
            select(PaymentEvent).where(PaymentEvent.payment_id == payment_id).order_by(col(PaymentEvent.seq))
        )
        return [f"{event.state}:{event.reason}".rstrip(":") for event in session.exec(query)]


def questions_about(payment_id: int) -> list[str]:
    """Kinds of those that are open."""
    with Session(database.engine()) as session:
        query = select(ReviewTask.kind).where(
            ReviewTask.payment_id == payment_id,
            col(ReviewTask.state).in_([ReviewState.OPEN.value, ReviewState.CLAIMED.value]),
        )
        return sorted(session.exec(query))


def paid_at_bank(bank: SandboxBank, made: list[str]) -> Counter[int]:
    """How many of these accounts the bank paid how often."""
    times = Counter(one.account for one in bank.books.transfers("paid") if one.account in made)
    return Counter(times[account] for account in made)
