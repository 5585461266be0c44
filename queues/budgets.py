"""예산: what may be spent, what is committed (원인행위) and what was paid, item by item.

Every booking is an entry under a key, and only entries change an item's sums (triggers of migration 0006); the
database refuses to commit more than is left. Bookings are made for many payments at once, in one statement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from config.budget_items import load_budget_items
from config.funds import load_funds
from queues import audit, days
from queues.errors import BackOfficeError
from queues.models import BudgetEntry, BudgetItem

_DEAD = "('rejected', 'returned', 'cancelled')"

# What stands committed for a payment: committed and given back may alternate, each time under a key of its own.
_STANDING = """
    SELECT payment.id, payment.order_id, payment.amount_won, payment_order.budget_item_id AS item_id,
        coalesce(sum(entry.amount_won), 0) AS net, count(entry.id) FILTER (WHERE entry.amount_won > 0) AS times
    FROM payment JOIN payment_order ON payment_order.id = payment.order_id
    LEFT JOIN budget_entry entry ON entry.payment_id = payment.id AND entry.kind = 'commitment'
    WHERE {which} GROUP BY payment.id, payment_order.id
"""
_BOOK = """
    INSERT INTO budget_entry (item_id, kind, key, amount_won, order_id, payment_id, "on", reason, actor)
    SELECT item_id, '{kind}', {key}, {won}, order_id, id, {on}, :reason, :actor FROM ({rows}) stand
    WHERE {when} ORDER BY id ON CONFLICT (key) DO NOTHING RETURNING amount_won
"""
_WANTED = "SELECT item_id, sum(amount_won) AS won FROM ({rows}) stand WHERE net = 0 GROUP BY item_id"
_TOTAL = "WITH booked AS ({statement}) SELECT coalesce(sum(amount_won), 0) FROM booked"
_BOOKED = "EXISTS (SELECT 1 FROM budget_entry known WHERE known.key = 'payment:' || stand.id || '\\:{what}')"
_NTH = "CASE WHEN times > {first} THEN ':' || (times + 1 - {first}) ELSE '' END"


class NoBudget(BackOfficeError):
    """An item has not enough left, is closed, or there is none; nothing was booked. `text`: Korean, for people."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotOpen(NoBudget):
    """The item's year is over, or was closed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an item stands at, in won."""

    allotted: int
    committed: int
    paid: int
    returned: int

    @property
    def left(self) -> int:
        """What may still be committed."""
        return self.allotted + self.returned - self.committed


def standing(item: BudgetItem) -> Standing:
    """The sums of an item as it was read."""
    return Standing(item.allotted_won, item.committed_won, item.paid_won, item.returned_won)


def left(item: BudgetItem) -> int:
    """What may still be committed of an item, in won."""
    return standing(item).left


def items(session: Session, fiscal_year: int, fund: str | None = None) -> list[BudgetItem]:
    """The items of a year, by fund and code."""
    query = select(BudgetItem).where(BudgetItem.fiscal_year == fiscal_year)
    if fund is not None:
        query = query.where(BudgetItem.fund == fund)
    return list(session.exec(query.order_by(col(BudgetItem.fund), col(BudgetItem.code))))


def entries(
    session: Session, item_id: int, *, before: int | None = None, limit: int = 100
) -> list[BudgetEntry]:
    """What was booked on an item, the newest first; `before`: only entries with a smaller id."""
    query = select(BudgetEntry).where(BudgetEntry.item_id == item_id)
    if before is not None:
        query = query.where(col(BudgetEntry.id) < before)
    return list(session.exec(query.order_by(col(BudgetEntry.id).desc()).limit(limit)))


def item_for(session: Session, program: str, fiscal_year: int) -> BudgetItem | None:
    """The item that pays a program in a year; None where none is described or none was opened."""
    described = load_budget_items().of(program, fiscal_year)
    fund = load_funds().fund_of(program)
    if described is None or not fund:
        return None
    query = select(BudgetItem).where(
        BudgetItem.fiscal_year == fiscal_year,
        BudgetItem.fund == fund,
        BudgetItem.code == described.whole_code,
    )
    return session.exec(query).one_or_none()


