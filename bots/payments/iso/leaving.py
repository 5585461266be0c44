"""The next file of a batch: written, kept and committed as leaving, with each of its payments, before a byte leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlmodel import Session, col, func, select

from bots.iso20022.fit import why_unfit
from bots.iso20022.transfer import Frame, Transfer
from bots.payments import questions, runs
from bots.payments.runs import Run
from config.bank_files import BankFiles, bank_files
from config.settings import settings
from queues import audit, files
from queues.crypto import open_
from queues.database import session as record
from queues.models import BankMessage, Payment, PaymentBatch, PaymentFile, PaymentState
from queues.payments import Happened, note_all

UNFIT = "unfit_for_message"
"""A payment that cannot leave as it is, by any channel (`bots.payments.answers`)."""
KIND = "pain.001"

_NEXT = text(
    "SELECT id, seq, position, amount_won, bank_code, account_enc, holder_enc, statement_text, end_to_end "
    "FROM payment WHERE batch_id = :batch AND state = 'approved' ORDER BY position LIMIT :some FOR NO KEY UPDATE"
)
_IN_FILE = text(
    "UPDATE payment SET file_id = :file, sent_on = :day, next_look_at = NULL, looks = 0 WHERE id = ANY(:ids)"
)


@dataclass(frozen=True, slots=True)
class _Chosen:
    payment_id: int
    seq: int
    transfer: Transfer


def next_file(run: Run, actor: str) -> int | None:
    """Commit the next file as leaving; its id. None: nothing is left to send, or the run is to stop.

    A payment that cannot stand in a file is held and a person is asked: it does not leave. Raises
    `config.bank_files.NoBankFiles`.
    """
    channel = bank_files()
    while True:
        with record() as session:
            if not runs.still_runs(session, run):
                return None
            batch = session.get_one(PaymentBatch, run.batch_id)
            rows = session.execute(_NEXT, {"batch": batch.id, "some": channel.payments_per_file}).all()
            if not rows:
                return None
            chosen = _fit(session, rows, actor)
            if chosen:
                return _commit(session, batch, chosen, channel, actor)


def _fit(session: Session, rows: Sequence[Row[Any]], actor: str) -> list[_Chosen]:
    """Those of the payments that can go; the others are held."""
    chosen, unfit = list[_Chosen](), dict[int, str]()
    events = list[Happened]()
    for row in rows:
        transfer = Transfer(
            row.position, row.end_to_end, row.amount_won, row.bank_code,
            _opened(row.account_enc), _opened(row.holder_enc), row.statement_text,
        )  # fmt: skip
        if code := why_unfit(transfer):
            unfit[row.id] = code
            events.append(Happened(row.id, row.seq, PaymentState.HELD, UNFIT, None, {"field": code}))
        else:
            chosen.append(_Chosen(row.id, row.seq, transfer))
    note_all(session, events, actor)
    for payment_id, code in unfit.items():
        payment = session.get_one(Payment, payment_id, populate_existing=True)
        questions.ask(session, payment, questions.NAME, UNFIT, evidence={"field": code}, actor=actor)
    return chosen


def _commit(
    session: Session, batch: PaymentBatch, chosen: Sequence[_Chosen], channel: BankFiles, actor: str
) -> int:
    """In the caller's transaction: file, message and payments as leaving."""
    from bots.iso20022.pain001 import written  # its library is large, and only who sends files needs it

    now = datetime.now(ZoneInfo(settings().timezone))
    part = session.exec(
        select(func.count()).select_from(PaymentFile).where(PaymentFile.batch_id == batch.id)
    ).one()
    frame = Frame(
        msg_id=f"{batch.key}-{part + 1:03d}",
        made_at=now,
        pay_on=max(batch.pay_on, now.date()),
        count=len(chosen),
        total_won=sum(one.transfer.amount_won for one in chosen),
        debtor=channel.debtor_name or settings().center_name,
        debit_account=channel.account_of(batch.fund),
        debit_bank=channel.bank_code,
        company_code=channel.company_code,
        clearing_system=channel.clearing_system,
    )
    sha256 = files.put(b"".join(written(frame, (one.transfer for one in chosen))))
    file = PaymentFile(
        batch_id=batch.id, part=part + 1, msg_id=frame.msg_id, sha256=sha256, payments=frame.count,
        total_won=frame.total_won,
    )  # fmt: skip
    message = BankMessage(
        direction="out", day=now.date(), bank_code=channel.bank_code, company_code=channel.company_code,
        class_code=KIND, batch_id=batch.id, file_sha256=sha256, reference=frame.msg_id,
    )  # fmt: skip
    session.add_all([file, message])
    session.flush()
    session.execute(_IN_FILE, {"file": file.id, "day": now.date(), "ids": [one.payment_id for one in chosen]})
    told = {"file": file.id}
    note_all(
        session,
        [Happened(c.payment_id, c.seq, PaymentState.SENDING, "", message.id, told) for c in chosen],
        actor,
    )
    audit.record(
        session, actor, "payment_file.make", "payment_file", file.id,
        batch=batch.id, payments=frame.count, won=frame.total_won,
    )  # fmt: skip
    return file.id


def under_way(session: Session, batch_id: int) -> list[int]:
    """Files of a batch that were committed as leaving and have no end yet, in their order."""
    query = select(PaymentFile.id).where(PaymentFile.batch_id == batch_id, PaymentFile.state == "leaving")
    return list(session.exec(query.order_by(col(PaymentFile.part))))


def _opened(sealed: bytes | None) -> str:
    return open_(sealed) if sealed else ""
