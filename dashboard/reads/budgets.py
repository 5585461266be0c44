"""예산: which years there are, and what was booked on an item. Sums and what is left: `queues.budgets`."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from queues.models import BudgetEntry, BudgetItem, PaymentOrder

PAGE = 50


@dataclass(frozen=True)
class EntryRow:
    """A booking; order_number "" where it is about no order."""

    entry: BudgetEntry
    order_number: str


def years(session: Session) -> list[int]:
    """Fiscal years that there are items of, the latest first."""
    query = select(BudgetItem.fiscal_year).distinct()
    return sorted(session.exec(query).all(), reverse=True)


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
