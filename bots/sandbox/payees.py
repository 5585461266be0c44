"""Who is paid in the sandbox: claims that were decided, accounts at the bank, and what goes wrong with four of them.

Of fifty payments one has another holder's name, one is answered VTIM and was paid, one VTIM and was not, and one
comes back a while after the bank had said yes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.entries import Payee
from bots.sandbox.bank.faults import Faults
from bots.sandbox.bank.service import DEBIT, PASSWORD
from bots.sandbox.casebook import Case, Casebook
from config.banks import bank_named

PROGRAMS = ("ub_recognition", "ub_application", "pl_application", "vtc_application")
"""Of one fund, and paid to the applicants themselves."""
PAID_BY_MISTAKE_TO = "이엉뚱"
_BALANCE = 5_000_000_000
_DAILY = {
    "ub_recognition": 66_048,
    "ub_application": 63_104,
    "pl_application": 51_600,
    "vtc_application": 9_700,
}


@dataclass(frozen=True)
class PaidClaim:
    """One claim that was decided: amount in won, the days for which it is paid (both included)."""

    case: Case
    number: int
    first: date
    last: date
    won: int


def paid_claims(book: Casebook, today: date, count: int) -> list[PaidClaim]:
    """So many claims of the book's open cases, one person's never for the same days twice."""
    return [claim for claim, _ in zip(_claims(book, today), range(count), strict=False)]


def _claims(book: Casebook, today: date) -> Iterator[PaidClaim]:
    cases, seen = [], set()
    for case in book.cases:
        known = case.person.number in seen or case.late or case.status != "open"
        if case.program in PROGRAMS and not known:
            seen.add(case.person.number)
            cases.append(case)
    for number in range(1, 10):
        for place, case in enumerate(cases):
            last = today - timedelta(days=28 * (number - 1) + 1 + place % 5)
            days = 28 - place % 4
            first = last - timedelta(days=days - 1)
            yield PaidClaim(case, 10 - number, first, last, _DAILY[case.program] * days + 7 * number)


def open_accounts(books: Books, claims: list[PaidClaim]) -> None:
    """The accounts of all who are paid, and those from which is paid."""
    for account in DEBIT.values():
        books.open_debit(account, balance=_BALANCE, password=PASSWORD)
    books.open_accounts(Payee(*account_of(claim), claim.case.person.name) for claim in claims)


def account_of(claim: PaidClaim) -> tuple[str, str]:
    """The three digits of the bank, and the number without hyphens."""
    person = claim.case.person
    bank = bank_named(person.bank)
    if bank is None:
        raise ValueError(f"the sandbox knows no bank {person.bank!r}")
    return bank.code, "".join(c for c in person.account if c.isdigit())


def trouble(books: Books, faults: Faults, claims: list[PaidClaim]) -> None:
    """What goes wrong with the first four."""
    wrong, paid, unpaid, back = (account_of(claim) for claim in claims[:4])
    books.open_accounts([Payee(*wrong, PAID_BY_MISTAKE_TO)])
    faults.order("2000/100", "paid_vtim", account=paid[1])
    faults.order("2000/100", "unpaid_vtim", account=unpaid[1])
    faults.order("2000/100", "returned", account=back[1])
