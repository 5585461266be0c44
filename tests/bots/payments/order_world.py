"""Cases that are decided, budgets that are allotted, orders and their payments, made by hand.

allotted(session)
one = decided(session, case(session, "ub_application"), won=1_848_000)
"""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlmodel import Session, select

from queues import accounts, budgets, crypto, decisions
from queues.days import today
from queues.models import (
    Account,
    Application,
    BudgetItem,
    Decision,
    Employer,
    Payment,
    PaymentBatch,
    PaymentOrder,
    Person,
    Role,
)

NAMES = ("홍길동", "김서연", "이민준", "박지호", "최하은")
ACCOUNT = "1002-123-{:06d}"
CODES = {"ub_application": "UB", "ub_recognition": "UB", "nes_application": "NE", "epi_application": "EP"}
_number = count(1)


def allotted(session: Session, won: int = 1_000_000_000, year: int | None = None) -> list[BudgetItem]:
    """The items of a year, each with so much allotted."""
    items = budgets.open_year(session, year or today().year, "account:1")
    for item in items:
        budgets.allot(session, item.id, won, f"test:{next(_number)}", "account:1")
    return items


def case(session: Session, program: str = "ub_application", **more: Any) -> Application:
    """A case of somebody with an account at 우리은행; of a subsidy, of an employer."""
    number = next(_number)
    person = Person(source_key=f"OW{number}", name=NAMES[number % len(NAMES)])
    session.add(person)
    employer = None
    if program == "epi_application":
        employer = Employer(business_no=f"104-86-{number:05d}", name=f"(주)한빛{number}")
        session.add(employer)
    session.flush()
    account = ACCOUNT.format(number)
    values: dict[str, Any] = {
        "receipt_no": f"2026-{CODES[program]}-{7000000 + number:07d}",
        "program": program,
        "person_id": person.id,
        "employer_id": employer.id if employer else None,
        "bank": "우리은행",
        "account_enc": crypto.seal(account),
        "account_index": crypto.blind_index("account", account),
        "received_on": date(2026, 11, 2),
    }
    application = Application(**(values | more))
    session.add(application)
    session.flush()
    return application


def decided(session: Session, application: Application, won: int | None = 1_848_000, **more: Any) -> Decision:
    """Granted today for the first half of October, unless told otherwise."""
    values: dict[str, Any] = {"period": (date(2026, 10, 1), date(2026, 10, 14)), "claim_no": 1}
    return decisions.enter(
        session, f"event:W-{next(_number)}", application, decisions.GRANTED, today(),
        amount_won=won, **(values | more),
    )  # fmt: skip


def maker(session: Session) -> Account:
    """The account of a member of staff."""
    found = session.exec(select(Account).where(Account.username == "order-staff")).first()
    return found or accounts.create(session, "order-staff", "a-long-enough-password", role=Role.STAFF)


def batch_of(session: Session, orders: list[PaymentOrder]) -> tuple[PaymentBatch, list[Payment]]:
    """A draft batch with a payment for each order, which are in it then."""
    number = next(_number)
    first = orders[0]
    batch = PaymentBatch(
        key=f"OW{number}", fund=first.fund, fiscal_year=first.fiscal_year, pay_on=today(),
        made_by=maker(session).id,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    made = []
    for position, order in enumerate(orders, 1):
        order.state, order.version = "batched", order.version + 1
        payment = Payment(
            order_id=order.id, batch_id=batch.id, position=position, amount_won=order.amount_won,
            bank_code=order.bank_code, account_enc=order.account_enc, account_index=order.account_index,
            holder_enc=order.payee_enc, end_to_end=f"OW{number}-{position}",
        )  # fmt: skip
        session.add_all([order, payment])
        made.append(payment)
    session.flush()
    return batch, made
