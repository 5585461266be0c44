"""Why an order may not be paid as it is. The first problem is the one that a person is asked about."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from bots.payments.orders import doubles
from config.banks import ACCOUNT_DIGITS, bank_named
from queues import budgets, payment_orders
from queues.models import Application, BudgetItem, Decision, Employer, PaymentOrder, Person
from queues.payment_orders import LARGEST_WON

TAKEN_BACK = "payment_order_taken_back"
CASE = "payment_order_case"
AMOUNT = "payment_order_amount"
PAYEE = "payment_order_payee"
ACCOUNT = "payment_order_account"
DOUBLE = "payment_order_double"
YEAR = "payment_order_year"
BUDGET = "payment_order_budget"
KINDS = (TAKEN_BACK, CASE, AMOUNT, PAYEE, ACCOUNT, DOUBLE, YEAR, BUDGET)

CORRECTED = "corrected"
"""Among what is accepted of an order: its account is a person's word."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`kind` of the question; `code` says more exactly what; `detail`: ids, codes and sums, nothing personal."""

    kind: str
    code: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seen:
    """An order with what it rests on."""

    session: Session
    order: PaymentOrder
    decision: Decision
    application: Application


def problems_of(session: Session, order: PaymentOrder) -> list[Problem]:
    """All that speaks against paying an order, in the order in which it is asked about; [] where nothing does."""
    decision = session.get_one(Decision, order.decision_id)
    application = session.get_one(Application, order.application_id)
    seen = Seen(session, order, decision, application)
    return [problem for look in _LOOKS if (problem := look(seen)) is not None]


def _taken_back(seen: Seen) -> Problem | None:
    return Problem(TAKEN_BACK, "taken_back") if seen.decision.taken_back_at is not None else None


def _case(seen: Seen) -> Problem | None:
    """The case is nobody's, of another program, or another's by now than when it was decided."""
    order, application = seen.order, seen.application
    if order.person_id is None and order.employer_id is None:
        return Problem(CASE, "nobody")
    if application.program != order.program:
        return Problem(CASE, "other_program")
    now = application.employer_id if order.employer_id is not None else application.person_id
    if now != (order.employer_id or order.person_id):
        return Problem(CASE, "other_payee")
    return None


def _amount(seen: Seen) -> Problem | None:
    order = seen.order
    if order.decided_won <= 0:
        return Problem(AMOUNT, "nothing_decided" if order.decided_won == 0 else "negative")
    if order.decided_won > LARGEST_WON:
        return Problem(AMOUNT, "too_large")
    if order.amount_won < 10:
        return Problem(AMOUNT, "nothing_left")
    return None


def _payee(seen: Seen) -> Problem | None:
    """No name, one that the bank cannot write, or another than that of whose case it is."""
    name = payment_orders.payee_of(seen.order).name
    if not name:
        return Problem(PAYEE, "no_name")
    try:
        name.encode("cp949")
    except UnicodeEncodeError as error:
        return Problem(
            PAYEE, "unwritable", {"place": error.start + 1, "character": f"U+{ord(name[error.start]):04X}"}
        )
    if "payee" not in seen.order.accepted and _plain(name) != _plain(_name_on_file(seen)):
        return Problem(PAYEE, "another_name")
    return None


def _account(seen: Seen) -> Problem | None:
    payee = payment_orders.payee_of(seen.order)
    if not payee.account:
        return Problem(ACCOUNT, "no_account")
    bank = bank_named(payee.bank_code) if payee.bank_code else None
    if bank is None:
        return Problem(ACCOUNT, "unknown_bank")
    if not (payee.account.isascii() and payee.account.isdigit()):
        return Problem(ACCOUNT, "letters")
    fewest, most = ACCOUNT_DIGITS
    if not fewest <= len(payee.account) <= most:
        return Problem(ACCOUNT, "digits", {"digits": len(payee.account)})
    if bank.digits and len(payee.account) not in bank.digits and "account" not in seen.order.accepted:
        return Problem(ACCOUNT, "unusual_digits", {"digits": len(payee.account), "bank": bank.code})
    return None


def _double(seen: Seen) -> Problem | None:
    found = doubles.of(seen.session, seen.order)
    return Problem(DOUBLE, "double", {"doubles": found}) if found else None


def _year(seen: Seen) -> Problem | None:
    item = _item(seen)
    if item is not None and item.closed_at is not None:
        return Problem(YEAR, "closed", {"fiscal_year": item.fiscal_year})
    return None


def _budget(seen: Seen) -> Problem | None:
    item = _item(seen)
    if item is None:
        return Problem(BUDGET, "no_item", {"fiscal_year": seen.order.fiscal_year})
    left = budgets.left(item)
    if left < seen.order.amount_won:
        return Problem(BUDGET, "nothing_left", {"item": item.id, "left_won": left})
    return None


def _item(seen: Seen) -> BudgetItem | None:
    number = seen.order.budget_item_id
    return seen.session.get(BudgetItem, number) if number else None


def _name_on_file(seen: Seen) -> str:
    if seen.order.employer_id is not None:
        return seen.session.get_one(Employer, seen.order.employer_id).name
    return seen.session.get_one(Person, seen.order.person_id).name


def _plain(name: str) -> str:
    """Names are the same however they are spaced, and whichever way a firm's form is put."""
    plain = name.replace("㈜", "주식회사").replace("(주)", "주식회사")
    return re.sub(r"\s", "", plain).casefold()


_LOOKS: tuple[Callable[[Seen], Problem | None], ...] = (
    _taken_back,
    _case,
    _amount,
    _payee,
    _account,
    _double,
    _year,
    _budget,
)
