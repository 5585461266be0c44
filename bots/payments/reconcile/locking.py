"""Rows are held in one order everywhere, so that nobody waits for each other for ever: batch, payment, order, item."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from queues.models import PaymentBatch


def lock_batches(session: Session, batch_ids: Iterable[int]) -> None:
    """Hold these batches until the transaction ends."""
    query = select(PaymentBatch.id).where(col(PaymentBatch.id).in_(set(batch_ids)))
    session.exec(query.order_by(col(PaymentBatch.id)).with_for_update(key_share=True)).all()
