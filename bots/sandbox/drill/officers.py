"""The people of the drill: a maker and three officers, each with an account of their own, who do what people do.

They approve batches step by step, answer the bots' questions as one who has the bank on the telephone, and have
batches go on that were paused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session, col, select

from bots.sandbox.bank.books import Books
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
_FATE = ("payment_no_record", "payment_past_midnight", "payment_number_clash")


@dataclass
class Officers:
    """`maker` makes batches and answers questions; the others hold one duty each, for every fund."""

    books: Books
    maker: int = 0
    by_duty: dict[str, int] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)

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
        done = 0
        for number in waiting:
            with record() as session:
                task = session.get_one(ReviewTask, number)
                action = self._decision(session, task)
                if action == "wait":
                    continue
                self.asked.add(number)
                if action:
                    decision = {
                        "action": action,
                        "comment": "은행에 전화로 확인",
                        "evidence": "은행 거래내역",
                    }
                    maker = session.get_one(Account, self.maker)
                    reviews.decide(session, task.id, task.version, decision, maker)
                    done += 1
        return done

    def _decision(self, session: Session, task: ReviewTask) -> str:
        """What the bank says on the telephone; "wait" while it cannot tell, "" for what is left to others."""
        if task.payment_id is None:
            return ""
        payment = session.get_one(Payment, task.payment_id)
        if task.kind == "payment_name":
            payee = payee_of(session.get_one(PaymentOrder, payment.order_id))
            known = self.books.payee(payee.bank_code, payee.account)
            fits = known is not None and known.state == "open" and known.holder == payee.name
            return "accept_name" if fits else "take_off"
        if task.kind in _FATE:
            return self._fate(payment)
        return ""

    def _fate(self, payment: Payment) -> str:
        if payment.sent_on is None:
            return "wait"
        key = f"{payment.sent_on:%Y%m%d}:{BANK_CODE}:{COMPANY}:{payment.number:06d}"
        found = self.books.find(key)
        if found is not None and found.state == "waiting":
            return "wait"
        return "was_paid" if found is not None and found.state == "paid" else "was_not_paid"


def _account(session: Session, name: str, role: Role) -> Account:
    return accounts.create(session, f"drill-{name}", "a-long-enough-password", role=role)