def open_item(session: Session, fiscal_year: int, fund: str, code: str, title: str, actor: str) -> BudgetItem:
    """The item of that year, fund and code; made where there is none yet, with nothing allotted."""
    made = session.execute(
        insert(BudgetItem)
        .values(fiscal_year=fiscal_year, fund=fund, code=code, title=title)
        .on_conflict_do_nothing(index_elements=["fiscal_year", "fund", "code"])
        .returning(col(BudgetItem.id))
    ).scalar_one_or_none()
    query = select(BudgetItem).where(
        BudgetItem.fiscal_year == fiscal_year, BudgetItem.fund == fund, BudgetItem.code == code
    )
    item = session.exec(query).one()
    if made is not None:
        audit.record(session, actor, "budget.open", "budget_item", item.id, year=fiscal_year, fund=fund)
    return item


def open_year(session: Session, fiscal_year: int, actor: str) -> list[BudgetItem]:
    """The items that ``budget_items.yaml`` describes for a year, made where they are missing."""
    described, funds = load_budget_items(), load_funds()
    found = {}
    for program in described.items:
        item, fund = described.of(program, fiscal_year), funds.fund_of(program)
        if item is not None and fund:
            row = open_item(session, fiscal_year, fund, item.whole_code, item.whole_title, actor)
            found[row.id] = row
    return list(found.values())


def allot(
    session: Session,
    item_id: int,
    won: int,
    key: str,
    actor: str,
    *,
    reason: str = "",
    on: date | None = None,
) -> bool:
    """자금배정: raise what may be spent by so many won (a cut is negative); the same key is booked once.

    Returns whether it was booked now. Raises `NoBudget` for a cut below what is committed, `NotOpen` once the
    year is closed, ValueError for 0.
    """
    if won == 0:
        raise ValueError("an allotment of nothing")
    item = _held(session, [item_id])[item_id]
    if won > 0:
        _must_be_open(item)
    elif left(item) + won < 0:
        raise NoBudget(f"{_named(item)}: 남은 배정액 {left(item):,}원보다 많이 줄일 수 없습니다.")
    booked = session.execute(
        insert(BudgetEntry)
        .values(
            item_id=item_id, kind="allotment", key=key, amount_won=won, on=on or days.today(),
            reason=reason, actor=actor,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(BudgetEntry.id))
    ).scalar_one_or_none()  # fmt: skip
    if booked is not None:
        audit.record(session, actor, "budget.allot", "budget_item", item_id, won=won, entry=booked)
    session.refresh(item)
    return booked is not None


def commit_orders(session: Session, batch_id: int, on: date, actor: str) -> int:
    """원인행위 for every payment of a batch that is alive and has none standing, 100,000 of them at once.

    on  the day of commitment: an item of another year cannot be used. Returns the won committed.
    Raises `NoBudget` (what is missing, of which item) or `NotOpen`; nothing is booked then.
    """
    which = f"payment.batch_id = :batch_id AND payment.state NOT IN {_DEAD}"
    return _commit(session, which, {"batch_id": batch_id}, on, actor)


def commit_payments(session: Session, payment_ids: Sequence[int], on: date, actor: str) -> int:
    """The same for some payments."""
    which = f"payment.id = ANY(:ids) AND payment.state NOT IN {_DEAD}"
    return _commit(session, which, {"ids": list(payment_ids)}, on, actor)


def release_payments(
    session: Session, payment_ids: Sequence[int], reason: str, on: date | None, actor: str
) -> int:
    """Give back what stands committed for these payments; where nothing stands nothing happens.

    A payment that was booked as paid has to come back first (`came_back`). Returns the won given back.
    """
    rows = _STANDING.format(which="payment.id = ANY(:ids)")
    key = "'payment:' || id || '\\:release' || " + _NTH.format(first=1)
    when = f"net > 0 AND (NOT {_BOOKED.format(what='paid')} OR {_BOOKED.format(what='returned')})"
    statement = _BOOK.format(kind="commitment", key=key, won="-net", on=":on", rows=rows, when=when)
    told = {"ids": list(payment_ids), "on": on or days.today(), "reason": reason, "actor": actor}
    return -_booked(session, statement, told)


