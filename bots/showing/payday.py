"""The people's part in the demo's payments: one makes a batch, three others agree to it, nobody does two of these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from bots.sandbox.bank.service import SandboxBank
from config.funds import load_funds
from queues import appointments, bank_days, budgets, days, payment_approvals, payment_batches
from queues.errors import StaleDecision
from queues.models import (
    Account,
    Approval,
    ApprovalState,
    BankDay,
    BankDayState,
    Payment,
    PaymentBatch,
    PaymentBatchState,
    PaymentOrder,
    PaymentState,
)

FUND = "employment_insurance"
MAKER = "staff"
DUTIES = {"commitment": "commit", "order": "order", "cashier": "cashier"}
"""By duty: the username of who holds it."""
STATES = {
    "draft": "작성",
    "held": "보류, 사람에게",
    "name_checked": "예금주 확인",
    "approved": "승인",
    "sending": "보내는 중",
    "accepted": "처리됨",
    "rejected": "거절됨",
    "unknown": "결과 미확인",
    "settled": "대사 완료",
    "returned": "입금 불능으로 돌아옴",
    "cancelled": "뺌",
}
_ALLOTTED = 3_000_000_000


def appoint(session: Session, today: date) -> None:
    """Give each duty of the treasury to somebody, and the year's money to the items of the budget."""
    admin = _account(session, "admin")
    for duty, username in DUTIES.items():
        for fund in load_funds().funds:
            appointments.appoint(
                session, account_id=_account(session, username).id, duty=duty, fund=fund,
                from_on=date(today.year, 1, 2), document_no=f"가상고용센터-{today.year}-12", made_by=admin,
            )  # fmt: skip
    for item in budgets.open_year(session, today.year, f"account:{admin.id}"):
        budgets.allot(
            session, item.id, _ALLOTTED, f"demo:{item.id}", f"account:{admin.id}", reason="1차 배정"
        )


@dataclass
class Payday:
    """Does what is next whenever it is looked at; `expected` orders go into one batch."""

    expected: int
    batch_id: int | None = None

    def act(self, session: Session) -> None:
        """One step of the people, if one is due, in the caller's transaction."""
        if self.batch_id is None:
            self._make(session)
            return
        batch = session.get_one(PaymentBatch, self.batch_id)
        if batch.state == PaymentBatchState.CHECKED:
            maker = _account(session, MAKER)
            payment_batches.take_off_held(
                session, batch.id, reason="name_differs", actor=f"account:{maker.id}"
            )
            payment_approvals.open_line(session, batch.id, maker)
        elif batch.state == PaymentBatchState.APPROVAL:
            self._agree(session, batch)
        elif batch.state == PaymentBatchState.CLOSED:
            self._close(session)

    def settled(self, session: Session) -> bool:
        """Whether every payment has its end, one that comes back included, and the day is closed."""
        if self.batch_id is None:
            return False
        batch = session.get_one(PaymentBatch, self.batch_id)
        back = select(Payment.id).where(Payment.state == PaymentState.RETURNED)
        days_of_fund = session.exec(select(BankDay.state).where(BankDay.fund == FUND)).all()
        return (
            batch.state == PaymentBatchState.CLOSED
            and session.exec(back).first() is not None
            and set(days_of_fund) == {BankDayState.CLOSED}
        )

    def _close(self, session: Session) -> None:
        """A day that agrees is closed by one who had no hand in it; the program would do so after midnight."""
        back = select(Payment.id).where(Payment.state == PaymentState.RETURNED)
        if session.exec(back).first() is None:
            return
        query = select(BankDay).where(BankDay.fund == FUND, BankDay.state == BankDayState.AGREED)
        for day in session.exec(query):
            with suppress(bank_days.NotSignable, StaleDecision):  # a bot has just looked at it: next time
                bank_days.close(session, day.id, day.version, _account(session, "supervisor"))

    def _make(self, session: Session) -> None:
        ready = select(PaymentOrder.id).where(PaymentOrder.state == "ready", PaymentOrder.fund == FUND)
        orders = list(session.exec(ready.order_by(col(PaymentOrder.id))))
        if len(orders) >= self.expected:
            batch = payment_batches.make(
                session, orders, pay_on=days.today(), account=_account(session, MAKER),
                title=f"{days.today():%m월 %d일} 지급", key="DEMO",
            )  # fmt: skip
            self.batch_id = batch.id

    def _agree(self, session: Session, batch: PaymentBatch) -> None:
        query = select(Approval).where(
            Approval.subject == f"payment_batch:{batch.id}", Approval.state == ApprovalState.ASKED
        )
        step = session.exec(query).first()
        if step is not None:
            person = _account(session, DUTIES[step.duty])
            payment_approvals.approve(session, step.id, step.content_sha256, person)


