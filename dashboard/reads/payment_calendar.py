"""지급 일정: which batches run on which day of a month, and on which days nothing is paid."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from config.calendar import business_calendar
from queues.models import BankDay, PaymentBatch, PaymentBatchState


@dataclass
class Day:
    """One day. works: the center does; name: why it does not; held: the bank days of it."""

    on: date
    works: bool
    name: str = ""
    batches: list[PaymentBatch] = field(default_factory=list)
    held: list[BankDay] = field(default_factory=list)

    @property
    def won(self) -> int:
        return sum(b.total_won for b in self.batches if b.state != PaymentBatchState.CANCELLED)


def month(session: Session, year: int, number: int) -> list[Day]:
    """Its days in order, each with what is to be paid on it."""
    calendar = business_calendar()
    last = monthrange(year, number)[1]
    days = {}
    for n in range(1, last + 1):
        on = date(year, number, n)
        days[on] = Day(on, calendar.is_business_day(on), calendar.why_closed(on))
    first, end = date(year, number, 1), date(year, number, last)
    batches = select(PaymentBatch).where(
        col(PaymentBatch.pay_on).between(first, end), PaymentBatch.state != PaymentBatchState.CANCELLED.value
    )
    for batch in session.exec(batches.order_by(col(PaymentBatch.pay_on), col(PaymentBatch.id))):
        days[batch.pay_on].batches.append(batch)
    for held in session.exec(
        select(BankDay).where(col(BankDay.day).between(first, end)).order_by(col(BankDay.id))
    ):
        days[held.day].held.append(held)
    return list(days.values())
