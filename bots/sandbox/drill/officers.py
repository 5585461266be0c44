"""The people of the drill: a maker and three officers, each with an account of their own, who do what people do.

They approve batches step by step, answer the bots' questions as one who has the bank on the telephone, and have
batches go on that were paused. A question that waits for another is left until that one is answered; an answer that
was refused is given a few times more, as things may have moved on; then the question stays open, in review.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from bots.sandbox.bank.books import Books
from bots.sandbox.bank.entries import Payee as BankAccount
from bots.sandbox.bank.service import BANK_CODE, COMPANY, DEBIT
from queues import accounts, appointments, payment_approvals, payment_batches, payment_orders, reviews
from queues.database import session as record
from queues.days import today
from queues.errors import NotYours, StaleDecision
from queues.models import (
    Account,
    Payment,
    PaymentBatch,
    PaymentBatchState,
    PaymentOrder,
    PaymentState,
    ReviewState,
    ReviewTask,
    Role,
)
from queues.payment_moves import NotNow
from queues.payment_orders import payee_of

_DUTIES = ("commitment", "order", "cashier")
_OPEN = (ReviewState.OPEN.value, ReviewState.CLAIMED.value)
_TO_APPROVE = (PaymentBatchState.CHECKED.value, PaymentBatchState.APPROVAL.value)
_ABOUT_ORDER = ("payment_rejected", "payment_returned", "payment_double_at_bank")
_ODD = ("payment_order_payee", "payment_order_account")
_FATE = ("payment_no_record", "payment_past_midnight", "payment_number_clash")
_NAME = "payment_name"
_CONTRADICTION = "payment_contradiction"
_UNFIT = ("account_refused", "unfit_for_message")
"""Not the name is odd: nobody can say that it is right."""
_TRIES = 3
"""How often one question is answered at most, when the answers cannot be carried out."""
_MOVED_ON = (NotNow, StaleDecision, NotYours)
"""What people saw had changed when they acted: they look again."""
_LEFT = ("paid", "returned")
"""What the bank calls a transfer that was made, also one that came back since: the books say both, one after the other."""
_UNDER_WAY = (PaymentState.SENDING.value, PaymentState.UNKNOWN.value)
_BOOKED = (PaymentState.ACCEPTED.value, PaymentState.SETTLED.value)


@dataclass
class Officers:
    """`maker` makes batches and answers questions; the others hold one duty each, for every fund.

    asked      questions that were answered, or are left to others
    tries      how often a question about the same payment or order was answered
    corrected  bank and account to which an order is paid now, by its id
    taken_off  orders whose account is somebody else's: they are not paid until the payee has been asked
    """

    books: Books
    maker: int = 0
    by_duty: dict[str, int] = field(default_factory=dict)
    asked: set[int] = field(default_factory=set)
    tries: Counter[tuple[str, int | None, int | None]] = field(default_factory=Counter)
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
            batches = [(b.id, b.state) for b in session.exec(select(PaymentBatch))]
        for batch_id, state in batches:
            with suppress(*_MOVED_ON):
                if state in _TO_APPROVE:
                    done += self._approve(batch_id)
                elif state == PaymentBatchState.PAUSED:
                    done += self._resume(batch_id)
        return done + self.answer()

    def _approve(self, batch_id: int) -> int:
        with record() as session:
            held = session.exec(
                select(Payment.id).where(Payment.batch_id == batch_id, Payment.state == "held").limit(1)
            ).first()
            if held is not None:
                return 0
            if session.get_one(PaymentBatch, batch_id).state == PaymentBatchState.CHECKED:
                maker = session.get_one(Account, self.maker)
                payment_approvals.open_line(session, batch_id, maker)
        done = 0
        for _ in _DUTIES:
            with record() as session:
                step = payment_approvals.asked(session, batch_id)
                if step is None:
                    break
                officer = session.get_one(Account, self.by_duty[step.duty])
                payment_approvals.approve(session, step.id, step.content_sha256, officer)
            done = 1
        return done

    def _resume(self, batch_id: int) -> int:
        with record() as session:
            payment_batches.resume(session, batch_id, f"account:{self.maker}")
        return 1

    def answer(self) -> int:
        """Answer what can be answered; how many questions that were."""
        with record() as session:
            query = select(ReviewTask.id).where(
                col(ReviewTask.kind).startswith("payment"), col(ReviewTask.state).in_(_OPEN)
            )
            waiting = [number for number in session.exec(query) if number not in self.asked]
        return sum(self._answer_one(number) for number in waiting)

    def _answer_one(self, number: int) -> int:
        with suppress(*_MOVED_ON), record() as session:
            task = session.get_one(ReviewTask, number)
            about = (task.kind, task.payment_id, task.order_id)
            decision = self._decision(session, task) if self.tries[about] < _TRIES else {}
            if decision is None:
                return 0
            if decision:
                told = {"comment": "은행에 전화로 확인", "evidence": "telephone", **decision}
                reviews.decide(session, task.id, task.version, told, session.get_one(Account, self.maker))
                self.tries[about] += 1
            self.asked.add(number)
            return int(bool(decision))
        return 0

    def _decision(self, session: Session, task: ReviewTask) -> dict[str, Any] | None:
        """What is decided with the bank on the telephone; None while it cannot tell, {} for what is left to others."""
        if task.kind in _ODD:
            return {"action": "accept"} if not _waits(session, task.order_id) else None
        if task.payment_id is None:
            return {}
        payment = session.get_one(Payment, task.payment_id)
        order = session.get_one(PaymentOrder, payment.order_id)
        answer: dict[str, Any] | None = {}
        if task.kind == _NAME:
            answer = {"action": self._name(session, task, order)}
        elif task.kind in _FATE:
            answer = self._fate(payment)
        elif task.kind == _CONTRADICTION:
            answer = self._contradiction(payment)
        elif task.kind in _ABOUT_ORDER:
            answer = self._about_order(payment, order) if not _waits(session, order.id) else None
        return answer

    def _name(self, session: Session, task: ReviewTask, order: PaymentOrder) -> str:
        if self._whose(order) == "take_off":
            self.taken_off.add(order.id)
            return "take_off"
        unfit = task.reason in _UNFIT or "refused" in task.evidence
        return "take_off" if unfit or _waits(session, order.id) else "accept_name"

    def _contradiction(self, payment: Payment) -> dict[str, Any] | None:
        """By the bank's books; where ours stand otherwise and cannot be put right, it is left to others."""
        if payment.state in _UNDER_WAY:
            return None
        found = self.books.find(_key(payment)) if payment.sent_on else None
        if found is not None and found.state == "waiting":
            return None
        paid = found is not None and found.state == "paid"
        if paid and payment.state == PaymentState.REJECTED:
            return {"action": "was_paid"}
        return {"action": "seen"} if paid == (payment.state in _BOOKED) else {}

    def _whose(self, order: PaymentOrder) -> str:
        payee = payee_of(order)
        known = self.books.payee(payee.bank_code, payee.account)
        fits = known is not None and known.state == "open" and known.holder == payee.name
        return "accept_name" if fits else "take_off"

    def _fate(self, payment: Payment) -> dict[str, Any] | None:
        found = self.books.find(_key(payment)) if payment.sent_on else None
        if payment.sent_on is None or (found is not None and found.state == "waiting"):
            return None
        left = found is not None and found.state in _LEFT
        return {"action": "was_paid" if left else "was_not_paid"}

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


def _waits(session: Session, order_id: int | None) -> bool:
    """Whether somebody has to say first if the order was paid already."""
    return order_id is not None and bool(payment_orders.contradicted(session, [order_id]))


def _key(payment: Payment) -> str:
    """What the bank calls the last transfer of a payment."""
    return f"{payment.sent_on:%Y%m%d}:{BANK_CODE}:{COMPANY}:{payment.number:06d}"


def _account(session: Session, name: str, role: Role) -> Account:
    return accounts.create(session, f"drill-{name}", "a-long-enough-password", role=role)
