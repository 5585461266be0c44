"""One run over a batch: begun under a number of its own, ended where it stands. Who holds an older number commits
nothing more about the batch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, func, select

from bots.payments import fate
from bots.payments.fate import Word
from config.bank_hours import EVERY_BANK, closed_banks, may_send_at
from config.settings import settings
from queues import audit, days, engine, payment_batches, payment_limits
from queues.bots import Work
from queues.database import session as record
from queues.errors import BackOfficeError, BusinessError
from queues.models import Payment, PaymentBatch, PaymentBatchState, PaymentState, WorkItem, WorkState
from queues.payment_moves import content_of, hold, move

FIRM = "firm"
STOP = "stop"
_ABOVE_LIMIT = "지급 한도를 넘어 보내지 않았습니다. 한도와 배치를 확인하십시오."
_NOT_SENT = {
    "year": "회계연도의 지급 마감일이 지나 보내지 않았습니다. 배치를 중지하고 올해 예산으로 지급할지 정하십시오."
}
"""Why nothing was sent, by the code of `payment_limits.before_sending`; of every other code it is a limit."""
_STARTS = (PaymentBatchState.APPROVED, PaymentBatchState.RUNNING, PaymentBatchState.PAUSED)


class NotNow(BackOfficeError):
    """The batch may run, but not before `at`."""

    def __init__(self, at: datetime, reason: str) -> None:
        super().__init__(f"not before {at.isoformat()}: {reason}")
        self.at = at
        self.reason = reason


class NotToRun(BackOfficeError):
    """The batch is not one that runs: nothing is to be done, or not by this bot."""


class WorkerStops(BackOfficeError):
    """This process has been told to stop: another one goes on with the batch."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run under way. `total`: payments that were still to be sent when it began."""

    batch_id: int
    run_no: int
    fund: str
    total: int


@dataclass(frozen=True, slots=True)
class End:
    """How a run ended: the batch's state, why it was paused, when it goes on if it has to wait for a bank."""

    state: str
    reason: str = ""
    later: datetime | None = None


def begin(batch_id: int, actor: str, channel: str = FIRM) -> Run:
    """Start or resume. What an earlier run left without a reply becomes unknown: it is asked about, never sent again.
    (What left in a file has its answer in a file, perhaps hours later: `bots.payments.iso`.)

    Raises `NotNow`, `NotToRun`, and `BusinessError` for what a person has to look at (limits, content).
    """
    with record() as session:
        batch = hold(session, batch_id)
        if batch.channel != channel or batch.state not in _STARTS:
            raise NotToRun(f"batch {batch_id} is {batch.state}")
        asked_to_pause = batch.pause_asked
        if not asked_to_pause:
            _may_run(session, batch)
        batch.run_no += 1
        if channel == FIRM:
            leave_unknown(session, batch_id, actor)
        if asked_to_pause:
            _halt(session, batch, actor)
        elif batch.state != PaymentBatchState.RUNNING:
            move(session, batch, PaymentBatchState.RUNNING, actor)
        run = Run(batch_id, batch.run_no, batch.fund, still_to_send(session, batch_id))
    if asked_to_pause:
        raise NotToRun(f"batch {batch_id} is to pause")
    return run


def still_runs(session: Session, run: Run) -> bool:
    """Whether more may be committed as leaving; the batch stays as it is until the transaction ends.

    Raises `WorkerStops`.
    """
    if engine.stopping():
        raise WorkerStops("작업자가 멈추는 중입니다. 다른 작업자가 이어서 합니다.")
    query = select(PaymentBatch).where(PaymentBatch.id == run.batch_id).with_for_update(read=True)
    batch = session.exec(query.execution_options(populate_existing=True)).one()
    mine = batch.run_no == run.run_no and batch.state == PaymentBatchState.RUNNING
    return mine and not batch.pause_asked


def is_mine(session: Session, run: Run) -> bool:
    """Whether no newer run has begun; none begins until the transaction ends."""
    query = select(PaymentBatch.run_no).where(PaymentBatch.id == run.batch_id)
    return session.exec(query.with_for_update(read=True)).one() == run.run_no


def another_runs(session: Session, item: Work, batch_id: int) -> bool:
    """Whether an earlier piece of work has a run over the batch: it sees what has changed, or is resumed."""
    query = select(WorkItem.id).where(
        WorkItem.bot == item.bot,
        WorkItem.reference == item.reference,
        WorkItem.state == WorkState.RUNNING.value,
        col(WorkItem.id) < item.id,
    )
    if session.exec(query).first() is None:
        return False
    state = session.exec(select(PaymentBatch.state).where(PaymentBatch.id == batch_id)).one()
    return state == PaymentBatchState.RUNNING


