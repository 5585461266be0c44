"""원인행위와 지출: commitments and payments booked on items of the budget, for many payments in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from queues import days
from queues.budget_items import NoBudget, NotOpen, held, left, must_be_open, named
from queues.models import BudgetItem

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


def _commit(session: Session, which: str, told: Mapping[str, Any], on: date, actor: str) -> int:
    session.flush()
    rows = _STANDING.format(which=which)
    wanted = session.execute(
        text(_WANTED.format(rows=rows)),
        told,
    ).all()
    if any(row.item_id is None for row in wanted):
        raise NoBudget("예산과목이 정해지지 않은 지출결의가 있습니다. 지출결의의 예산과목을 먼저 정하십시오.")
    locked = held(session, [row.item_id for row in wanted])
    for row in wanted:
        item = locked[row.item_id]
        must_be_open(item)
        if item.fiscal_year != on.year:
            raise NotOpen(
                f"{named(item)}: {on.year}년에는 {item.fiscal_year}회계연도 예산으로 원인행위를 할 수 없습니다."
            )
        if left(item) < row.won:
            raise NoBudget(
                f"{named(item)}: 남은 배정액 {left(item):,}원으로는 {int(row.won):,}원을 지급할 수 없습니다"
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
