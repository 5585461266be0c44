"""예산과목: the items of a year's budget, what is allotted to them and what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from config.budget_items import load_budget_items
from config.funds import load_funds
from queues import audit, days
from queues.errors import BackOfficeError
from queues.models import BudgetEntry, BudgetItem
from queues.work_again import add_again

ORDERS = "payments.orders"


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
    """자금배정: raise what may be spent by so many won (a cut is negative); the same key is booked once. Orders that
    waited for it are looked at again.

    Returns whether it was booked now. Raises `NoBudget` for a cut below what is committed, `NotOpen` once the
    year is closed, ValueError for 0.
    """
    if won == 0:
        raise ValueError("an allotment of nothing")
    item = held(session, [item_id])[item_id]
    if won > 0:
        must_be_open(item)
    elif left(item) + won < 0:
        raise NoBudget(f"{named(item)}: 남은 배정액 {left(item):,}원보다 많이 줄일 수 없습니다.")
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
        if won > 0:  # orders may have been waiting for it
            add_again(session, ORDERS, f"budget_item:{item_id}", payload={"item_id": item_id}, actor=actor)
    session.refresh(item)
    return booked is not None


def day_within(fiscal_year: int) -> date:
    """Today, or the last day of a year that is over: what has to be booked on it all the same."""
    return min(days.today(), date(fiscal_year, 12, 31))


def held(session: Session, item_ids: Sequence[int]) -> dict[int, BudgetItem]:
    """Rows locked in the order of their ids, as they are now."""
    query = select(BudgetItem).where(col(BudgetItem.id).in_(item_ids)).order_by(col(BudgetItem.id))
    found = session.exec(query.with_for_update().execution_options(populate_existing=True)).all()
    return {item.id: item for item in found}


def must_be_open(item: BudgetItem) -> None:
    """Raises `NotOpen` once the year of an item is closed."""
    if item.closed_at is not None:
        raise NotOpen(f"{named(item)}: {item.fiscal_year}회계연도는 마감되었습니다.")


def named(item: BudgetItem) -> str:
    """What people call an item."""
    return f"예산과목 {item.code}({load_funds().title(item.fund)} {item.fiscal_year})"