def ask_to_pause(run: Run, reason: str, actor: str) -> None:
    """The bot itself stops the batch: what follows would fare likewise. What is under way goes on to its end."""
    with record() as session:
        batch = hold(session, run.batch_id)
        if batch.run_no == run.run_no and batch.state == PaymentBatchState.RUNNING and not batch.pause_asked:
            batch.pause_asked, batch.reason = True, reason
            session.add(batch)
            audit.record(session, actor, "payment_batch.pause", "payment_batch", batch.id, reason=reason)


def finish(run: Run, actor: str) -> End:
    """End a run of which nothing is under way any more."""
    with record() as session:
        batch = hold(session, run.batch_id)
        if batch.run_no != run.run_no or batch.state != PaymentBatchState.RUNNING:
            return End(batch.state)
        if batch.channel == FIRM:
            leave_unknown(session, batch.id, actor)
        left = still_to_send(session, batch.id)
        if batch.pause_asked and left:
            _halt(session, batch, actor)
            return End(batch.state, batch.reason)
        if left:
            return End(batch.state, later=_opens(session, batch.id))
        batch.ended_at = datetime.now(UTC)
        move(session, batch, PaymentBatchState.DONE, actor)
        return End(batch.state)


def leave_unknown(session: Session, batch_id: int, actor: str) -> int:
    """What was committed as leaving by a run that is over, and has no result, is unknown."""
    left = select(Payment.id).where(Payment.batch_id == batch_id, Payment.state == PaymentState.SENDING.value)
    words = [Word(number, "unknown", "reply", "run_broken") for number in session.exec(left)]
    fate.hear(session, words, actor)
    return len(words)


def still_to_send(session: Session, batch_id: int) -> int:
    """How many approved payments have not been sent."""
    query = select(func.count()).where(
        Payment.batch_id == batch_id, Payment.state == PaymentState.APPROVED.value
    )
    return session.exec(query).one()


def _may_run(session: Session, batch: PaymentBatch) -> None:
    now = datetime.now(UTC)
    earliest = max(days.begins(batch.pay_on), batch.not_before or now)
    at = may_send_at(max(now, earliest), EVERY_BANK)
    if at > now:
        raise NotNow(at, "closed" if earliest <= now else "pay_on")
    if batch.content_sha256 != content_of(session, batch):
        raise BusinessError(
            "content_changed", "결재한 내용과 배치의 내용이 달라 보내지 않았습니다. 관리자에게 알리십시오."
        )
    if code := payment_limits.before_sending(session, batch):
        raise BusinessError(code, _NOT_SENT.get(code, _ABOVE_LIMIT))


def _halt(session: Session, batch: PaymentBatch, actor: str) -> None:
    """A person, or the bot, asked for it, and nothing is under way."""
    if batch.state != PaymentBatchState.RUNNING:
        return
    if batch.reason != STOP:
        move(session, batch, PaymentBatchState.PAUSED, actor, reason=batch.reason)
        return
    move(session, batch, PaymentBatchState.STOPPED, actor, reason=STOP)
    payment_batches.take_off_rest(session, batch, actor)


def _opens(session: Session, batch_id: int) -> datetime:
    """When the first of the banks opens for which something waits."""
    now = datetime.now(UTC)
    query = select(Payment.bank_code).where(
        Payment.batch_id == batch_id, Payment.state == PaymentState.APPROVED.value
    )
    return min((may_send_at(now, bank) for bank in session.exec(query.distinct())), default=now)


def banks_closed_now() -> list[str] | None:
    """Codes of banks to which nothing may leave now; None: to none at all."""
    now = datetime.now(UTC)
    line = settings().bank_line
    if line is not None and may_send_at(now, line.bank_code) > now:
        return None
    closed, all_others = closed_banks(now)
    return None if all_others else sorted(closed)


def unfinished(session: Session, batch_ids: list[int]) -> set[int]:
    """Of these batches, those with a payment that has not come to its end."""
    ends = (PaymentState.REJECTED, PaymentState.SETTLED, PaymentState.RETURNED, PaymentState.CANCELLED)
    query = select(Payment.batch_id).where(
        col(Payment.batch_id).in_(batch_ids), col(Payment.state).not_in([s.value for s in ends])
    )
    return set(session.exec(query.distinct()))
