"""Many book on one item of the budget at the same time: they wait for each other, and none is thrown back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlmodel import Session

from queues import database
from queues.days import today
from queues.models import BudgetEntry, BudgetItem

WRITERS, ENTRIES = 4, 25


def test_bookings_beside_each_other_do_not_throw_each_other_back(session: Session) -> None:
    items = [BudgetItem(fiscal_year=2026, fund="general", code=f"beside-{n}", title="") for n in range(2)]
    session.add_all(items)
    session.commit()
    ids = [item.id for item in items]

    def book(writer: int) -> None:
        for n in range(ENTRIES):
            with database.session() as own:
                own.add_all(
                    BudgetEntry(
                        item_id=item, kind="allotment", key=f"b:{writer}:{n}:{item}", amount_won=1, on=today()
                    )
                    for item in (ids if (writer + n) % 2 else ids[::-1])
                )

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(book, range(WRITERS)))
    for item in items:
        session.refresh(item)
        assert item.allotted_won == WRITERS * ENTRIES
