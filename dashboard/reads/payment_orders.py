"""지급결의: the list of orders, what of it waits, and one order with all that became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, text
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from config.case_code import RECEIPT_NO
from dashboard.reads.payment_list import opened
from queues.models import (
    Application,
    BudgetEntry,
    BudgetItem,
    Decision,
    Employer,
    FundReturn,
    OrderState,
    Payment,
    PaymentBatch,
    PaymentOrder,
    Person,
    ReviewState,
    ReviewTask,
)

PAGE = 50
COUNTED = 10_000
OPEN_TASK = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)

# Each state by its name: the statistics know which are rare, and the index of states answers.
_COUNTS = text(
    " UNION ALL ".join(
        f"SELECT '{s.value}' AS state, (SELECT count(*) FROM (SELECT 1 FROM payment_order "  # noqa: S608
        f"WHERE state = '{s.value}' LIMIT :most) AS few) AS counted"
        for s in OrderState
    )
)
_READY = text(
    """
    SELECT fund, fiscal_year, program, count(*) AS counted, sum(amount_won) AS won
    FROM payment_order WHERE state = 'ready' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    """
)


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to. words: a receipt number, a 결의번호, or a payee's name as a whole."""

    state: str = OrderState.READY.value
    program: str = ""
    fund: str = ""
    fiscal_year: int = 0
    words: str = ""


@dataclass(frozen=True)
class OrderRow:
    """A row. payee and account in clear, for the screen to mask. asked: the open question about it, 0 for none."""

    order: PaymentOrder
    receipt_no: str
    payee: str
    account: str
    asked: int


@dataclass(frozen=True)
class Listed:
    """One page, the newest first. `after`: the id before which the next begins, None at the end."""

    rows: Sequence[OrderRow]
    after: int | None


@dataclass(frozen=True)
class Heap:
    """Orders of one program that are ready to be paid."""

    fund: str
    fiscal_year: int
    program: str
    orders: int
    won: int


@dataclass(frozen=True)
class OrderSheet:
    """One order. payments: every attempt to pay it, oldest first; tasks: open questions about it."""

    order: PaymentOrder
    decision: Decision
    application: Application
    payee: str
    account: str
    employer: bool
    item: BudgetItem | None
    payments: Sequence[tuple[Payment, PaymentBatch]]
    entries: Sequence[BudgetEntry]
    returns: Sequence[FundReturn]
    tasks: Sequence[ReviewTask]
    others: Sequence[PaymentOrder]


def page_of(session: Session, wanted: Wanted, after: int | None = None, *, size: int = PAGE) -> Listed:
    """The page of orders before the one named `after`."""
    query = select(PaymentOrder).where(*_conditions(session, wanted))
    if after is not None:
        query = query.where(PaymentOrder.id < after)
    found = session.exec(query.order_by(col(PaymentOrder.id).desc()).limit(size + 1)).all()
    shown = found[:size]
    return Listed(_rows(session, shown), shown[-1].id if len(found) > size else None)


def count(session: Session, wanted: Wanted) -> int:
    """How many fit; counted no further than `COUNTED` + 1."""
    some = select(PaymentOrder.id).where(*_conditions(session, wanted)).limit(COUNTED + 1).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def by_state(session: Session) -> dict[str, int]:
    """How many stand in each state, each counted no further than `COUNTED` + 1."""
    rows = session.connection().execute(_COUNTS, {"most": COUNTED + 1}).all()
    return {row.state: row.counted for row in rows}


def ready(session: Session) -> list[Heap]:
    """What may go into batches, by fund, year and program."""
    rows = session.connection().execute(_READY).all()
    return [Heap(r.fund, r.fiscal_year, r.program, r.counted, int(r.won)) for r in rows]


def any_ready(session: Session, fund: str, fiscal_year: int) -> bool:
    """Whether anything of a fund and year may go into a batch."""
    wanted = Wanted(fund=fund, fiscal_year=fiscal_year)
    return (
        session.exec(select(PaymentOrder.id).where(*_conditions(session, wanted)).limit(1)).first()
        is not None
    )


