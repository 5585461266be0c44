"""What a person's answers do to a payment; batch, payment and order are held by the caller."""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import col, select

from bots.payments import fate, questions
from bots.payments.aftermath import EARLIER_PAID
from bots.payments.fate import Word
from bots.payments.given import Given, Refused
from bots.payments.orders import asking
from bots.payments.orders.problems import TAKEN_BACK, Problem
from queues import bank_days, budgets, days, payment_approvals, payment_batches, payment_orders
from queues.models import Account, OrderState, Payment, PaymentState
from queues.payments import note
from queues.sealed_fields import decided_comment


def accept_name(given: Given) -> None:
    """The holder whom the bank named is the payee."""
    _must_be_held(given)
    if given.task.reason in ("unfit_for_message", "account_refused"):
        raise Refused("not_acceptable")
    if payment_orders.contradicted(given.session, [given.order.id]):
        raise Refused("contradicted")
    state = PaymentState.NAME_CHECKED
    note(given.session, given.payment, state, given.actor, reason="name_accepted", detail=_why(given))


def take_off(given: Given) -> None:
    """It is not paid with this batch; its order can go into another."""
    _must_be_held(given)
    reason = given.payment.reason or "held"
    doubt = given.task.reason in ("account_refused", "unfit_for_message")
    payment_batches.take_off(
        given.session, given.batch, [given.payment.id], reason=reason, actor=given.actor, doubt=doubt
    )
    if doubt:
        questions.ask(given.session, given.payment, questions.REJECTED, reason, actor=given.actor)


def was_paid(given: Given) -> None:
    """A person found it on the statement, or has the bank's word for it."""
    _needs_comment(given)
    if given.payment.state == PaymentState.REJECTED:
        _paid_after_all(given)
    else:
        _must_be_unknown(given)
        _tell(given, "paid")


def was_not_paid(given: Given) -> None:
    """A person made sure that it was not: the order may be paid anew, through a batch and its whole line."""
    _needs_comment(given)
    if given.payment.state == PaymentState.REJECTED:
        _open_again(given)
        return
    _must_be_unknown(given)
    if given.payment.next_look_at is not None and given.task.kind not in questions.ABOUT_FATE:
        raise Refused("still_asked")
    _tell(given, "refused")


def ask_again(given: Given) -> None:
    """The bank is asked once more."""
    _must_be_unknown(given)
    if given.payment.file_id is not None:
        raise Refused("left_in_a_file")
    if given.payment.sent_on != days.today():
        raise Refused("past_midnight")
    given.payment.next_look_at = days.begins(days.today())
    given.session.add(given.payment)


def not_paid_by_bank(given: Given) -> None:
    """The bank had said yes, and nothing left: by its own account of the day, and by its word to somebody who had
    no hand in the batch."""
    _needs_comment(given)
    if given.payment.state != PaymentState.ACCEPTED:
        raise Refused("not_accepted")
    if not given.decision.get("evidence"):
        raise Refused("evidence_needed")
    account = given.session.get_one(Account, given.task.decided_by)
    if payment_approvals.had_a_hand_in(given.session, given.batch.id, account):
        raise Refused("own_work")
    if not bank_days.left_out(given.session, given.payment.id):
        raise Refused("may_be_at_bank")
    detail = {"source": "person", **_why(given)}
    fate.returned(
        given.session, given.payment.id, reason=bank_days.NOT_PAID_BY_BANK, detail=detail, actor=given.actor
    )


def seen(given: Given) -> None:
    """The bank contradicted itself, and the books are right as they stand."""
    _needs_comment(given)
    if given.payment.state == PaymentState.HELD:
        take_off(given)
    elif given.payment.state == PaymentState.REJECTED:
        _open_again(given)
    elif given.payment.state == PaymentState.RETURNED:
        _what_becomes_of_it(given)


ACTIONS: dict[str, Callable[[Given], None]] = {
    "accept_name": accept_name,
    "take_off": take_off,
    "was_paid": was_paid,
    "was_not_paid": was_not_paid,
    "ask_again": ask_again,
    "not_paid_by_bank": not_paid_by_bank,
    "seen": seen,
}


def _tell(given: Given, means: fate.Means) -> None:
    word = Word(given.payment.id, means, "person", "person", detail=_why(given))
    given.session.flush()
    fate.hear(given.session, [word], given.actor)


def _paid_after_all(given: Given) -> None:
    """The bank refused it first; whoever else was to pay the order does not."""
    _part_siblings(given)
    if _siblings(given, alive_only=True):
        raise Refused("other_payment")
    state = PaymentState.ACCEPTED
    note(given.session, given.payment, state, given.actor, reason="person", detail=_why(given))
    if given.order.state == OrderState.CANCELLED:
        _paid_though_not_owed(given)
    elif not payment_orders.into_batch_again(given.session, given.order.id, given.actor):
        raise Refused("other_payment")


def _paid_though_not_owed(given: Given) -> None:
    """Its order was dropped meanwhile and stays so: the money is booked, and a person is asked how it comes back."""
    day = budgets.day_within(given.order.fiscal_year)
    budgets.commit_payments(given.session, [given.payment.id], day, given.actor)
    problem = Problem(TAKEN_BACK, "taken_back")
    asking.put(given.session, given.order, problem, [problem], given.actor)


def _open_again(given: Given) -> None:
    """Nothing was paid after all: the order waits for nobody any more."""
    _part_siblings(given)
    order = payment_orders.hold(given.session, given.order.id)
    if payment_orders.contradicted(given.session, [order.id]):
        return
    if order.state == OrderState.DOUBT and order.reason == payment_orders.CONTRADICTION:
        payment_orders.move(given.session, order, OrderState.READY, given.actor, reason="not_paid")


def _what_becomes_of_it(given: Given) -> None:
    """It had counted as not paid, and the bank shows it: the order waits, and a person says what becomes of it."""
    _part_siblings(given)
    order = payment_orders.hold(given.session, given.order.id)
    if order.state == OrderState.DOUBT and not _siblings(given, alive_only=True):
        questions.ask(given.session, given.payment, questions.RETURNED, actor=given.actor)


def _part_siblings(given: Given) -> None:
    """Payments of the order in other batches that were held because this one may have been paid."""
    for other in _siblings(given):
        if other.state == PaymentState.HELD and other.reason == EARLIER_PAID:
            payment_batches.take_off(
                given.session, other.batch_id, [other.id], reason=EARLIER_PAID, actor=given.actor
            )


def _siblings(given: Given, *, alive_only: bool = False) -> list[Payment]:
    query = select(Payment).where(Payment.order_id == given.order.id, Payment.id != given.payment.id)
    if alive_only:
        query = query.where(col(Payment.state).not_in(payment_orders.DEAD))
    rows = query.order_by(col(Payment.id)).execution_options(populate_existing=True)
    return list(given.session.exec(rows))


def _why(given: Given) -> dict[str, object]:
    return {"task_id": given.task.id, "evidence": str(given.decision.get("evidence") or "")[:40]}


def _must_be_held(given: Given) -> None:
    if given.payment.state != PaymentState.HELD:
        raise Refused("not_held")


def _must_be_unknown(given: Given) -> None:
    if given.payment.state != PaymentState.UNKNOWN:
        raise Refused("not_in_doubt")


def _needs_comment(given: Given) -> None:
    if not decided_comment(given.decision):
        raise Refused("comment_needed")
