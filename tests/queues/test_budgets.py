"""The budget: nothing beyond what is allotted, each booking once, sums that are those of the entries."""

from __future__ import annotations

import random
import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import func, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from queues import budgets, payment_orders
from queues.days import today
from queues.models import (
    AccountingEntry,
    BudgetEntry,
    BudgetItem,
    Payment,
    PaymentBatch,
    PaymentOrder,
    PaymentState,
)
from queues.payments import note
from tests.queues.payment_world import FUND, PROGRAM, batch_of, orders, treasury

WON = 1_848_000


@pytest.fixture
def batch(session: Session) -> PaymentBatch:
    """Three payments whose money is committed."""
    return batch_of(session, treasury(session), orders(session, 3))


def _item(session: Session) -> BudgetItem:
    item = budgets.item_for(session, PROGRAM, today().year)
    assert item is not None
    return item


def _payments(session: Session, batch: PaymentBatch) -> list[Payment]:
    query = select(Payment).where(Payment.batch_id == batch.id)
    return list(session.exec(query.order_by(col(Payment.position))))


def _sums(session: Session, item: BudgetItem) -> dict[str, int]:
    query = select(BudgetEntry.kind, func.sum(BudgetEntry.amount_won)).where(BudgetEntry.item_id == item.id)
    return {kind: int(won) for kind, won in session.exec(query.group_by(BudgetEntry.kind))}


def test_what_is_committed_is_committed_once_and_told(session: Session, batch: PaymentBatch) -> None:
    item, three = _item(session), [p.id for p in _payments(session, batch)]
    committed = item.committed_won
    assert committed == 3 * WON
    assert budgets.commit_orders(session, batch.id, today(), "test") == 0
    assert budgets.release_payments(session, three[:1], "test", None, "test") == WON
    assert budgets.release_payments(session, three[:1], "test", None, "test") == 0
    assert budgets.commit_payments(session, three, today(), "test") == WON
    assert _item(session).committed_won == committed
    told = select(AccountingEntry.key).where(AccountingEntry.payment_id == three[0])
    assert sorted(session.exec(told)) == [
        f"payment:{three[0]}:commit", f"payment:{three[0]}:commit:2", f"payment:{three[0]}:release",
    ]  # fmt: skip


def test_what_was_paid_comes_back_before_it_is_released(session: Session, batch: PaymentBatch) -> None:
    one = _payments(session, batch)[0].id
    before = _item(session).paid_won
    assert budgets.came_back(session, [one], "test", reason="returned") == 0
    assert budgets.pay(session, [one], "test") == WON and budgets.pay(session, [one], "test") == 0
    assert budgets.release_payments(session, [one], "test", None, "test") == 0
    assert budgets.came_back(session, [one], "test", reason="returned") == WON
    assert budgets.came_back(session, [one], "test", reason="returned") == 0
    assert budgets.release_payments(session, [one], "returned", None, "test") == WON
    assert _item(session).paid_won == before


def test_no_more_than_is_left_is_committed(session: Session, batch: PaymentBatch) -> None:
    item, three = _item(session), [p.id for p in _payments(session, batch)]
    budgets.release_payments(session, three, "test", None, "test")
    budgets.allot(session, item.id, WON - budgets.left(_item(session)), uuid.uuid4().hex, "test")
    with pytest.raises(budgets.NoBudget, match="부족액 3,696,000원"):
        budgets.commit_orders(session, batch.id, today(), "test")
    assert budgets.left(_item(session)) == WON
    assert budgets.commit_payments(session, three[:1], today(), "test") == WON
    with pytest.raises(budgets.NoBudget, match="남은 배정액 0원"):
        budgets.allot(session, item.id, -10, uuid.uuid4().hex, "test")
    entry = BudgetEntry(item_id=item.id, kind="commitment", key="raw", amount_won=10, on=today())
    with pytest.raises(DBAPIError, match="within_the_allotment"), session.begin_nested():
        session.add(entry)
        session.flush()
    with pytest.raises(DBAPIError, match="only an entry"), session.begin_nested():
        session.execute(text("UPDATE budget_item SET allotted_won = allotted_won + 10"))


def test_an_allotment_is_booked_once_and_last_years_money_is_not_committed(
    session: Session, batch: PaymentBatch
) -> None:
    item, left = _item(session), budgets.left(_item(session))
    assert budgets.allot(session, item.id, 500, "paper:1", "test")
    assert not budgets.allot(session, item.id, 500, "paper:1", "test")
    assert budgets.left(_item(session)) == left + 500
    one = _payments(session, batch)[0].id
    budgets.release_payments(session, [one], "test", None, "test")
    with pytest.raises(budgets.NotOpen, match="원인행위를 할 수 없습니다"):
        budgets.commit_payments(session, [one], date(today().year + 1, 1, 2), "test")


