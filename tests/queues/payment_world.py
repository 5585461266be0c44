"""People of a treasury, a budget, and orders that are ready, as many as are asked for.

people = treasury(session); ids = orders(session, 3); batch = batch_of(session, people, ids)
checked(session, batch); through(session, batch, people)
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import pytest
from argon2 import PasswordHasher
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, select

from queues import appointments, budgets, crypto, payment_approvals, payment_batches
from queues.days import today
from queues.models import (
    Account,
    Approval,
    Payment,
    PaymentBatch,
    PaymentBatchState,
    PaymentOrder,
    PaymentState,
    Role,
)
from queues.payments import note_where

FUND, PROGRAM = "employment_insurance", "ub_recognition"
PASSWORD = "긴 비밀번호 2026!"


@dataclass(frozen=True)
class Treasury:
    """Distinct people: who makes batches, and who holds which duty; `head` appoints."""

    maker: Account
    commitment: Account
    order: Account
    cashier: Account
    head: Account

    def of(self, duty: str) -> Account:
        return {"draft": self.maker}.get(duty) or getattr(self, duty)


@cache
def _hash() -> str:
    """Of `PASSWORD`; hashing takes long on purpose."""
    return PasswordHasher().hash(PASSWORD)


def account(session: Session, *, role: Role = Role.STAFF, officer_id: int | None = None) -> Account:
    """A new account; its password is `PASSWORD`."""
    name = f"u{uuid.uuid4().hex[:10]}"
    made = Account(
        username=name, display_name=name, password_hash=_hash(), role=role.value, officer_id=officer_id
    )
    session.add(made)
    session.flush()
    return made


def treasury(session: Session, fund: str = FUND) -> Treasury:
    """New people with their appointments for a fund from the beginning of the year."""
    head = account(session, role=Role.SUPERVISOR)
    people = Treasury(account(session), account(session), account(session), account(session), head)
    for duty in appointments.DUTIES:
        appointments.appoint(
            session,
            account_id=people.of(duty).id,
            duty=duty,
            fund=fund,
            from_on=date(today().year, 1, 1),
            made_by=head,
        )
    return people


def orders(
    session: Session,
    count: int,
    *,
    program: str = PROGRAM,
    won: int = 1_848_000,
    allot: int | None = None,
    person_id: int | None = None,
    account_no: str | None = None,
) -> list[int]:
    """So many ready orders, each of its own person and account unless one is named; their budget is allotted."""
    year = today().year
    budgets.open_year(session, year, "system")
    item = budgets.item_for(session, program, year)
    assert item is not None
    budgets.allot(session, item.id, allot or won * count * 2 + 10_000_000, uuid.uuid4().hex, "system")
    values = {
        "count": count,
        "mark": uuid.uuid4().hex[:8],
        "program": program,
        "won": won,
        "fund": item.fund,
        "year": year,
        "item": item.id,
        "payee": crypto.seal("홍길동"),
        "account": crypto.seal(account_no or "1234567890123"),
        "index": crypto.blind_index("account", account_no) if account_no else None,
        "person": person_id,
    }
    return list(session.execute(_ORDERS, values).scalars())


_ORDERS = text("""
    WITH people AS (
        INSERT INTO person (source_key, name)
        SELECT :mark || '-' || n, '홍길동' FROM generate_series(1, :count) n
        WHERE CAST(:person AS bigint) IS NULL RETURNING id),
    who AS (SELECT id FROM people UNION ALL
        SELECT CAST(:person AS bigint) FROM generate_series(1, :count) WHERE CAST(:person AS bigint) IS NOT NULL),
    numbered AS (SELECT id, row_number() OVER () AS n FROM who),
    applications AS (
        INSERT INTO application (receipt_no, program, person_id)
        SELECT :mark || '-' || n, :program, id FROM numbered RETURNING id, person_id),
    decisions AS (
        INSERT INTO decision (key, application_id, program, person_id, outcome, amount_won, decided_on)
        SELECT 'test:' || id, id, :program, person_id, 'granted', :won, current_date FROM applications
        RETURNING id, application_id, person_id)
    INSERT INTO payment_order (key, decision_id, application_id, program, person_id, about, decided_won, amount_won,
        fund, fiscal_year, budget_item_id, payee_enc, bank_code, account_enc, account_index, state, content_sha256)
    SELECT 'decision:' || id || '\\:1', id, application_id, :program, person_id, 'test:' || id, :won, :won,
        :fund, :year, :item, :payee, '004', :account,
        coalesce(CAST(:index AS bytea), sha256(('account ' || person_id)::bytea)), 'ready', 'x' FROM decisions
    ORDER BY id RETURNING id
