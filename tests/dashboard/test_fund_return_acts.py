"""Money is asked back, received and entered by those who may, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from dashboard.acts import fund_returns as acts
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import NotAllowed
from dashboard.visitor import Visitor
from queues import budgets
from queues.days import today
from queues.models import Account, PaymentOrder
from tests.queues.payment_world import PROGRAM, batch_of, orders, payments_of, treasury


def _visitor(account: Account) -> Visitor:
    return Visitor(account.id, account.username, "", account.role, "127.0.0.1", "s")


def test_money_is_asked_back_received_and_entered_once(session: Session) -> None:
    people = treasury(session)
    staff, head = _visitor(people.maker), _visitor(people.head)
    batch = batch_of(session, people, orders(session, 1))
    paid = payments_of(session, batch)[0]
    told: dict[str, Any] = {
        "won": 500_000,
        "cause": "overpaid",
        "due_on": today(),
        "comment": "과다 지급",
        "key": "form-1",
    }
    with pytest.raises(Refused, match="지급이 끝난"):
        acts.ask(session, head, paid.order_id, **told)
    budgets.pay(session, [paid.id], "test")
    session.execute(text("UPDATE payment_order SET state = 'paid' WHERE id = :id"), {"id": paid.order_id})
    with pytest.raises(NotAllowed):
        acts.ask(session, staff, paid.order_id, **told)
    for wrong in ({"comment": " "}, {"due_on": today() - timedelta(days=1)}, {"won": 1_848_010}, {"won": 0}):
        with pytest.raises(Refused):
            acts.ask(session, head, paid.order_id, **told | wrong | {"key": "form-2"})
    asked = acts.ask(session, head, paid.order_id, **told)
    assert acts.ask(session, head, paid.order_id, **told).id == asked.id
    with pytest.raises(Refused, match="확인되지 않은"):
        acts.book(session, head, asked.id)
    acts.receive(session, staff, asked.id, today())
    with pytest.raises(Refused, match="이미 납부된"):
        acts.cancel(session, head, asked.id, "잘못 구함")
    item = budgets.item_for(session, PROGRAM, today().year)
    assert item is not None and session.get_one(PaymentOrder, paid.order_id).budget_item_id == item.id
    left = budgets.left(item)
    assert acts.book(session, head, asked.id) == acts.book(session, head, asked.id) == "refund"
    assert budgets.left(item) == left + 500_000
