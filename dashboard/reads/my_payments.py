"""What one person has to do about payments: agree to batches, answer what is asked, see to days that differ."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from dashboard.reads.payment_orders import OPEN_TASK
from queues.models import Account, BankDay, BankDayState, PaymentBatch, PaymentBatchState, ReviewTask
from queues.payment_approvals import my_turn
from queues.whose import Circle

_ODD = (PaymentBatchState.PAUSED.value, PaymentBatchState.STOPPED.value)


@dataclass(frozen=True)
class MyPayments:
    """turns: batches that wait for this person; asked: open questions about payments (of theirs, or of one who
    is no officer everybody's); halted: batches that were paused or stopped; differs: days that do not agree."""

    turns: frozenset[int]
    asked: int
    halted: int
    differs: int

    @property
    def approvals(self) -> int:
        return len(self.turns)


def my_payments(session: Session, circle: Circle, account_id: int) -> MyPayments:
    """The counts."""
    account = session.get_one(Account, account_id)
    asked = select(func.count()).where(
        col(ReviewTask.kind).startswith("payment"), col(ReviewTask.state).in_(OPEN_TASK)
    )
    if circle.officer_id is not None:
        asked = asked.where(col(ReviewTask.officer_id).in_(circle.own))
    halted = select(func.count()).where(col(PaymentBatch.state).in_(_ODD))
    differs = select(func.count()).where(BankDay.state == BankDayState.DIFFERS.value)
    return MyPayments(
        turns=frozenset(int(step.subject.partition(":")[2]) for step in my_turn(session, account)),
        asked=session.exec(asked).one(),
        halted=session.exec(halted).one(),
        differs=session.exec(differs).one(),
    )