""")


def batch_of(session: Session, people: Treasury, order_ids: Sequence[int], **how: object) -> PaymentBatch:
    """A batch of orders, to be paid today."""
    settings = {"pay_on": today(), "account": people.maker, **how}
    return payment_batches.make(session, order_ids, **settings)  # type: ignore[arg-type]


def checked(session: Session, batch: PaymentBatch) -> None:
    """As if every holder's name had been asked for and agreed."""
    note_where(session, batch.id, [PaymentState.DRAFT], PaymentState.NAME_CHECKED, "bot")
    if batch.state != PaymentBatchState.CHECKED:
        payment_batches.move(session, batch, PaymentBatchState.CHECKED, "bot")


def step_of(session: Session, batch: PaymentBatch) -> Approval:
    """The step that is asked now."""
    step = payment_approvals.asked(session, batch.id)
    assert step is not None
    return step


def through(session: Session, batch: PaymentBatch, people: Treasury) -> None:
    """Put a checked batch to the line and have everybody agree."""
    payment_approvals.open_line(session, batch.id, people.maker)
    for duty in appointments.DUTIES:
        step = step_of(session, batch)
        payment_approvals.approve(session, step.id, step.content_sha256, people.of(duty))


def run(session: Session, batch: PaymentBatch) -> None:
    """As if a worker had begun to send an approved batch."""
    payment_batches.hold(session, batch.id)
    batch.run_no += 1
    payment_batches.move(session, batch, PaymentBatchState.RUNNING, "bot")


def paid(session: Session, order_ids: Sequence[int], people: Treasury) -> PaymentBatch:
    """As if orders had been made into a batch today, and the bank had said yes to all of them."""
    batch = batch_of(session, people, order_ids)
    checked(session, batch)
    through(session, batch, people)
    run(session, batch)
    session.execute(
        text("UPDATE payment SET sent_on = :on WHERE batch_id = :id"), {"on": today(), "id": batch.id}
    )
    for state in (PaymentState.SENDING, PaymentState.ACCEPTED):
        note_where(session, batch.id, [PaymentState.APPROVED, PaymentState.SENDING], state, "bot")
    return batch


def payments_of(session: Session, batch: PaymentBatch) -> list[Payment]:
    """The payments of a batch as they are now, by position."""
    query = select(Payment).where(Payment.batch_id == batch.id).order_by(col(Payment.position))
    return list(session.exec(query.execution_options(populate_existing=True)))


def states_of(session: Session, batch: PaymentBatch) -> list[str]:
    """Their states, by position."""
    return [payment.state for payment in payments_of(session, batch)]


def order_states(session: Session, ids: Sequence[int]) -> list[str]:
    """The states of orders as they are now, by id."""
    query = select(PaymentOrder).where(col(PaymentOrder.id).in_(ids)).order_by(col(PaymentOrder.id))
    return [row.state for row in session.exec(query.execution_options(populate_existing=True))]


AGREE = (
    "UPDATE approval SET state = 'approved', decided_by = :who, decided_at = :at "
    "WHERE subject = 'payment_batch:' || :batch AND state = 'asked'"
)
"""What an approval comes to, past the functions."""


def agreeing(batch: PaymentBatch, who: Account, at: datetime | None = None) -> dict[str, object]:
    """The values of `AGREE`."""
    return {"batch": batch.id, "who": who.id, "at": at or datetime.now(UTC)}


def refused(session: Session, told: str, statement: str, **values: object) -> None:
    """The database refuses a statement by itself, saying so."""
    with pytest.raises(DBAPIError, match=told), session.begin_nested():
        session.execute(text(statement), values)
