"""회계연도 마감: a year is closed once all that was committed in it was paid or given back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlmodel import Session

from config.funds import load_funds
from queues import audit, days
from queues.budget_items import NoBudget, held, items

_UNPAID = text("""
    SELECT entry.order_id, sum(entry.amount_won) FILTER (WHERE entry.kind = 'commitment')
        - coalesce(sum(entry.amount_won) FILTER (WHERE entry.kind = 'payment'), 0) AS won
    FROM budget_entry entry JOIN budget_item item ON item.id = entry.item_id
    WHERE item.fiscal_year = :year AND item.fund = :fund AND entry.kind IN ('commitment', 'payment')
    AND item.closed_at IS NULL
    GROUP BY entry.order_id
    HAVING coalesce(sum(entry.amount_won) FILTER (WHERE entry.kind = 'commitment'), 0)
        <> coalesce(sum(entry.amount_won) FILTER (WHERE entry.kind = 'payment'), 0)
    ORDER BY entry.order_id LIMIT :limit
""")


class NotClosable(NoBudget):
    """A year cannot be closed now; nothing was done. `orders`: some of those that are still open."""

    def __init__(self, text: str, orders: tuple[int, ...] = ()) -> None:
        super().__init__(text)
        self.orders = orders


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order with so many won committed and not paid."""

    order_id: int
    won: int


def unpaid(session: Session, fiscal_year: int, fund: str, limit: int = 200) -> list[OpenOrder]:
    """Orders whose money is committed and not paid: each is paid, or taken off its batch, before a year closes."""
    session.flush()
    found = session.execute(_UNPAID, {"year": fiscal_year, "fund": fund, "limit": limit})
    return [OpenOrder(row.order_id, int(row.won)) for row in found]


def close_year(session: Session, fiscal_year: int, fund: str, actor: str) -> int:
    """Close the items of a year and fund: nothing more is allotted or committed; returns how many were open.

    What still comes back from the bank is booked all the same. Raises `NotClosable` before the year is over, or
    while something is committed and not paid.
    """
    if days.today().year <= fiscal_year:
        raise NotClosable(f"{fiscal_year}회계연도는 아직 끝나지 않았습니다.")
    locked = held(session, [item.id for item in items(session, fiscal_year, fund)])
    if not locked:
        raise NotClosable(f"{load_funds().title(fund)} {fiscal_year}회계연도의 예산과목이 없습니다.")
    if open_orders := unpaid(session, fiscal_year, fund):
        won = sum(one.won for one in open_orders)
        raise NotClosable(
            f"원인행위를 하고 아직 지급하지 않은 지출결의가 {len(open_orders)}건({won:,}원) 이상 있습니다. "
            "지급하거나 배치에서 뺀 뒤에 마감하십시오.",
            tuple(one.order_id for one in open_orders),
        )
    closing = [item for item in locked.values() if item.closed_at is None]
    for item in closing:
        item.closed_at = datetime.now(UTC)
        session.add(item)
        audit.record(session, actor, "budget.close", "budget_item", item.id, year=fiscal_year, fund=fund)
    session.flush()
    return len(closing)