def order_sheet(session: Session, order_id: int) -> OrderSheet | None:
    """None when there is no such order."""
    order = session.get(PaymentOrder, order_id)
    if order is None:
        return None
    attempts = (
        select(Payment, PaymentBatch)
        .join(PaymentBatch, col(Payment.batch_id) == col(PaymentBatch.id))
        .where(Payment.order_id == order_id)
        .order_by(col(Payment.id))
    )
    tasks = select(ReviewTask).where(ReviewTask.order_id == order_id, col(ReviewTask.state).in_(OPEN_TASK))
    entries = select(BudgetEntry).where(BudgetEntry.order_id == order_id).order_by(col(BudgetEntry.id))
    return OrderSheet(
        order=order,
        decision=session.get_one(Decision, order.decision_id),
        application=session.get_one(Application, order.application_id),
        payee=payee_name(session, order),
        account=opened(order.account_enc),
        employer=order.employer_id is not None,
        item=session.get(BudgetItem, order.budget_item_id) if order.budget_item_id else None,
        payments=[(p, b) for p, b in session.exec(attempts).all()],
        entries=session.exec(entries).all(),
        returns=session.exec(select(FundReturn).where(FundReturn.order_id == order_id)).all(),
        tasks=session.exec(tasks.order_by(col(ReviewTask.id))).all(),
        others=_of_the_same(session, order),
    )


def payee_name(session: Session, order: PaymentOrder) -> str:
    """Who is to be paid, as the case has them, in clear."""
    if order.employer_id is not None:
        return session.get_one(Employer, order.employer_id).name
    return session.get_one(Person, order.person_id).name if order.person_id is not None else ""


def of_person(
    session: Session, ids: Sequence[int], employers: Sequence[int], some: int = 200
) -> list[OrderRow]:
    """Orders of these people and employers, the newest first."""
    query = select(PaymentOrder).where(
        or_(col(PaymentOrder.person_id).in_(ids), col(PaymentOrder.employer_id).in_(employers))
    )
    return _rows(session, session.exec(query.order_by(col(PaymentOrder.id).desc()).limit(some)).all())


def _of_the_same(session: Session, order: PaymentOrder) -> Sequence[PaymentOrder]:
    """Other orders for the same payee and program, the newest first: a double would be among them."""
    same: list[ColumnElement[bool]] = [
        col(PaymentOrder.program) == order.program,
        col(PaymentOrder.id) != order.id,
    ]
    same.append(
        col(PaymentOrder.employer_id) == order.employer_id
        if order.employer_id is not None
        else col(PaymentOrder.person_id) == order.person_id
    )
    return session.exec(
        select(PaymentOrder).where(*same).order_by(col(PaymentOrder.id).desc()).limit(12)
    ).all()


def _rows(session: Session, found: Sequence[PaymentOrder]) -> list[OrderRow]:
    if not found:
        return []
    ids = [o.id for o in found]
    query: Any = (
        sql_select(col(PaymentOrder.id), col(Application.receipt_no), col(Person.name), col(Employer.name))
        .join(Application, col(PaymentOrder.application_id) == col(Application.id))
        .outerjoin(Employer, col(PaymentOrder.employer_id) == col(Employer.id))
        .outerjoin(Person, col(PaymentOrder.person_id) == col(Person.id))
        .where(col(PaymentOrder.id).in_(ids))
    )
    about = {row[0]: (row[1], row[3] or row[2] or "") for row in session.execute(query).all()}
    asked = select(ReviewTask.order_id, ReviewTask.id).where(
        col(ReviewTask.order_id).in_(ids), col(ReviewTask.state).in_(OPEN_TASK)
    )
    tasks = dict(session.exec(asked).all())
    return [OrderRow(o, *about[o.id], opened(o.account_enc), tasks.get(o.id, 0)) for o in found]


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for name in ("state", "program", "fund", "fiscal_year"):
        if value := getattr(wanted, name):
            conditions.append(getattr(PaymentOrder, name) == value)
    if words := " ".join(wanted.words.split()):
        conditions.append(_about(session, words))
    return conditions


def _about(session: Session, words: str) -> ColumnElement[bool]:
    return col(PaymentOrder.id).in_(orders_about(session, words))


def orders_about(session: Session, words: str, some: int = 500) -> list[int]:
    """Ids of orders, the newest first: of a case by its receipt number, by 결의번호, or of payees by the whole name.

    Step by step, each by its own index.
    """
    if re.fullmatch(RECEIPT_NO, words.upper()):
        cases = session.exec(select(Application.id).where(Application.receipt_no == words.upper())).all()
        return _ids(session, col(PaymentOrder.application_id).in_(cases), some) if cases else []
    found = _ids(session, col(PaymentOrder.number) == words, some)
    if people := session.exec(select(Person.id).where(Person.name == words)).all():
        found += _ids(session, col(PaymentOrder.person_id).in_(people), some)
    if employers := session.exec(select(Employer.id).where(Employer.name == words)).all():
        found += _ids(session, col(PaymentOrder.employer_id).in_(employers), some)
    return sorted(set(found), reverse=True)[:some]


def _ids(session: Session, fits: ColumnElement[bool], some: int) -> list[int]:
    # The limit stands outside: with it inside, the planner goes through the newest of all orders instead.
    query = select(PaymentOrder.id).where(fits)
    return sorted(session.exec(query).all(), reverse=True)[:some]
