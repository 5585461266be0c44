"""Batches: made from ready orders at once, their money committed; what is taken off is free again."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from queues import budgets, payment_batches, payment_orders
from queues.budgets import NoBudget
from queues.days import today
from queues.models import (
    OrderState,
    Payment,
    PaymentBatchState,
    PaymentOrder,
    PaymentState,
    WorkItem,
)
from queues.payment_batches import NotNow, NotPayable, Rule
from queues.payment_samples import samples
from queues.payments import StalePayment, note_where
from tests.queues.payment_world import (
    FUND,
    PROGRAM,
    batch_of,
    checked,
    order_states,
    orders,
    payments_of,
    run,
    states_of,
    through,
    treasury,
)

YEAR = today().year


def _left(session: Session) -> int:
    item = budgets.item_for(session, PROGRAM, YEAR)
    assert item is not None
    session.refresh(item)
    return budgets.left(item)


def test_what_was_held_and_taken_off_does_not_keep_the_rest_from_going_on(session: Session) -> None:
    people = treasury(session)
    batch = batch_of(session, people, orders(session, 3))
    checked(session, batch)
    through(session, batch, people)
    run(session, batch)
    first = payments_of(session, batch)[0]
    note_where(
        session, batch.id, [PaymentState.APPROVED], PaymentState.HELD, "bot", reason="unfit_for_message",
        only=[first.id],
    )  # fmt: skip
    assert payment_batches.take_off(session, batch, [first.id], reason="held", actor="account:1") == 1
    assert payment_batches.content_of(session, batch) == batch.content_sha256
    payment_batches.pause(session, batch.id, "account:1")
    payment_batches.move(session, batch, PaymentBatchState.PAUSED, "bot")
    for _ in range(2):  # pressed twice it is resumed once
        payment_batches.resume(session, batch.id, "account:1")
    run(session, batch)
    assert states_of(session, batch) == ["cancelled", "approved", "approved"]
    with pytest.raises(NotNow):
        payment_batches.resume(session, batch.id, "account:1")


def test_a_batch_is_what_its_orders_say(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 3)
    before = _left(session)
    batch = batch_of(session, people, ids)
    assert (batch.state, batch.payments, batch.total_won) == ("draft", 3, 3 * 1_848_000)
    assert order_states(session, ids) == ["batched"] * 3
    assert _left(session) == before - batch.total_won
    rows = payments_of(session, batch)
    assert [row.position for row in rows] == [1, 2, 3]
    assert {row.statement_text for row in rows} == {"구직급여"}
    assert len({row.end_to_end for row in rows}) == 3 and all(len(row.end_to_end) <= 35 for row in rows)
    numbers = [session.get_one(PaymentOrder, i).number or "" for i in ids]
    assert numbers == sorted(set(numbers)) and numbers[0].startswith(f"{YEAR}-고보-")
    work = session.exec(select(WorkItem).where(WorkItem.bot == "payments.check")).all()
    assert f"payment_batch:{batch.id}" in [item.reference for item in work]
    checked(session, batch)
    through(session, batch, people)
    assert batch.state == PaymentBatchState.APPROVED
    assert states_of(session, batch) == ["approved"] * 3
    assert set(samples(session, batch.id, 2, salt=batch.content_sha256)) < {row.id for row in rows}


def test_pressed_twice_it_is_one_batch(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 1)
    batch = batch_of(session, people, ids, key="0123abcd")
    assert batch_of(session, people, ids, key="0123abcd").id == batch.id
    with pytest.raises(NotNow):  # somebody else's form with the same key
        payment_batches.make(session, ids, pay_on=today(), account=people.order, key="0123abcd")


def test_an_order_that_cannot_be_paid_stops_the_whole_batch(session: Session) -> None:
    people = treasury(session)
    good, doubtful, unknown, elsewhere = orders(session, 4)
    general = orders(session, 1, program="nes_application")
    payment_orders.to_doubt(session, [doubtful], "test", "bot")
    session.get_one(PaymentOrder, unknown).account_enc = None
    item = session.get_one(PaymentOrder, general[0]).budget_item_id
    session.get_one(PaymentOrder, elsewhere).budget_item_id = item
    session.commit()
    with pytest.raises(NotPayable) as refused:
        batch_of(
            session,
            people,
            [good, doubtful, unknown, elsewhere, *general, 10**9],
            fund=FUND,
            fiscal_year=YEAR,
        )
    assert refused.value.why == {
        "state": [doubtful],
        "account": [unknown],
        "budget": [elsewhere],
        "fund": general,
        "missing": [10**9],
    }
    assert "홍길동" not in str(refused.value)
    session.rollback()
    assert order_states(session, [good]) == ["ready"]
    with pytest.raises(NotPayable):
        batch_of(session, people, [], fund=FUND, fiscal_year=YEAR)
    with pytest.raises(NotNow):
        batch_of(session, people, [good], pay_on=today() - timedelta(days=1))


def test_a_rule_takes_what_is_ready(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 4, program="vtc_application")
    rule = Rule(FUND, YEAR, ("vtc_application",), most=3)
    batch = payment_batches.make(session, rule, pay_on=today(), account=people.maker)
    assert order_states(session, ids) == ["batched"] * 3 + ["ready"]
    assert batch.payments == 3


def test_no_batch_without_the_money(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 2, program="pl_application", won=3_000_000)
    item = budgets.item_for(session, "pl_application", YEAR)
    assert item is not None
    budgets.allot(session, item.id, 5_000_000 - budgets.left(item), "cut", "system")
    session.commit()
    with pytest.raises(NoBudget):
        batch_of(session, people, ids)
    session.rollback()
    assert order_states(session, ids) == ["ready"] * 2


def test_what_is_taken_off_is_free_again_and_voids_the_line(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 3)
    before = _left(session)
    batch = batch_of(session, people, ids)
    checked(session, batch)
    through(session, batch, people)
    first, second, third = payments_of(session, batch)
    content = batch.content_sha256
    taken = payment_batches.take_off(session, batch, [second.id], reason="taken_off", actor="account:1")
    assert taken == 1
    assert (batch.state, batch.payments, batch.total_won) == ("checked", 2, 2 * 1_848_000)
    assert states_of(session, batch) == ["name_checked", "cancelled", "name_checked"]
    assert order_states(session, ids) == ["batched", "ready", "batched"]
    assert _left(session) == before - batch.total_won
    assert payment_batches.content_of(session, batch) != content
    again = batch_of(session, people, [ids[1]])
    assert payments_of(session, again)[0].end_to_end != second.end_to_end
    assert payment_batches.take_off(session, batch, [first.id, third.id], reason="x", actor="bot") == 2
    assert batch.state == PaymentBatchState.CANCELLED


def test_more_can_be_added_before_it_runs(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 3)
    batch = batch_of(session, people, ids[:1])
    checked(session, batch)
    through(session, batch, people)
    payment_batches.add(session, batch.id, ids[1:], "account:1")
    assert (batch.state, batch.payments) == ("draft", 3)
    assert states_of(session, batch) == ["name_checked", "draft", "draft"]
    payment_batches.put_off(session, batch.id, today() + timedelta(days=1), "account:1")
    payment_batches.cancel(session, batch.id, "account:1")
    assert batch.state == PaymentBatchState.CANCELLED
    assert order_states(session, ids) == ["ready"] * 3
    with pytest.raises(NotNow):
        payment_batches.add(session, batch.id, ids[:1], "account:1")


def test_nothing_new_leaves_once_a_pause_is_asked_for(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 3)
    batch = batch_of(session, people, ids)
    checked(session, batch)
    through(session, batch, people)
    run(session, batch)
    first, second, _ = payments_of(session, batch)
    note_where(session, batch.id, [PaymentState.APPROVED], PaymentState.SENDING, "bot", only=[first.id])
    payment_batches.pause(session, batch.id, "account:1")
    assert batch.pause_asked
    with pytest.raises(StalePayment):
        note_where(session, batch.id, [PaymentState.APPROVED], PaymentState.SENDING, "bot", only=[second.id])
    with pytest.raises(NotNow):
        payment_batches.cancel(session, batch.id, "account:1")
    payment_batches.move(session, batch, PaymentBatchState.PAUSED, "bot", reason="pause")
    payment_batches.resume(session, batch.id, "account:1")
    assert not batch.pause_asked and batch.state == "paused"
    run(session, batch)
    payment_batches.pause(session, batch.id, "account:1")
    payment_batches.move(session, batch, PaymentBatchState.PAUSED, "bot", reason="pause")
    payment_batches.stop(session, batch.id, "account:1")
    assert states_of(session, batch) == ["sending", "cancelled", "cancelled"]
    assert batch.state == PaymentBatchState.STOPPED
    assert order_states(session, ids) == ["batched", "ready", "ready"]
    with pytest.raises(NotNow):
        payment_batches.resume(session, batch.id, "account:1")


def test_what_is_held_back_from_a_run_belongs_to_what_was_agreed_to(session: Session) -> None:
    people = treasury(session)
    ids = orders(session, 2)
    batch = batch_of(session, people, ids)
    checked(session, batch)
    through(session, batch, people)
    run(session, batch)
    content, (first, _) = batch.content_sha256, payments_of(session, batch)
    payment_batches.take_off(session, batch, [first.id], reason="taken_back", actor="bot", doubt=True)
    assert order_states(session, ids) == ["doubt", "batched"]
    assert payment_batches.content_of(session, batch) == content == batch.content_sha256
    payment_batches.pause(session, batch.id, "account:1")
    payment_batches.move(session, batch, PaymentBatchState.PAUSED, "bot", reason="pause")
    payment_batches.resume(session, batch.id, "account:1")
    run(session, batch)  # the rest goes on under the same approval


def test_an_order_is_paid_by_one_batch_at_a_time(session: Session, database_url: str) -> None:
    """Two people press at the same moment: the second waits for the first, and then finds it gone."""
    people = treasury(session)
    (order_id,) = orders(session, 1)
    session.commit()
    with psycopg.connect(database_url.replace("+psycopg", "")) as other:
        other.execute("SELECT id FROM payment_order WHERE id = %s FOR UPDATE", (order_id,))
        session.execute(text("SET LOCAL lock_timeout = '150ms'"))
        with pytest.raises(Exception, match="lock timeout"):
            batch_of(session, people, [order_id])
        session.rollback()
    batch_of(session, people, [order_id])
    session.commit()
    with pytest.raises(NotPayable):
        batch_of(session, people, [order_id])
    session.rollback()
    with pytest.raises(psycopg.errors.UniqueViolation), psycopg.connect(database_url) as raw:
        raw.execute(
            "INSERT INTO payment_batch (key, fund, fiscal_year, pay_on, payments, made_by) "
            "VALUES ('raw', %s, %s, %s, 0, %s)", (FUND, YEAR, today(), people.maker.id),
        )  # fmt: skip
        raw.execute(
            "INSERT INTO payment (order_id, batch_id, position, amount_won, bank_code, end_to_end) "
            "SELECT %s, id, 1, 10, '004', 'raw' FROM payment_batch WHERE key = 'raw'", (order_id,),
        )  # fmt: skip
    assert session.get_one(PaymentOrder, order_id).state == OrderState.BATCHED
    assert len(session.exec(select(Payment).where(Payment.order_id == order_id)).all()) == 1
