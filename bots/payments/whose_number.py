"""Which payment a message of the bank is about, by the number of our transfer and by what it paid to whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from queues.crypto import blind_index
from queues.models import BankMessage, Payment

_TRANSFER = ("2000", "100")


def payments_of(
    session: Session, number: int, first: date, last: date, *, account: str, bank: str, won: int | None
) -> list[tuple[date, int]]:
    """Day and id of payments that left under this number from `first` to `last` (both included) for this account.

    won  the amount, None for any. More than one only where numbers of several days meet the same account.
    """
    found = _left_under(session, number, first, last)
    index = blind_index("account", account)
    fits = {
        payment.id
        for payment in session.exec(select(Payment).where(col(Payment.id).in_([n for _, n in found])))
        if payment.account_index == index
        and payment.bank_code == bank
        and (won is None or payment.amount_won == won)
    }
    return [(day, payment_id) for day, payment_id in found if payment_id in fits]


def payment_under(session: Session, number: int, day: date) -> int | None:
    """The payment that left under this number on that day, whatever it pays."""
    found = _left_under(session, number, day, day)
    return found[0][1] if found else None


def days_before(day: date, count: int) -> date:
    return day - timedelta(days=count)


def _left_under(session: Session, number: int, first: date, last: date) -> Sequence[tuple[date, int]]:
    query = select(col(BankMessage.day), col(BankMessage.payment_id)).where(
        BankMessage.number == number,
        col(BankMessage.day).between(first, last),
        BankMessage.direction == "out",
        BankMessage.class_code == _TRANSFER[0],
        BankMessage.task_code == _TRANSFER[1],
        col(BankMessage.payment_id).is_not(None),
    )
    return [(day, payment) for day, payment in session.exec(query) if payment is not None]