@dataclass
class Paid:
    """What became of the payments, by our ledger and by the bank's own books."""

    states: Counter[str] = field(default_factory=Counter)
    won: int = 0
    bank_won: int = 0
    twice: int = 0
    lost: int = 0
    wrong: int = 0
    days: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Whether the books agree, to the won, and nobody was paid twice, wrongly or for nothing."""
        return not (self.twice or self.lost or self.wrong) and self.won == self.bank_won and self.won > 0

    def as_json(self) -> dict[str, Any]:
        """The counts that `--json` writes."""
        return {
            "payments": sum(self.states.values()),
            "payments_by_state": dict(self.states.most_common()),
            "paid_won": self.won,
            "paid_won_by_the_bank": self.bank_won,
            "paid_twice": self.twice,
            "paid_and_unknown_to_us": self.lost,
            "paid_wrong_amount": self.wrong,
            "bank_days_by_state": dict(self.days),
        }


def paid(session: Session, bank: SandboxBank) -> Paid:
    """Hold the ledger against the books of the sandbox's bank."""
    found = Paid()
    ours: dict[tuple[date, int], int] = {}
    for state, number, sent_on, won in session.exec(
        select(Payment.state, Payment.number, col(Payment.sent_on), Payment.amount_won)
    ):
        found.states[state] += 1
        if state in (PaymentState.ACCEPTED, PaymentState.SETTLED) and sent_on is not None:
            found.won += won
            ours[sent_on, number] = won
    orders: Counter[tuple[str, str, int]] = Counter()
    for transfer in bank.books.transfers():
        if transfer.state != "paid":
            continue
        found.bank_won += transfer.amount
        orders[transfer.bank, transfer.account, transfer.amount] += 1
        known = ours.get((transfer.day, int(transfer.named)))
        found.lost += known is None
        found.wrong += known is not None and known != transfer.amount
    found.twice = sum(number - 1 for number in orders.values())
    found.days = Counter(session.exec(select(BankDay.state)))
    return found


def state_list(found: Paid) -> str:
    """대사 완료 47, 뺌 1."""
    return ", ".join(f"{STATES.get(name, name)} {number}" for name, number in found.states.most_common())


def day_list(found: Paid) -> str:
    """일일 대사 마감 1."""
    words = {"closed": "마감", "agreed": "일치", "differs": "차이 있음", "open": "확인 중"}
    return "일일 대사 " + ", ".join(
        f"{words.get(name, name)} {number}" for name, number in found.days.items()
    )


class PaymentsStory:
    """Remembers what was told of the payments: one line whenever the numbers have changed."""

    def __init__(self) -> None:
        self._told: dict[str, int] = {}

    def news(self, session: Session) -> Iterator[str]:
        """A line (rich mark-up) about payments that have come further since the last call."""
        query = select(Payment.state, func.count()).group_by(col(Payment.state))
        now = dict(session.exec(query).all())
        gained = [(s, n - self._told.get(s, 0)) for s, n in now.items() if n > self._told.get(s, 0)]
        self._told = now
        if gained:
            yield "[green]지급[/] → " + ", ".join(f"{STATES.get(s, s)} {n}" for s, n in gained)


def _account(session: Session, username: str) -> Account:
    return session.exec(select(Account).where(Account.username == username)).one()
