"""Approved batches that go by files, and a bank that takes files.

with files_world(tmp_path) as service:
    batch_id, numbers = approved_for_files(session, people, service, 5)
    carried(batch_id); collected(); assert states(session, batch_id) == ["accepted"] * 5
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

from sqlmodel import Session, col, select, update

from bots.payments import runs
from bots.payments.iso import collect, send
from bots.payments.iso.channel import ChannelError
from bots.payments.iso.connect import channel
from bots.sandbox.bank.books import Books
from bots.sandbox.bank.service import DEBIT, PASSWORD
from bots.sandbox.bank_files.desk import Manners
from bots.sandbox.bank_files.service import BankFilesService
from config.bank_hours import ALWAYS_OPEN
from queues import crypto, reviews
from queues.database import session as record
from queues.models import Account, Payment, PaymentFile, PaymentOrder, ReviewState, ReviewTask
from tests.bots.payments.flow_world import accounts
from tests.conftest import environment
from tests.queues.payment_world import FUND, Treasury, batch_of, checked, orders, through

OWN = DEBIT[FUND]


@contextmanager
def files_world(folder: Path, manners: Manners | None = None, **how: object) -> Iterator[BankFilesService]:
    """A bank for files without a line for messages, that the environment names; certain after a moment."""
    (folder / "bank_hours.yaml").write_text(ALWAYS_OPEN)
    books = Books(folder / "bank.sqlite")
    for account in DEBIT.values():
        books.open_debit(account, balance=10**12, password=PASSWORD)
    told: dict[str, object] = {
        "timeout_seconds": 0.5, "certain_after_seconds": 1.0, "refuses_repeats": True, "payments_per_file": 3,
    }  # fmt: skip
    with (
        BankFilesService(books, manners) as service,
        environment(
            BACKOFFICE_BANK_FILES=json.dumps(service.settings(**told | how)),
            BACKOFFICE_BANK_FILES_TOKEN=service.token,
            BACKOFFICE_CONFIG_DIR=str(folder),
        ),
    ):
        yield service
    books.close()


def approved_for_files(
    session: Session, people: Treasury, service: BankFilesService, count: int, *, first_account: str = ""
) -> tuple[int, list[str]]:
    """An approved batch of payments to accounts of their own; its id and their numbers. `first_account`: what
    stands in the first order in place of its own."""
    ids = orders(session, count)
    bank = SimpleNamespace(books=service.desk.books)
    numbers = accounts(session, ids, bank)  # type: ignore[arg-type]
    if first_account:
        session.exec(
            update(PaymentOrder)
            .where(col(PaymentOrder.id) == ids[0])
            .values(account_enc=crypto.seal(first_account))
        )
    batch = batch_of(session, people, ids, channel="iso20022")
    checked(session, batch)
    through(session, batch, people)
    session.commit()
    return batch.id, numbers


def sent_once(batch_id: int) -> str:
    """One run over a batch. Raises what the bot would be tried again for."""
    return send.send(runs.begin(batch_id, send.ACTOR, send.CHANNEL), channel())


def carried(batch_id: int, seconds: float = 10.0) -> str:
    """Runs over a batch until it waits for nothing, as the worker does."""
    until = time.monotonic() + seconds
    while True:
        try:
            return sent_once(batch_id)
        except ChannelError as error:
            if time.monotonic() > until:
                raise
            time.sleep(min(error.pause or 0.05, 0.3))


def collected() -> dict[str, int]:
    """Take in what the bank has."""
    return dict(collect.collect(channel()))


def states(session: Session, batch_id: int) -> list[str]:
    query = select(Payment.state).where(Payment.batch_id == batch_id).order_by(col(Payment.position))
    session.rollback()
    return list(session.exec(query))


def files_of(session: Session, batch_id: int) -> list[PaymentFile]:
    session.rollback()
    query = select(PaymentFile).where(PaymentFile.batch_id == batch_id).order_by(col(PaymentFile.part))
    return list(session.exec(query.execution_options(populate_existing=True)))


def asked(session: Session, kind: str = "payment_file") -> list[ReviewTask]:
    """Open questions of a kind."""
    session.rollback()
    query = select(ReviewTask).where(ReviewTask.kind == kind, ReviewTask.state == ReviewState.OPEN.value)
    return list(session.exec(query.order_by(col(ReviewTask.id)).execution_options(populate_existing=True)))


def decided(task: ReviewTask, account: Account, **decision: object) -> str:
    """Answer a question, and have the answer carried out."""
    from bots.payments.decide import apply_decision

    with record() as session:
        reviews.decide(session, task.id, task.version, decision, account)
    return apply_decision(task.id)
