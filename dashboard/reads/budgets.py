"""예산: the items of a year with what is left of each, and what was booked on one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from queues.models import BudgetEntry, BudgetItem, PaymentOrder

PAGE = 50


@dataclass(frozen=True)
class EntryRow:
    """A booking; order_number "" where it is about no order."""

    entry: BudgetEntry
    order_number: str


def left(item: BudgetItem) -> int:
    """What may still be committed, in won."""
    return item.allotted_won + item.returned_won - item.committed_won


def years(session: Session) -> list[int]:
    """Fiscal years that there are items of, the latest first."""
    query = select(BudgetItem.fiscal_year).distinct()
    return sorted(session.exec(query).all(), reverse=True)


def items(session: Session, year: int, fund: str = "") -> Sequence[BudgetItem]:
    """The items of a year, by fund and code."""
    query = select(BudgetItem).where(BudgetItem.fiscal_year == year)
    if fund:
        query = query.where(BudgetItem.fund == fund)
    return session.exec(query.order_by(col(BudgetItem.fund), col(BudgetItem.code))).all()


def entries(
    session: Session, item_id: int, kind: str = "", before: int | None = None, *, size: int = PAGE
) -> tuple[list[EntryRow], int | None]:
    """Bookings on an item, the newest first, and where the next page begins."""
    query = (
        select(BudgetEntry, PaymentOrder.number)
        .outerjoin(PaymentOrder, col(BudgetEntry.order_id) == col(PaymentOrder.id))
        .where(BudgetEntry.item_id == item_id)
    )
    if kind:
        query = query.where(BudgetEntry.kind == kind)
    if before is not None:
        query = query.where(BudgetEntry.id < before)
    found = session.exec(query.order_by(col(BudgetEntry.id).desc()).limit(size + 1)).all()
    rows = [EntryRow(entry, number or "") for entry, number in found[:size]]
    return rows, rows[-1].entry.id if len(found) > size else None
