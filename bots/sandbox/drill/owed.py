"""What is owed to whom: cases, decisions and orders that are ready, made in bulk, and the accounts at the bank."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, SQLModel

from bots.sandbox.bank.entries import Payee
from bots.sandbox.names import FIRM_FORMS, FIRM_STEMS, FIRM_TRADES, GIVEN_NAMES, SURNAMES
from config.funds import load_funds
from queues import budgets, crypto
from queues.days import today
from queues.models import Application, BudgetItem, Decision, Employer, PaymentOrder, Person

BANKS = {"004": 14, "088": 12, "020": 13, "081": 14, "011": 13, "003": 14, "090": 13, "071": 14}
"""Codes, and how long their account numbers are."""
PROGRAMS = {"ub_application": 0.6, "nes_application": 0.25, "epi_application": 0.15}
"""Programs by share; the last is paid to employers."""
_TO_EMPLOYERS = "epi_application"
_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Debt:
    """One order and its payee; `told`: the holder as the bank has it, `state` of the account there."""

    number: int
    program: str
    name: str
    bank: str
    account: str
    won: int
    told: str
    state: str = "open"

    @property
    def payee(self) -> Payee:
        return Payee(self.bank, self.account, self.told, self.state)


def debts(count: int, seed: int, *, trouble: bool) -> Iterator[Debt]:
    """So many, each to an account of its own; with `trouble` some accounts are closed or somebody else's, and
    some names are such that a person has to look."""
    rng = random.Random(f"debts {seed}")
    banks = list(BANKS)
    for number in range(1, count + 1):
        (program,) = rng.choices(list(PROGRAMS), list(PROGRAMS.values()))
        name = _firm(rng, any_form=trouble) if program == _TO_EMPLOYERS else _person(rng)
        bank = rng.choice(banks)
        account = f"{number:07d}{rng.randrange(10**8):08d}"[: BANKS[bank]]
        won = rng.randrange(10_000, 250_000) * 10
        told, state = name, "open"
        if trouble and rng.random() < 0.015:
            told = _person(rng) + ("상사" if program == _TO_EMPLOYERS else "")
        elif trouble and rng.random() < 0.01:
            state = rng.choice(("closed", "stopped"))
        yield Debt(number, program, name, bank, account, won, told, state)


def open_budget(session: Session) -> dict[str, BudgetItem]:
    """This year's items with more than enough, by program."""
    year = today().year
    for item in budgets.open_year(session, year, "system"):
        budgets.allot(session, item.id, 10**12, f"drill:{item.id}", "system", reason="drill")
    found = {program: budgets.item_for(session, program, year) for program in PROGRAMS}
    return {program: item for program, item in found.items() if item is not None}


def owe(session: Session, some: list[Debt], items: dict[str, BudgetItem]) -> dict[int, int]:
    """Enter cases, decisions and ready orders; the ids of the orders by the numbers of the debts."""
    ids: dict[int, int] = {}
    for start in range(0, len(some), _AT_ONCE):
        part = some[start : start + _AT_ONCE]
        payees = dict(zip((d.number for d in part), _payees(session, part), strict=True))
        applications = _ids(session, Application, [_application(d, payees[d.number]) for d in part])
        rows = list(zip(part, applications, strict=True))
        decisions = _ids(session, Decision, [_decision(d, payees[d.number], a) for d, a in rows])
        orders = [
            _order(d, payees[d.number], a, decision, items[d.program])
            for (d, a), decision in zip(rows, decisions, strict=True)
        ]
        ids |= dict(zip((d.number for d in part), _ids(session, PaymentOrder, orders), strict=True))
    return ids


def _payees(session: Session, part: list[Debt]) -> list[dict[str, int | None]]:
    firms = [d for d in part if d.program == _TO_EMPLOYERS]
    people = [d for d in part if d.program != _TO_EMPLOYERS]
    of_firms = _ids(session, Employer, [{"business_no": f"{d.number:010d}", "name": d.name} for d in firms])
    of_people = _ids(session, Person, [{"source_key": f"drill:{d.number}", "name": d.name} for d in people])
    employers = dict(zip((d.number for d in firms), of_firms, strict=True))
    persons = dict(zip((d.number for d in people), of_people, strict=True))
    return [{"person_id": persons.get(d.number), "employer_id": employers.get(d.number)} for d in part]


def _application(debt: Debt, payee: dict[str, int | None]) -> dict[str, Any]:
    return {"receipt_no": f"{today().year}-DR-{debt.number:07d}", "program": debt.program, **payee}


def _decision(debt: Debt, payee: dict[str, int | None], application: int) -> dict[str, Any]:
    return {
        "key": f"drill:{debt.number}", "application_id": application, "program": debt.program, **payee,
        "outcome": "granted", "amount_won": debt.won + debt.number % 10, "decided_on": today() - timedelta(days=1),
        "period_from": _period()[0], "period_until": _period()[1],
    }  # fmt: skip


def _order(
    debt: Debt, payee: dict[str, int | None], application: int, decision: int, item: BudgetItem
) -> dict[str, Any]:
    paid = load_funds().of(debt.program)
    return {
        "key": f"decision:{decision}:1", "decision_id": decision, "application_id": application,
        "program": debt.program, **payee, "period_from": _period()[0], "period_until": _period()[1],
        "decided_won": debt.won + debt.number % 10, "amount_won": debt.won, "fund": item.fund,
        "fiscal_year": item.fiscal_year, "budget_item_id": item.id,
        "legal_ground": paid.legal_ground if paid else "", "payee_enc": crypto.seal(debt.name),
        "bank_code": debt.bank, "account_enc": crypto.seal(debt.account),
        "account_index": crypto.blind_index("account", debt.account), "state": "ready",
        "content_sha256": f"{debt.number:064x}",
    }  # fmt: skip


def _period() -> tuple[date, date]:
    first = today().replace(day=1)
    return first, first + timedelta(days=27)


def _ids(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> list[int]:
    """Insert rows; their ids in the same order."""
    if not rows:
        return []
    statement = insert(model).returning(model.__table__.c.id, sort_by_parameter_order=True)  # type: ignore[attr-defined]
    return list(session.execute(statement, rows).scalars())


def _person(rng: random.Random) -> str:
    return rng.choice(SURNAMES) + rng.choice(GIVEN_NAMES["test"])


def _firm(rng: random.Random, *, any_form: bool) -> str:
    """Not in `any_form`: none of those of which a bank tells hardly more than that they are companies."""
    name = rng.choice(FIRM_STEMS["test"]) + rng.choice(FIRM_TRADES["test"])
    forms = [form for form in FIRM_FORMS if any_form or not re.search("주식회사|유한회사", form)]
    return rng.choice(forms).format(name).replace("㈜", "(주)")
