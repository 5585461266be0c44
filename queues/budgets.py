"""예산: what may be spent, what is committed (원인행위) and what was paid, item by item.

Every booking is an entry under a key, and only entries change an item's sums (triggers of migration 0006); the
database refuses to commit more than is left. Bookings are made for many payments at once, in one statement.
"""

from __future__ import annotations

from queues.budget_bookings import came_back, commit_orders, commit_payments, pay, release_payments
from queues.budget_items import (
    NoBudget,
    NotOpen,
    Standing,
    allot,
    day_within,
    entries,
    item_for,
    items,
    left,
    open_item,
    open_year,
    standing,
)
from queues.budget_years import NotClosable, OpenOrder, close_year, unpaid

__all__ = [
    "NoBudget",
    "NotClosable",
    "NotOpen",
    "OpenOrder",
    "Standing",
    "allot",
    "came_back",
    "close_year",
    "commit_orders",
    "commit_payments",
    "day_within",
    "entries",
    "item_for",
    "items",
    "left",
    "open_item",
    "open_year",
    "pay",
    "release_payments",
    "standing",
    "unpaid",
]
