"""A batch is closed when every payment of it has come to its end."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from bots.payments.runs import unfinished
from queues.models import PaymentBatch, PaymentBatchState
from queues.payment_moves import move

_OVER = (PaymentBatchState.DONE.value, PaymentBatchState.STOPPED.value)


def close_batches(session: Session, batch_ids: Iterable[int], actor: str) -> list[int]:
    """Close those of these batches of which nothing is to be sent, known or settled any more; their ids.

    Batches are held first of all: call it before anything else is locked in the transaction.
    """
    query = select(PaymentBatch).where(
        col(PaymentBatch.id).in_(sorted(set(batch_ids))), col(PaymentBatch.state).in_(_OVER)
    )
    locked = query.order_by(col(PaymentBatch.id)).with_for_update()
    batches = list(session.exec(locked.execution_options(populate_existing=True)))
    open_ones = unfinished(session, [batch.id for batch in batches])
    closed = [batch for batch in batches if batch.id not in open_ones]
    for batch in closed:
        move(session, batch, PaymentBatchState.CLOSED, actor)
    return [batch.id for batch in closed]
