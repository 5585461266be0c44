"""What an order needs before it can be paid: a fund and an item of this year's budget for each program."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg

from bots.doctor.check import Check, advice, guarded, missing, ok
from config.budget_items import load_budget_items
from config.funds import load_funds
from config.programs import load_programs
from queues import database
from queues.days import today
from queues.errors import NoDatabase

CONNECT_SECONDS = 5
_LEFT = """
    SELECT fund || ' ' || code, allotted_won + returned_won - committed_won FROM budget_item WHERE fiscal_year = %s
"""


def checks() -> Iterator[Check]:
    yield guarded("funds and budget items", _described)
    yield guarded("budget of the year", _allotted)


def _described() -> Check:
    name, funds, items = "funds and budget items", load_funds(), load_budget_items()
    without = sorted(p for p in load_programs() if not funds.fund_of(p) or items.of(p, today().year) is None)
    if without:
        told = f"none for {', '.join(without)}: what is decided in these programs is not paid"
        return missing(name, told, "Name their fund in funds.yaml and their item in budget_items.yaml.")
    return ok(name, f"{len(funds.programs)} programs, {len(funds.funds)} funds")


def _allotted() -> Check:
    name, year = "budget of the year", today().year
    try:
        with psycopg.connect(database.url(), connect_timeout=CONNECT_SECONDS) as connection:
            left: dict[str, int] = dict(connection.execute(_LEFT, (year,)).fetchall())
    except (NoDatabase, psycopg.Error):
        return ok(name, "not looked at: the database does not answer, or is not up to date")
    if not left:
        told = f"no item of {year} is opened: orders wait"
        return advice(name, told, "Open the items and enter what is allotted (예산).")
    if spent := sorted(code for code, won in left.items() if won <= 0):
        told = f"nothing left of {', '.join(spent)}"
        return advice(name, told, "Enter what is allotted (예산); orders go on then.")
    return ok(name, f"{len(left)} items of {year}, {sum(left.values()):,} won left")
