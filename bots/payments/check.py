"""payments.check: the holder of every account of a batch is asked for and compared with the payee."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from sqlmodel import Session, func, select

from bots.payments.checking import Holders, drafts_left
from bots.payments.line import DayNotOpened
from bots.payments.line.opening import open_day
from bots.payments.our_line import our_line
from bots.payments.pump import LineDown, pump
from bots.payments.runs import WorkerStops
from config.bank_answers import answer
from config.bank_hours import may_ask_at
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BackOfficeError
from queues.models import Payment, PaymentBatchState, PaymentState
from queues.payment_moves import hold, move
from queues.retry import RetryPolicy
from queues.work_again import add_again

CHECK = "payments.check"
ACTOR = f"bot:{CHECK}"


class NotAllAnswered(BackOfficeError):
    """The bank did not answer all holder inquiries; those that it did are noted."""


class Closed(NotAllAnswered):
    """The bank answers no holder inquiry now, whatever the account."""


class UntilAnswered(RetryPolicy):
    """A line that is down is waited for, and a bank that is closed."""

    def pause(self, error: Exception, tries: int) -> float | None:
        if isinstance(error, WorkerStops):
            return 1.0
        if isinstance(error, LineDown | DayNotOpened | Closed) and tries < 100:
            return float(min(2.0 * 2.0 ** min(tries, 8), 300.0))
        return super().pause(error, tries)


@bot(CHECK, title="예금주 조회", retry=UntilAnswered(), concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Payload {"batch_id"}. Only drafts are asked about; a batch with none left is checked."""
    batch_id = int(item.payload["batch_id"])
    now = datetime.now(UTC)
    if (at := may_ask_at(now)) > now:
        with record() as session:
            add_again(
                session, CHECK, item.reference, payload=item.payload, due_at=at, actor=ACTOR, reason="closed"
            )
        return Outcome(counts={"later": 1})
    with record() as session:
        total = _begin(session, batch_id)
    if total is None:
        return Outcome(counts={"nothing": 1})
    holders = Holders(batch_id, ACTOR, lambda done: item.progress(done, max(total, done)))
    if total:
        asyncio.run(_ask(holders))
    with record() as session:
        done = _finish(session, batch_id)
    if not done and holders.closed:
        code = holders.closed
        raise Closed(f"은행이 {code} ({answer(code).title})(으)로 답하여 예금주조회를 나중에 다시 합니다.")
    if not done:
        raise NotAllAnswered("은행이 일부 예금주조회에 답하지 않았습니다. 답하지 않은 것만 다시 묻습니다.")
    return Outcome(counts=dict(+holders.counts))


async def _ask(holders: Holders) -> None:
    async with our_line() as line:
        await open_day(line)
        await pump(line, holders, window=holders.line.window, patience=holders.line.connect_seconds)


def _begin(session: Session, batch_id: int) -> int | None:
    """How many are to be asked about; None where the batch is not one to be checked."""
    batch = hold(session, batch_id)
    if batch.state == PaymentBatchState.DRAFT:
        move(session, batch, PaymentBatchState.CHECKING, ACTOR)
    if batch.state != PaymentBatchState.CHECKING:
        return None
    count = select(func.count()).where(
        Payment.batch_id == batch_id, Payment.state == PaymentState.DRAFT.value
    )
    return session.exec(count).one()


def _finish(session: Session, batch_id: int) -> bool:
    """Whether everything was asked about; somebody else may have taken the batch back meanwhile."""
    batch = hold(session, batch_id)
    if batch.state != PaymentBatchState.CHECKING:
        return True
    if drafts_left(session, batch_id):
        return False
    move(session, batch, PaymentBatchState.CHECKED, ACTOR)
    return True
