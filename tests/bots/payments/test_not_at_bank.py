"""The bank said yes, and its statement does not show it: a person ends that, and never so that it is paid twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from bots.payments import decide
from bots.payments.reconcile import not_at_bank
from bots.payments.reconcile.bot import one_day
from dashboard.acts import payment_deciding
from dashboard.acts.decisions import Refused
from dashboard.acts.payment_answers import NOT_PAID_BY_BANK, PaymentAnswer
from queues import bank_days, payment_orders, reviews
from queues.models import Account, Payment, PaymentOrder, ReviewState, ReviewTask
from tests.bots.payments.day_world import ACTOR, Day
from tests.dashboard.test_paying import visitor

_TOLD = {"action": NOT_PAID_BY_BANK, "comment": "은행 담당자가 미출금을 확인", "evidence": "telephone"}


@pytest.fixture(scope="module", autouse=True)
def _(database_url: str) -> Iterator[None]:
    yield


def _day(session: Session, ends: int = 2, ago: int | None = None) -> tuple[Day, Payment]:
    """A day that is over, of which the statement shows all payments but the first."""
    day = Day(session, ["accepted"] * ends, ago=ago)
    for one in day.payments[1:]:
        day.line(one)
    day.statement()
    one_day(day.key)
    not_at_bank.see_to(ACTOR)
    return day, day.payments[0]


def _asked(session: Session, payment: Payment) -> list[ReviewTask]:
    query = select(ReviewTask).where(
        ReviewTask.payment_id == payment.id, ReviewTask.state == ReviewState.OPEN.value
    )
    session.expire_all()
    return list(session.exec(query.order_by(ReviewTask.kind)))


def _decided(session: Session, task: ReviewTask, who: Account, told: dict[str, Any] = _TOLD) -> str:
    reviews.decide(session, task.id, task.version, told, who)
    session.commit()
    return decide.apply_decision(task.id)


def _order(session: Session, payment: Payment) -> PaymentOrder:
    return session.get_one(PaymentOrder, payment.order_id, populate_existing=True)


def test_what_the_bank_did_not_pay_is_open_for_a_person_again(session: Session) -> None:
    day, payment = _day(session)
    [task] = _asked(session, payment)
    assert task.kind == "payment_not_at_bank" and day.states() == ["accepted", "settled"]
    assert not not_at_bank.see_to(ACTOR)
    [found] = [one for one in bank_days.differences(session, day.row().id) if one.state == "open"]
    bank_days.explain(session, found.id, "은행에 문의함", day.people.head)
    session.commit()
    bank_days.sign(session, day.row().id, day.row().version, "미출금", day.people.head)
    session.commit()
    assert _decided(session, task, day.people.head) == "done"
    assert day.states() == ["returned", "settled"]
    assert session.get_one(Payment, payment.id, populate_existing=True).reason == "not_paid_by_bank"
    assert [one.kind for one in _asked(session, payment)] == ["payment_returned"]
    assert _order(session, payment).state == "doubt"
    one_day(day.key)
    assert day.row().state == "agreed" and day.row().difference_won == 0  # it neither left nor came back
    [again] = _asked(session, payment)
    assert _decided(session, again, day.people.maker, {"action": "pay_again", "comment": "다시"}) == "done"
    assert _order(session, payment).state == "ready"


def test_only_one_without_a_hand_in_it_says_so_and_only_where_no_line_can_be_it(session: Session) -> None:
    day, payment = _day(session)
    [task] = _asked(session, payment)
    answer = PaymentAnswer(NOT_PAID_BY_BANK, task.version, "미출금 확인", evidence="telephone")
    for who in (day.people.maker, day.people.cashier):
        with pytest.raises(Refused):
            payment_deciding.decide_payment(session, visitor(who), task.id, answer)
        session.rollback()
        [task] = _asked(session, payment)
        assert _decided(session, task, who) == "again"
        [task] = _asked(session, payment)
        assert "배치를 만들거나" in task.question
    for told in ({"comment": ""}, {"evidence": ""}):
        assert _decided(session, task, day.people.head, _TOLD | told) == "again"
        [task] = _asked(session, payment)
    later = day.key.day + timedelta(days=1)
    day.line(payment, named="", account_index=None, day=later)
    answer = PaymentAnswer(NOT_PAID_BY_BANK, task.version, "미출금 확인", evidence="telephone")
    with pytest.raises(Refused, match="같은 금액"):
        payment_deciding.decide_payment(session, visitor(day.people.head), task.id, answer)
    session.rollback()
    [task] = _asked(session, payment)
    assert _decided(session, task, day.people.head) == "again"
    assert day.states() == ["accepted", "settled"] and _order(session, payment).state == "batched"


def test_a_line_that_comes_later_ends_the_question(session: Session) -> None:
    day, payment = _day(session)
    [task] = _asked(session, payment)
    reviews.decide(session, task.id, task.version, _TOLD, day.people.head)
    session.commit()
    day.line(payment, day=day.key.day + timedelta(days=1))
    day.statement("cd" * 32)
    assert day.states() == ["settled", "settled"]
    assert decide.apply_decision(task.id) == "over" and not _asked(session, payment)


def test_before_the_day_is_over_nobody_is_asked(session: Session) -> None:
    day, payment = _day(session, ago=0)
    assert day.causes() == {"ours_not_at_bank": "open"} and not _asked(session, payment)
    assert not bank_days.left_out(session, payment.id)


def test_what_the_bank_shows_after_all_keeps_the_order_from_being_paid_again(session: Session) -> None:
    day, payment = _day(session)
    [task] = _asked(session, payment)
    assert _decided(session, task, day.people.head) == "done"
    [task] = _asked(session, payment)
    assert _decided(session, task, day.people.maker, {"action": "pay_again", "comment": "다시"}) == "done"
    assert _order(session, payment).state == "ready"
    day.line(payment)
    day.statement("cd" * 32)
    one_day(day.key)
    assert day.causes()["paid_not_in_ours"] == "open"
    [task] = _asked(session, payment)
    assert task.kind == "payment_contradiction"
    assert _order(session, payment).state == "doubt"
    assert payment_orders.contradicted(session, [payment.order_id]) == {payment.order_id}
    assert _decided(session, task, day.people.head, {"action": "seen", "comment": "출금됨"}) == "done"
    [task] = _asked(session, payment)
    assert task.kind == "payment_returned" and _order(session, payment).state == "doubt"
    assert _decided(session, task, day.people.head, {"action": "drop", "comment": "출금됨"}) == "done"
    assert _order(session, payment).state == "cancelled"
