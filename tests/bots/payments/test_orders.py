"""Decisions become orders: right to the won, each once, and in doubt where anything speaks against paying."""

from __future__ import annotations

from datetime import date
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select
from typer.testing import CliRunner

from bots.commands import payments as payments_commands
from bots.doctor import budget as doctor
from bots.payments.given import Refused
from bots.payments.orders import asking, decide
from bots.payments.orders import bot as orders
from bots.payments.orders.draw_up import draw_up, payable
from bots.payments.orders.problems import Problem
from bots.payments.orders.settle import settle
from queues import (
    budgets,
    crypto,
    database,
    decisions,
    fund_returns,
    payment_batches,
    payment_orders,
    payments,
)
from queues.days import today
from queues.models import (
    Decision,
    Employer,
    PaymentBatchState,
    PaymentOrder,
    PaymentState,
    Person,
    ReviewTask,
)
from queues.sealed_fields import seal_fields
from tests.bots.payments.order_world import allotted, batch_of, case, decided
from tests.queues import payment_world
from tests.queues.payment_world import treasury


@pytest.fixture(autouse=True)
def _a_budget(session: Session) -> None:
    allotted(session)
    session.commit()


def _order(session: Session, decision: Decision) -> PaymentOrder:
    session.commit()
    orders.make(decision.id)
    session.expire_all()
    return session.exec(select(PaymentOrder).where(PaymentOrder.decision_id == decision.id)).one()


def _question(session: Session, order: PaymentOrder) -> ReviewTask:
    query = select(ReviewTask).where(ReviewTask.order_id == order.id, ReviewTask.state == "open")
    return session.exec(query).one()


def _decide(session: Session, order: PaymentOrder, action: str, **more: Any) -> PaymentOrder:
    task = _question(session, order)
    task.state = "decided"
    held = payment_orders.hold(session, order.id)
    decide.apply(session, task, held, seal_fields({"action": action, **more}), "account:1")
    session.commit()
    return held


def test_a_decision_becomes_an_order_once(session: Session) -> None:
    decision = decided(session, case(session), 1_848_007, deductions=[{"kind": "income_tax", "won": 3_000}])
    order = _order(session, decision)
    assert (order.state, order.decided_won, order.amount_won) == ("ready", 1_848_007, 1_845_000)
    payee = payment_orders.payee_of(order)
    assert payee.bank_code == "020" and payee.account.startswith("1002123") and payee.account.isdigit()
    assert payee.name == session.get_one(Person, order.person_id).name
    assert order.fund == "employment_insurance" and order.fiscal_year == today().year
    assert order.legal_ground and order.budget_item_id
    assert order.content_sha256 == payment_orders.content_of(order)
    assert orders.make(decision.id) == "ready" and orders.make(decision.id) == "ready"
    assert len(session.exec(select(PaymentOrder).where(PaymentOrder.decision_id == decision.id)).all()) == 1


@pytest.mark.parametrize(
    ("decided_won", "deductions", "paid"),
    [(1_009, (), 1_000), (10, (), 10), (9, (), 0), (0, (), 0), (-5_000, (), 0), (10_000, (10_001,), 0),
     (9_999_999_999_999, (), 9_999_999_999_990), (10_000_000_000_000, (), 0)],
)  # fmt: skip
def test_what_is_paid_is_cut_to_tens_and_fits_the_message(
    decided_won: int, deductions: tuple[int, ...], paid: int
) -> None:
    assert payable(decided_won, [{"won": won} for won in deductions]) == paid


@pytest.mark.parametrize("won", [None, 0, -10_000, 9, 10**13])
def test_an_amount_that_cannot_be_paid_is_asked_about(session: Session, won: int | None) -> None:
    order = _order(session, decided(session, case(session), won))
    assert (order.state, order.reason) == ("doubt", "payment_order_amount")
    assert _question(session, order).evidence["problems"][0]["kind"] == "payment_order_amount"