def pay(session: Session, payment_ids: Sequence[int], actor: str) -> int:
    """지출: these payments were made, on the day on which they were sent. Each is booked once. Returns the won."""
    rows = _STANDING.format(which="payment.id = ANY(:ids)")
    day = "coalesce((SELECT sent_on FROM payment WHERE payment.id = stand.id), :on)"
    statement = _BOOK.format(
        kind="payment", key="'payment:' || id || '\\:paid'", won="amount_won", on=day, rows=rows, when="true"
    )
    told = {"ids": list(payment_ids), "on": days.today(), "reason": "", "actor": actor}
    return _booked(session, statement, told)


def came_back(session: Session, payment_ids: Sequence[int], actor: str, *, reason: str) -> int:
    """Payments that were booked as paid came back from the bank: the booking is taken back, once.

    Returns the won. The commitment stands until `release_payments`.
    """
    rows = _STANDING.format(which="payment.id = ANY(:ids)")
    paid = _BOOKED.format(what="paid")
    statement = _BOOK.format(
        kind="payment",
        key="'payment:' || id || '\\:returned'",
        won="-amount_won",
        on=":on",
        rows=rows,
        when=paid,
    )
    told = {"ids": list(payment_ids), "on": days.today(), "reason": reason, "actor": actor}
    return -_booked(session, statement, told)


def day_within(fiscal_year: int) -> date:
    """Today, or the last day of a year that is over: what has to be booked on it all the same."""
    return min(days.today(), date(fiscal_year, 12, 31))


def _commit(session: Session, which: str, told: Mapping[str, Any], on: date, actor: str) -> int:
    session.flush()
    rows = _STANDING.format(which=which)
    wanted = session.execute(
        text(_WANTED.format(rows=rows)),
        told,
    ).all()
    if any(row.item_id is None for row in wanted):
        raise NoBudget("예산과목이 정해지지 않은 지출결의가 있습니다. 지출결의의 예산과목을 먼저 정하십시오.")
    held = _held(session, [row.item_id for row in wanted])
    for row in wanted:
        item = held[row.item_id]
        _must_be_open(item)
        if item.fiscal_year != on.year:
            raise NotOpen(
                f"{_named(item)}: {on.year}년에는 {item.fiscal_year}회계연도 예산으로 원인행위를 할 수 없습니다."
            )
        if left(item) < row.won:
            raise NoBudget(
                f"{_named(item)}: 남은 배정액 {left(item):,}원으로는 {int(row.won):,}원을 지급할 수 없습니다"
                f"(부족액 {int(row.won) - left(item):,}원)."
            )
    key = "'payment:' || id || '\\:commit' || " + _NTH.format(first=0)
    statement = _BOOK.format(
        kind="commitment", key=key, won="amount_won", on=":on", rows=rows, when="net = 0"
    )
    return _booked(session, statement, {**told, "on": on, "reason": "", "actor": actor})


def _booked(session: Session, statement: str, told: Mapping[str, Any]) -> int:
    session.flush()
    total = session.execute(text(_TOTAL.format(statement=statement)), told).scalar_one()
    for item in [row for row in session if isinstance(row, BudgetItem)]:
        session.expire(item)  # its sums changed beside the session
    return int(total)


def _held(session: Session, item_ids: Sequence[int]) -> dict[int, BudgetItem]:
    """Rows locked in the order of their ids, as they are now."""
    query = select(BudgetItem).where(col(BudgetItem.id).in_(item_ids)).order_by(col(BudgetItem.id))
    found = session.exec(query.with_for_update().execution_options(populate_existing=True)).all()
    return {item.id: item for item in found}


def _must_be_open(item: BudgetItem) -> None:
    if item.closed_at is not None:
        raise NotOpen(f"{_named(item)}: {item.fiscal_year}회계연도는 마감되었습니다.")


def _named(item: BudgetItem) -> str:
    return f"예산과목 {item.code}({load_funds().title(item.fund)} {item.fiscal_year})"
