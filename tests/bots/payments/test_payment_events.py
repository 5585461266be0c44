"""Decisions to pay come from the system of record, each once, and are taken back by it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bots.cases.events import take
from bots.cases.happenings import Happening, read_happening
from bots.payments.orders import bot as orders
from bots.payments.orders.told import KNOWN, ToldPayment, UnclearPayment, read_payment
from bots.sandbox.case_events import granted, payable
from queues import decisions
from queues.errors import BusinessError
from queues.models import Application, Decision, Notice, PaymentOrder, WorkItem
from tests.bots.payments.order_world import allotted, case

DAY, PERIOD = date(2026, 11, 20), (date(2026, 10, 1), date(2026, 10, 28))


def _told(
    number: str, application: Application, values: dict[str, Any], kind: str = "payment_decided"
) -> Happening:
    event = {"id": number, "type": kind, "receipt_no": application.receipt_no, "values": values}
    return read_happening(event | {"at": datetime.now(UTC).isoformat()}, "test")


def test_a_decision_to_pay_is_entered_once_and_has_no_letter(session: Session) -> None:
    allotted(session)
    application = case(session)
    values = payable("ub_application", DAY, 1_848_005, 2, PERIOD, deductions={"income_tax": 3_000})
    event = _told("P-1", application, values)
    assert take(session, event) is None and take(session, event) is None
    session.commit()
    decision = session.exec(select(Decision).where(Decision.key == "event:P-1")).one()
    assert (decision.amount_won, decision.claim_no, decision.period_until) == (1_848_005, 2, PERIOD[1])
    work = session.exec(select(WorkItem).where(WorkItem.reference == f"decision:{decision.id}")).one()
    assert work.bot == "payments.orders" and work.payload == {"decision_id": decision.id}
    assert orders.make(decision.id) == "ready"
    order = session.exec(select(PaymentOrder).where(PaymentOrder.decision_id == decision.id)).one()
    assert order.amount_won == 1_845_000
    with pytest.raises(BusinessError, match="내용이 다름"):
        take(session, _told("P-1", application, payable("ub_application", DAY, 9_000_000, 2, PERIOD)))
    take(session, _told("P-2", application, {"event": "P-1"}, "taken_back"))
    session.commit()
    assert orders.make(decision.id) == "cancelled"


def test_a_letter_and_a_payment_come_from_one_event(session: Session) -> None:
    application = case(session)
    paid = payable("ub_application", DAY, 500_000, 1, PERIOD)["payment"]
    event = _told("P-3", application, granted("ub_application", DAY) | {"payment": paid}, "decision_granted")
    notice = take(session, event)
    assert notice is not None and notice.kind == "decision_granted"
    assert session.exec(select(Decision).where(Decision.key == "event:P-3")).one().amount_won == 500_000
    take(session, _told("P-4", application, {"event": "P-3"}, "taken_back"))
    session.flush()
    assert session.exec(select(Notice.state).where(Notice.id == notice.id)).one() == "cancelled"
    assert session.exec(select(Decision).where(Decision.key == "event:P-3")).one().taken_back_at


@pytest.mark.parametrize(
    "wrong",
    [{"amount": "1848000"}, {"amount": 1.5}, {"amount": True}, {"amount": None}, {"amount": 2**70},
     {"claim_no": -1}, {"period": {"from": "2026-10-28", "until": "2026-10-01"}}, {"period": "10월"},
     {"about": "김철수"}, {"deductions": [{"kind": "gift", "amount": 1}]},
     {"deductions": [{"kind": "other", "amount": -1}]}, {"payee": {"name": "가", "bank": "우리은행"}},
     {"to": "someone"}, {"unknown": 1}],
)  # fmt: skip
def test_what_is_unclear_is_never_guessed(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnclearPayment):
        read_payment({"amount": 10_000} | wrong)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(sorted(KNOWN), _JSON)))
def test_whatever_is_told_is_read_or_refused(told: dict[str, Any]) -> None:
    try:
        found = read_payment(told)
    except UnclearPayment:
        return
    assert isinstance(found, ToldPayment) and type(found.amount_won) is int


def test_a_payment_without_its_part_is_asked_about(session: Session) -> None:
    application = case(session)
    with pytest.raises(BusinessError, match="지급 내용"):
        take(session, _told("P-5", application, {"decided_on": "2026-11-20"}))
    with pytest.raises(BusinessError, match="결정일"):
        take(session, _told("P-6", application, {"payment": {"amount": 1000}}))
    assert decisions.take_back(session, "event:P-6", "test") is None