@pytest.mark.parametrize(
    ("bank", "account", "code"),
    [("우리은행", "", "no_account"), ("없는은행", "1002123456789", "unknown_bank"),
     ("우리은행", "1002-12A-456789", "letters"), ("우리은행", "1002123", "digits"),
     ("우리은행", "１００２１２３４５６７８９", "letters"), ("우리은행", "100212345678", "unusual_digits")],
)  # fmt: skip
def test_an_account_that_cannot_be_right_is_asked_about(
    session: Session, bank: str, account: str, code: str
) -> None:
    application = case(session, bank=bank, account_enc=crypto.seal(account) if account else None)
    order = _order(session, decided(session, application))
    task = _question(session, order)
    assert (order.state, task.kind, task.evidence["code"]) == ("doubt", "payment_order_account", code)
    if code == "unusual_digits":
        order = _decide(session, order, "accept")
    else:
        order = _decide(
            session,
            order,
            "correct_account",
            to={"bank": "국민은행", "account": f"123-456789-{order.id:05d}"},
        )
        assert payment_orders.payee_of(order).account == f"123456789{order.id:05d}"
    assert order.state == "ready"


def test_somebody_elses_name_needs_a_persons_word(session: Session) -> None:
    application = case(session)
    payee = {"name": "전혀다른", "bank": "004", "account": "12345678901"}
    order = _order(session, decided(session, application, payee=payee))
    assert (order.state, _question(session, order).evidence["code"]) == ("doubt", "another_name")
    assert _decide(session, order, "accept").state == "ready"


def test_an_employer_is_paid_by_its_own_name(session: Session) -> None:
    application = case(session, "epi_application")
    firm = session.get_one(Employer, application.employer_id)
    payee = {"name": firm.name.replace("(주)", "주식회사 "), "bank": "004", "account": "12345678901"}
    order = _order(session, decided(session, application, 3_600_000, about="W-1", payee=payee))
    assert (order.state, order.person_id, order.employer_id) == ("ready", None, firm.id)


def test_periods_that_overlap_are_a_double_until_a_person_says_otherwise(session: Session) -> None:
    application = case(session)
    first = _order(session, decided(session, application))
    period = (date(2026, 10, 14), date(2026, 10, 27))
    second = _order(session, decided(session, application, period=period, claim_no=2))
    task = _question(session, second)
    assert (second.state, task.kind, task.evidence["doubles"]) == (
        "doubt",
        "payment_order_double",
        [first.id],
    )
    with pytest.raises(DBAPIError, match="would pay the same"), session.begin_nested():
        second.state = "ready"
        session.flush()
    session.refresh(second)
    with pytest.raises(Refused, match="no_reason"):
        decide.apply(session, task, second, {"action": "not_a_double"}, "account:1")
    second = _decide(session, second, "not_a_double", comment="연장 기간에 대한 추가 지급")
    assert (second.state, second.not_double_of) == ("ready", [first.id])
    third = _order(session, decided(session, application, period=period, claim_no=3))
    assert _question(session, third).evidence["doubles"] == [first.id, second.id]
    assert _decide(session, third, "drop").state == "cancelled"


def test_the_same_twice_in_other_forms_is_a_double(session: Session) -> None:
    application = case(session)
    paid = _order(session, decided(session, application))
    batch_of(session, [paid])
    session.commit()
    again = _order(session, decided(session, application))  # a second event for the same claim
    assert again.reason == "payment_order_double"
    other_case = case(session, person_id=application.person_id)
    elsewhere = _order(session, decided(session, other_case, claim_no=7))
    assert elsewhere.reason == "payment_order_double"
    later = (date(2026, 11, 1), date(2026, 11, 14))
    assert _order(session, decided(session, application, period=later, claim_no=3)).state == "ready"
    without = _order(session, decided(session, application, period=None, claim_no=3))
    assert without.reason == "payment_order_double"


def test_workers_of_one_claim_are_told_apart(session: Session) -> None:
    application = case(session, "epi_application")
    for worker in ("W-1", "W-2"):
        assert _order(session, decided(session, application, 3_600_000, about=worker)).state == "ready"
    assert _order(session, decided(session, application, 3_600_000, about="W-2")).state == "doubt"


