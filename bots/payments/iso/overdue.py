"""Files about which nothing has been heard: of batches at which nobody is, and taken ones without an answer."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, and_, col, func, or_, select

from bots.payments import fate
from bots.payments.closing import close_batches
from bots.payments.fate import Word
from bots.payments.iso import asking_about, standing
from bots.payments.iso.alone import alone
from bots.payments.iso.carry import settle
from bots.payments.iso.channel import Channel, ChannelError
from config.bank_files import bank_files
from queues.database import session as record
from queues.models import (
    Payment,
    PaymentBatch,
    PaymentBatchState,
    PaymentFile,
    PaymentState,
    WorkItem,
    WorkState,
)
from queues.models import PaymentFileState as S
from queues.payment_parting import SEND_FILE

log = logging.getLogger(__name__)
_STOPPED = (PaymentBatchState.STOPPED.value, PaymentBatchState.DONE.value, PaymentBatchState.CLOSED.value)
_ASKED = (standing.NO_ANSWER, standing.REFUSED_AGAIN)
_HALTED = (PaymentBatchState.PAUSED.value, *_STOPPED)
_AT_IT = (WorkState.WAITING.value, WorkState.QUEUED.value, WorkState.RUNNING.value)
_BLOCK = 1000


def see_to(way: Channel, actor: str) -> Counter[str]:
    """Settle what can be settled, ask people about the rest; counts of what was done."""
    return _left_behind(way, actor) + _silent(actor) + _settled_elsewhere(actor)


def _left_behind(way: Channel, actor: str) -> Counter[str]:
    """Files in doubt whose batch was paused or stopped meanwhile, or at whose batch nobody is any more: the list is
    asked, nothing is uploaded."""
    counts: Counter[str] = Counter()
    at_it = select(WorkItem.id).where(
        WorkItem.bot == SEND_FILE,
        WorkItem.reference == func.concat("payment_batch:", PaymentBatch.id),
        col(WorkItem.state).in_(_AT_IT),
    )
    given_up = and_(PaymentBatch.state == PaymentBatchState.RUNNING.value, ~at_it.exists())
    query = (
        select(PaymentFile, PaymentBatch.state)
        .join(PaymentBatch, col(PaymentBatch.id) == PaymentFile.batch_id)
        .where(PaymentFile.state == S.LEAVING.value, or_(col(PaymentBatch.state).in_(_HALTED), given_up))
    )
    with record() as session:
        found = list(session.exec(query))
    for file, batch_state in found:
        try:
            with alone(file.id):
                state = settle(
                    standing.look(file.id), way, actor, may_repeat=False, stopped=batch_state in _STOPPED
                )
        except ChannelError as error:
            log.info("file %d of payments is still in doubt: %s", file.id, error.code)
            continue
        if state != S.LEAVING:
            counts[state] += 1
            with record() as session:
                close_batches(session, [file.batch_id], actor)
    return counts


def _silent(actor: str) -> Counter[str]:
    """Transfers of which the bank has not said the end for too long are unknown from now on."""
    counts: Counter[str] = Counter()
    before = datetime.now(UTC) - timedelta(hours=bank_files().answer_hours)
    query = select(PaymentFile.id).where(
        PaymentFile.state == S.TAKEN.value, col(PaymentFile.taken_at) < before
    )
    with record() as session:
        old = list(session.exec(query))
    for file_id in old:
        with record() as session:
            counts["silent"] += _unheard(file_id, actor, session)
    return +counts


def _settled_elsewhere(actor: str) -> Counter[str]:
    """A statement, or people, may have said of every payment what the bank's answer did not."""
    counts: Counter[str] = Counter()
    waiting = select(Payment.id).where(
        Payment.file_id == PaymentFile.id,
        col(Payment.state).in_([PaymentState.SENDING.value, PaymentState.UNKNOWN.value]),
    )
    query = select(PaymentFile.id).where(
        col(PaymentFile.state).in_([S.TAKEN.value, S.UNKNOWN.value]), ~waiting.exists()
    )
    with record() as session:
        found = list(session.exec(query))
    for file_id in found:
        with record() as session:
            file = standing.held(session, file_id)
            if standing.answered(session, file, actor):
                asking_about.withdraw(session, file, actor)
                counts["answered"] += 1
    return counts


def _unheard(file_id: int, actor: str, session: Session) -> int:
    file = standing.held(session, file_id)
    query = select(Payment.id).where(Payment.file_id == file_id, Payment.state == PaymentState.SENDING.value)
    waiting = list(session.exec(query))
    if not waiting and (standing.answered(session, file, actor) or file.reason in _ASKED):
        return 0
    for start in range(0, len(waiting), _BLOCK):
        fate.hear(
            session,
            [
                Word(number, "unknown", "file", standing.NO_ANSWER)
                for number in waiting[start : start + _BLOCK]
            ],
            actor,
        )
    file.reason = standing.NO_ANSWER  # people are asked once
    session.add(file)
    asking_about.ask(session, file, standing.NO_ANSWER, actor)
    return 1
