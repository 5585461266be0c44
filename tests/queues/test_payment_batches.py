"""Batches: made from ready orders at once, their money committed; what is taken off is free again."""

from __future__ import annotations

from sqlmodel import Session

from queues.models import PaymentBatchState
from tests.queues.payment_world import (
    batch_of,
    checked,
    order_states,
    orders,
    payments_of,
    states_of,
    through,
    treasury,
)


def test_a_batch_is_what_its_orders_say(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 3)
    batch = batch_of(session, people, ids)
    assert (batch.state, batch.payments, batch.total_won) == ("draft", 3, 3 * 1_848_000)
    assert order_states(session, ids) == ["batched"] * 3
    rows = payments_of(session, batch)
    assert [row.position for row in rows] == [1, 2, 3]
    assert {row.statement_text for row in rows} == {"구직급여"}
    assert len({row.end_to_end for row in rows}) == 3 and all(len(row.end_to_end) <= 35 for row in rows)
    checked(session, batch)
    through(session, batch, people)
    assert batch.state == PaymentBatchState.APPROVED
    assert states_of(session, batch) == ["approved"] * 3