def test_what_waits_for_the_budget_goes_on_once_it_is_allotted(session: Session) -> None:
    item = next(i for i in budgets.items(session, today().year, "general"))
    budgets.allot(session, item.id, -budgets.left(item), "test:cut", "account:1")
    order = _order(session, decided(session, case(session, "nes_application"), 600_000))
    assert (order.state, order.reason) == ("doubt", "payment_order_budget")
    assert orders.sweep() == {}
    budgets.allot(session, item.id, 600_000, "test:more", "account:1")
    session.commit()
    assert orders.sweep() == {"anew": 1}
    session.expire_all()
    assert order.state == "ready" and _no_question(session, order)


def _no_question(session: Session, order: PaymentOrder) -> bool:
    query = select(ReviewTask).where(ReviewTask.order_id == order.id, ReviewTask.state == "open")
    return session.exec(query).first() is None


def test_an_order_of_last_year_is_paid_from_this_years_item(session: Session) -> None:
    order = _order(session, decided(session, case(session)))
    order.fiscal_year, order.budget_item_id = today().year - 1, None
    session.commit()
    orders.sweep()
    session.expire_all()
    assert (order.state, order.fiscal_year) == ("ready", today().year) and order.budget_item_id


def test_a_lost_decision_is_found(session: Session) -> None:
    decision = decided(session, case(session))
    session.commit()
    assert orders.sweep()["ready"] == 1 and orders.sweep() == {}
    assert session.exec(select(PaymentOrder).where(PaymentOrder.decision_id == decision.id)).one()


def test_a_decision_taken_back_before_and_after_it_was_sent(session: Session) -> None:
    before, off, sent = (decided(session, case(session)) for _ in range(3))
    made = [_order(session, one) for one in (before, off, sent)]
    batch_of(session, [made[1]])
    _batch, payment = batch_of(session, [made[2]])
    for state in (PaymentState.HELD, PaymentState.NAME_CHECKED):
        payments.note(session, payment[0], state, "test")
    session.commit()
    for one in (before, off):
        decisions.take_back(session, one.key, "test")
        session.commit()
        assert orders.make(one.id) == "cancelled"
    session.expire_all()
    assert [o.state for o in made] == ["cancelled", "cancelled", "batched"]


def test_money_that_was_paid_without_ground_is_asked_back(session: Session) -> None:
    order = _order(session, decided(session, case(session), 500_000))
    _batch, made = batch_of(session, [order])
    budgets.commit_payments(session, [made[0].id], today(), "test")
    session.commit()
    asked = fund_returns.ask(session, order, 200_000, "overpaid", today(), "account:1", key="t1")
    assert (
        fund_returns.ask(session, order, 200_000, "overpaid", today(), "account:1", key="t1").id == asked.id
    )
    with pytest.raises(fund_returns.NotReturnable):
        fund_returns.ask(session, order, 300_010, "overpaid", today(), "account:1", key="t2")
    fund_returns.receive(session, asked.id, today(), "account:1")
    item = next(i for i in budgets.items(session, order.fiscal_year) if i.id == order.budget_item_id)
    left = budgets.left(item)
    assert fund_returns.book(session, asked.id, "account:1") == "refund"
    assert fund_returns.book(session, asked.id, "account:1") == "refund"
    assert budgets.left(item) == left + 200_000


def test_a_new_account_of_the_case_is_the_orders_too_unless_a_person_named_one(session: Session) -> None:
    application = case(session)
    plain = _order(session, decided(session, application))
    period = (date(2026, 11, 1), date(2026, 11, 14))
    kept = _order(session, decided(session, application, period=period, claim_no=2))
    asking.ask(session, kept, [Problem("payment_order_account", "digits")], "test")
    session.commit()
    _decide(session, kept, "correct_account", to={"bank": "004", "account": "12345678901234"})
    application.bank, application.account_enc = "신한은행", crypto.seal("110-234-567890")
    session.commit()
    orders.new_account(application.id)
    session.expire_all()
    payee = payment_orders.payee_of(plain)
    assert (plain.state, payee.bank_code, payee.account) == ("ready", "088", "110234567890")
    assert plain.content_sha256 == payment_orders.content_of(plain)
    assert _question(session, kept).evidence["code"] == "changed_on_file"
    assert payment_orders.payee_of(kept).account == "12345678901234"
    assert _decide(session, kept, "accept").state == "ready"