def test_a_year_is_closed_once_all_is_paid(session: Session, batch: PaymentBatch) -> None:
    year, payment = today().year - 1, _payments(session, batch)[0]
    with pytest.raises(budgets.NotClosable, match="끝나지 않았습니다"):
        budgets.close_year(session, today().year, FUND, "account:1")
    item = budgets.open_item(session, year, FUND, "1-2-3-4-5", "가 > 나 > 다 > 라 > 마", "account:1")
    budgets.allot(session, item.id, 1_000_000, "last year", "account:1")
    on = date(year, 12, 30)
    for kind, key in (("commitment", "old:1"), ("payment", "old:2")):
        if kind == "payment":
            with pytest.raises(budgets.NotClosable, match="1건") as stopped:
                budgets.close_year(session, year, FUND, "account:1")
            assert stopped.value.orders == (payment.order_id,)
        session.add(
            BudgetEntry(item_id=item.id, kind=kind, key=key, amount_won=90, order_id=payment.order_id, on=on)
        )
        session.flush()
    session.refresh(item)
    assert budgets.close_year(session, year, FUND, "account:1") == 1
    assert budgets.close_year(session, year, FUND, "account:1") == 0
    with pytest.raises(budgets.NotOpen, match="마감되었습니다"):
        budgets.allot(session, item.id, 10, "too late", "account:1")
    with pytest.raises(DBAPIError, match="is closed"), session.begin_nested():
        session.add(BudgetEntry(item_id=item.id, kind="commitment", key="raw 2", amount_won=10, on=on))
        session.flush()
    session.add(BudgetEntry(item_id=item.id, kind="payment", key="back", amount_won=-90, on=on))
    session.flush()


def test_sums_are_those_of_the_entries_whatever_happens(session: Session) -> None:
    """A random history; the sums of the item follow, and never more than is left is promised."""
    batch = batch_of(session, treasury(session), orders(session, 6))
    ids = [p.id for p in _payments(session, batch)]
    chance = random.Random(7)
    for turn in range(60):
        some = chance.sample(ids, chance.randint(1, 4))
        what = chance.randrange(5)
        try:
            with session.begin_nested():
                if what == 0:
                    budgets.commit_payments(session, some, today(), "test")
                elif what == 1:
                    budgets.release_payments(session, some, "test", None, "test")
                elif what == 2:
                    budgets.pay(session, some, "test")
                elif what == 3:
                    budgets.came_back(session, some, "test", reason="test")
                else:
                    won = chance.randint(-3, 2) * WON or 10
                    budgets.allot(session, _item(session).id, won, f"turn:{turn}:{ids[0]}", "test")
        except (budgets.NoBudget, DBAPIError):
            session.expire_all()
        item = _item(session)
        session.refresh(item)
        sums = _sums(session, item)
        assert item.allotted_won == sums["allotment"]
        assert item.committed_won == sums.get("commitment", 0) >= item.paid_won
        assert item.paid_won == sums.get("payment", 0) >= 0
        assert budgets.left(item) >= 0


def test_an_order_is_free_only_when_its_payment_cannot_arrive(session: Session, batch: PaymentBatch) -> None:
    payment = _payments(session, batch)[0]
    order_id, committed = payment.order_id, _item(session).committed_won
    with pytest.raises(payment_orders.StaleOrder):
        payment_orders.out_of_batch(session, [order_id], "test", "test")
    with pytest.raises(DBAPIError, match="under way or was made"), session.begin_nested():
        session.execute(text("UPDATE payment_order SET state = 'ready' WHERE id = :id"), {"id": order_id})
    with pytest.raises(DBAPIError, match="cannot be changed"), session.begin_nested():
        session.execute(text("UPDATE payment_order SET amount_won = 10 WHERE id = :id"), {"id": order_id})
    note(session, payment, PaymentState.CANCELLED, "test")
    payment_orders.out_of_batch(session, [order_id], "taken_off", "test", doubt=True)
    order = session.get_one(PaymentOrder, order_id)
    assert (order.state, order.reason) == ("doubt", "taken_off")
    assert _item(session).committed_won == committed - WON
    payment_orders.out_of_batch(session, [order_id], "taken_off", "test")
    session.refresh(order)
    assert order.state == "doubt" and order.created_at.date() <= today() + timedelta(days=1)
    assert not payment_orders.into_batch_again(session, order_id, "test")
