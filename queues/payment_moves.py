"""Batches of payments as they stand: held, moved from state to state, summed up, their content told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from queues import audit
from queues.errors import BackOfficeError
from queues.models import Payment, PaymentBatch, PaymentBatchState, PaymentState

BEFORE_APPROVAL = (PaymentBatchState.DRAFT, PaymentBatchState.CHECKING, PaymentBatchState.CHECKED)
"""Nobody has been asked to agree yet, or what was agreed to is void."""
BEFORE_RUNNING = (*BEFORE_APPROVAL, PaymentBatchState.APPROVAL, PaymentBatchState.APPROVED)
"""Nothing has left."""
ENDED = (PaymentBatchState.CLOSED, PaymentBatchState.CANCELLED)
UNSENT = (PaymentState.DRAFT, PaymentState.HELD, PaymentState.NAME_CHECKED, PaymentState.APPROVED)
"""No message about such a payment has left."""


class NotNow(BackOfficeError):
    """What was asked cannot be done with a batch that stands so; nothing was done. `text`: Korean, for people."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


def hold(session: Session, batch_id: int) -> PaymentBatch:
    """A batch as it is now, held until the transaction ends; payments, orders and the budget come after it."""
    session.flush()
    query = select(PaymentBatch).where(PaymentBatch.id == batch_id).with_for_update(key_share=True)
    return session.exec(query.execution_options(populate_existing=True)).one()


def move(
    session: Session, batch: PaymentBatch, state: PaymentBatchState, actor: str, *, reason: str = ""
) -> None:
    """Change the state of a batch and note it in the audit; the database refuses what does not follow."""
    was, batch.state, batch.reason = batch.state, state.value, reason
    batch.version += 1
    if state == PaymentBatchState.RUNNING and batch.started_at is None:
        batch.started_at = datetime.now(UTC)
    if state in ENDED:
        batch.ended_at = datetime.now(UTC)
    session.add(batch)
    session.flush()
    audit.record(
        session, actor, "payment_batch.state", "payment_batch", batch.id,
        was=was, now=state.value, reason=reason, run=batch.run_no,
    )  # fmt: skip


@contextmanager
def by_index(session: Session) -> Iterator[None]:
    """Statements that look rows up, however few of them the planner expects.

    A transaction that writes 100,000 rows knows tables that the statistics do not know yet: read through again for
    every row, they would take hours.
    """
    session.flush()
    session.execute(text("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)"))
    yield
    session.execute(text("SELECT set_config('enable_seqscan', 'on', true), set_config('jit', 'on', true)"))


def content_of(session: Session, batch: PaymentBatch) -> str:
    """What an approval of the batch binds, as 64 hexadecimal digits: who is paid what, from which fund, how and on
    which day. The database tells it, and compares it again by itself before a batch may run."""
    session.flush()
    return str(session.execute(text("SELECT payment_batch_content(:id)"), {"id": batch.id}).scalar_one())


def sum_up(session: Session, batch: PaymentBatch) -> None:
    """Write into the batch how many payments it has and what they come to, in won."""
    query = select(func.count(), func.coalesce(func.sum(col(Payment.amount_won)), 0)).where(
        Payment.batch_id == batch.id, Payment.state != PaymentState.CANCELLED
    )
    count, won = session.exec(query).one()
    batch.payments, batch.total_won = int(count), int(won)
    session.add(batch)
    session.flush()