def test_one_person_on_file_twice_is_told_by_the_account(session: Session) -> None:
    application = case(session)
    first = _order(session, decided(session, application))
    twin = case(session, account_enc=application.account_enc)
    second = _order(session, decided(session, twin, payee=None))
    assert first.person_id != second.person_id
    assert _question(session, second).evidence["doubles"] == [first.id]


def test_of_two_at_the_same_moment_one_is_ready(session: Session, database_url: str) -> None:
    application = case(session)
    both = [decided(session, application), decided(session, application)]
    session.commit()
    with database.session() as one, database.session() as other:
        made = [
            draw_up(each, each.get_one(Decision, d.id), "t")
            for each, d in zip((one, other), both, strict=True)
        ]
        one.execute(text("UPDATE payment_order SET state = 'ready' WHERE id = :id"), {"id": made[0].id})
        late = Thread(target=lambda: orders_settled.append(settle(other, made[1], "t")))
        orders_settled: list[str] = []
        late.start()
        while late.is_alive() and not _somebody_waits(session):
            late.join(0.02)
        one.commit()
        late.join(20)
    session.expire_all()
    assert orders_settled == ["doubt"]
    assert session.get_one(PaymentOrder, made[1].id).reason == "payment_order_double"


def _somebody_waits(session: Session) -> bool:
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    waiting = session.execute(text(query)).scalar_one()
    session.rollback()
    return bool(waiting)


def test_of_a_payment_that_may_have_left_a_person_is_asked(session: Session) -> None:
    people = treasury(session)
    batch = payment_world.batch_of(session, people, payment_world.orders(session, 2))
    payment_world.checked(session, batch)
    payment_world.through(session, batch, people)
    payment_batches.move(session, batch, PaymentBatchState.RUNNING, "bot")
    first, second = payment_world.payments_of(session, batch)
    payments.note(session, first, PaymentState.SENDING, "bot")
    made = [session.get_one(PaymentOrder, one.order_id) for one in (first, second)]
    for order in made:
        decisions.take_back(session, session.get_one(Decision, order.decision_id).key, "test")
    session.commit()
    assert [orders.make(order.decision_id) for order in made] == ["batched", "cancelled"]
    session.expire_all()
    assert (first.state, second.state) == ("sending", "cancelled")
    task = _question(session, made[0])
    assert task.kind == "payment_order_taken_back"
    for wrong in ({"due_on": "2020-01-01"}, {"due_on": "x"}):
        with pytest.raises(Refused, match="bad_day"):
            decide.apply(session, task, made[0], {"action": "claim_back", **wrong}, "account:1")
    with pytest.raises(Refused, match="order_moved_on"):
        decide.apply(session, task, made[0], {"action": "drop"}, "account:1")
    _decide(session, made[0], "claim_back", due_on=today().isoformat(), comment="결정이 취소됨")
    asked = fund_returns.listed(session)[0]
    assert (asked.order_id, asked.amount_won, asked.cause) == (made[0].id, made[0].amount_won, "taken_back")


def test_what_was_told_and_asked_for_stays(session: Session) -> None:
    order = _order(session, decided(session, case(session)))
    for statement in (
        "UPDATE decision SET amount_won = amount_won + 10 WHERE id = :decision",
        "DELETE FROM decision WHERE id = :decision",
        "DELETE FROM payment_order WHERE id = :id",
        "UPDATE budget_item SET code = 'x'",
    ):
        with pytest.raises(DBAPIError, match=r"stays|never deleted"), session.begin_nested():
            session.execute(text(statement), {"id": order.id, "decision": order.decision_id})


def test_the_budget_is_told_to_whoever_asks(session: Session) -> None:
    session.commit()
    assert [check.state for check in doctor.checks()] == ["ok", "ok"]
    told = CliRunner().invoke(payments_commands.app, ["budget", "--unpaid"])
    assert told.exit_code == 0 and "4100-4131-300-320-04" in told.output and "남음" in told.output
