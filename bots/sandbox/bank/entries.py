"""What the bank's books hold, one by one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

Row = tuple[Any, ...]


class NumberTaken(Exception):
    """Its key was used for something else."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One transfer as somebody wants it.

    key      unique for ever, made of what the channel calls it; named: how the statement names it (the message
             number in six digits, the EndToEndId); channel: "firm" or "iso20022"
    """

    key: str
    channel: str
    day: date
    named: str
    debit: str
    bank: str
    account: str
    amount: int
    text: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer as it stands in the books.

    state   "paid", "refused", "waiting" (in progress) or "returned" (paid, and given back later)
    times   how often it was asked for under its key; at: seconds since 1970
    """

    id: int
    key: str
    channel: str
    day: date
    named: str
    debit: str
    bank: str
    account: str
    amount: int
    text: str
    holder: str
    state: str
    code: str
    at: float
    times: int


@dataclass(frozen=True, slots=True)
class Payee:
    """An account at some bank. `state`: "open", "closed", "reported" or "stopped"."""

    bank: str
    number: str
    holder: str
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Totals:
    """Of one debit account and day, counted and in won: what left, what came back on it (whenever it had left), what
    was refused; and the balance as it is now.
    """

    paid: int
    paid_won: int
    returned: int
    returned_won: int
    refused: int
    refused_won: int
    balance: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the statement of a debit account. `amount`: negative leaves; kind: "transfer" or "return"."""

    id: int
    day: date
    debit: str
    kind: str
    amount: int
    balance: int
    at: float
    transfer: Transfer


def transfer_of(row: Row) -> Transfer:
    """A row of the table."""
    number, key, channel, day, *rest = row
    return Transfer(number, key, channel, date.fromisoformat(day), *rest)


def content(what: Asked | Transfer) -> tuple[object, ...]:
    """What must be the same when a key comes again."""
    return what.day, what.debit, what.bank, what.account, what.amount, what.text, what.holder


def digest(account: str, password: str) -> str:
    """How a password is kept."""
    return hashlib.sha256(f"{account}:{password}".encode()).hexdigest()
