"""The people of the drill: a maker and three officers, each with an account of their own, who do what people do.

They approve batches step by step, answer the bots' questions as one who has the bank on the telephone, and have
batches go on that were paused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.entries import Payee as BankAccount
from bots.sandbox.bank.service import BANK_CODE, COMPANY, DEBIT
from queues import accounts, appointments, payment_approvals, payment_batches, reviews
from queues.database import session as record
from queues.days import today
from queues.models import (
    Account,
    Payment,
    PaymentBatch,
    PaymentBatchState,
    PaymentOrder,
    ReviewState,
    ReviewTask,
    Role,
)
from queues.payment_orders import payee_of

_DUTIES = ("commitment", "order", "cashier")
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
_ABOUT_ORDER = ("payment_rejected", "payment_returned", "payment_double_at_bank")
_ODD = ("payment_order_payee", "payment_order_account")
_FATE = ("payment_no_record", "payment_past_midnight", "payment_number_clash")


@dataclass
class Officers:
    """`maker` makes batches and answers questions; the others hold one duty each, for every fund.

    corrected  bank and account to which an order is paid now, by its id
    taken_off  orders whose account is somebody else's: they are not paid until the payee has been asked
    """

    books: Books
    maker: int = 0
    by_duty: dict[str, int] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    corrected: dict[int, tuple[str, str]] = field(default_factory=dict)
    taken_off: set[int] = field(default_factory=set)

    def take_office(self) -> None:
        """Accounts and appointments."""
        with record() as session:
            head = _account(session, "head", Role.SUPERVISOR)
            self.maker = _account(session, "maker", Role.STAFF).id
            for duty in _DUTIES:
                officer = _account(session, duty, Role.SUPERVISOR)
                self.by_duty[duty] = officer.id
                for fund in DEBIT:
                    appointments.appoint(
                        session, account_id=officer.id, duty=duty, fund=fund,
                        from_on=today() - timedelta(days=30), made_by=head,
                    )  # fmt: skip

    def make_batch(self, orders: list[int]) -> int:
        """A batch of these orders, which are of one fund."""
        with record() as session:
            maker = session.get_one(Account, self.maker)
            return payment_batches.make(session, orders, pay_on=today(), account=maker).id

    def look(self) -> int:
        """Do what waits for people; returns how much there was."""
        done = 0
        with record() as session:
            batches = [(b.id, b.state, b.reason) for b in session.exec(select(PaymentBatch))]
        for batch_id, state, _ in batches:
            if state == PaymentBatchState.CHECKED:
                done += self._approve(batch_id)
            elif state == PaymentBatchState.PAUSED:
                done += self._resume(batch_id)
        return done + self._answer()

    def _approve(self, batch_id: int) -> int:
        with record() as session:
            held = session.exec(
                select(Payment.id).where(Payment.batch_id == batch_id, Payment.state == "held").limit(1)
            ).first()
            if held is not None:
                return 0
            maker = session.get_one(Account, self.maker)
            payment_approvals.open_line(session, batch_id, maker)
        for duty in _DUTIES:
            with record() as session:
                step = payment_approvals.asked(session, batch_id)
                if step is None:
                    return 0
                officer = session.get_one(Account, self.by_duty[duty])
                payment_approvals.approve(session, step.id, step.content_sha256, officer)
        return 1

    def _resume(self, batch_id: int) -> int:
        with record() as session:
            payment_batches.resume(session, batch_id, f"account:{self.maker}")
        return 1

    def _answer(self) -> int:
        with record() as session:
            query = select(ReviewTask.id).where(
                col(ReviewTask.kind).startswith("payment"), col(ReviewTask.state).in_(_OPEN)
            )
            waiting = [number for number in session.exec(query) if number not in self.asked]
        return sum(self._answer_one(number) for number in waiting)

    def _answer_one(self, number: int) -> int:
        with record() as session:
            task = session.get_one(ReviewTask, number)
            decision = self._decision(session, task)
            if decision is None:
                return 0
            self.asked.add(number)
            if not decision:
                return 0
            told = {"comment": "은행에 전화로 확인", "evidence": "telephone", **decision}
            reviews.decide(session, task.id, task.version, told, session.get_one(Account, self.maker))
        return 1

    def _decision(self, session: Session, task: ReviewTask) -> dict[str, Any] | None:
        """What is decided with the bank on the telephone; None while it cannot tell, {} for what is left to others."""
        if task.kind in _ODD:
            return {"action": "accept"}
        if task.payment_id is None:
            return {}
        payment = session.get_one(Payment, task.payment_id)
        order = session.get_one(PaymentOrder, payment.order_id)
        if task.kind == "payment_name":
            action = self._whose(order)
            if action == "take_off":
                self.taken_off.add(order.id)
            return {"action": action}
        if task.kind in _FATE:
            fate = self._fate(payment)
            return {"action": fate} if fate else None
        if task.kind in _ABOUT_ORDER:
            return self._about_order(payment, order)
        return {}

    def _whose(self, order: PaymentOrder) -> str:
        payee = payee_of(order)
        known = self.books.payee(payee.bank_code, payee.account)
        fits = known is not None and known.state == "open" and known.holder == payee.name
        return "accept_name" if fits else "take_off"

    def _fate(self, payment: Payment) -> str:
        found = self.books.find(_key(payment)) if payment.sent_on else None
        if payment.sent_on is None or (found is not None and found.state == "waiting"):
            return ""
        return "was_paid" if found is not None and found.state == "paid" else "was_not_paid"

    def _about_order(self, payment: Payment, order: PaymentOrder) -> dict[str, Any]:
        """Some are paid again as they are, some to a new account, some wait for an answer that does not come."""
        kind = order.id % 3
        if kind == 0 or order.id in self.corrected:
            return {}
        if kind == 1:
            return {"action": "pay_again"} if self._whose(order) == "accept_name" else {}
        payee = payee_of(order)
        account = f"{int(payee.account[0]) + 5}{payee.account[1:]}"
        self.books.open_accounts([BankAccount(payee.bank_code, account, payee.name)])
        self.corrected[order.id] = (payee.bank_code, account)
        return {"action": "correct_account", "to": {"bank": payee.bank_code, "account": account}}


def _key(payment: Payment) -> str:
    """What the bank calls the last transfer of a payment."""
    return f"{payment.sent_on:%Y%m%d}:{BANK_CODE}:{COMPANY}:{payment.number:06d}"


def _account(session: Session, name: str, role: Role) -> Account:
    return accounts.create(session, f"drill-{name}", "a-long-enough-password", role=role)
