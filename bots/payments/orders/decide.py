"""What a person decided about an order takes effect.

    {"action": "again"}                      read decision and case anew, and look again
    {"action": "correct_account", "to": {"bank", "account", "name"?}}    pay to this account (and name)
    {"action": "accept"}                     name or number of the account are right as they are
    {"action": "not_a_double", "comment"}    the orders shown are about something else
    {"action": "this_year"}                  pay from this year's budget
    {"action": "pay_again"}                  the bank refused it or gave it back; try again as it is
    {"action": "claim_back", "due_on", "won"?}    it was paid and is not owed: the payee is asked to pay back
    {"action": "keep"}                       it was paid and stays paid
    {"action": "drop"}                       nothing is owed

After each but the last three the order is looked at as a whole: ready, or the next question. The router of the
decisions about payments calls `apply` with the order's row held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from bots.payments.given import Refused
from bots.payments.orders import asking
from bots.payments.orders.draw_up import account_digits, bank_code, budget, fill
from bots.payments.orders.problems import ACCOUNT, CORRECTED, PAYEE
from bots.payments.orders.settle import settle
from config.banks import ACCOUNT_DIGITS
from queues import audit, fund_returns, payment_orders
from queues.days import today
from queues.fund_returns import NotReturnable
from queues.models import Decision, OrderState, Payment, PaymentOrder, ReviewTask
from queues.payment_orders import DEAD, Payee
from queues.sealed_fields import decided_comment, decided_to

_UNUSUAL = ("another_name", "unusual_digits", "changed_on_file")
"""Codes of what may be right all the same."""
_FREE = (OrderState.DRAFT, OrderState.DOUBT, OrderState.READY)


@dataclass(frozen=True)
class OrderGiven:
    """A decision about an order whose row is held; `actor` is the person."""

    session: Session
    task: ReviewTask
    order: PaymentOrder
    decision: dict[str, Any]
    actor: str


def apply(
    session: Session, task: ReviewTask, order: PaymentOrder, decision: dict[str, Any], actor: str
) -> None:
    """Carry out a decision about an order. Raises `Refused` when it cannot be done as things stand."""
    act = _ACTIONS.get(str(decision.get("action")))
    if act is None:
        raise Refused("unknown_action")
    act(OrderGiven(session, task, order, decision, actor))
    session.flush()


def _again(given: OrderGiven) -> None:
    order = _free(given)
    order.accepted = []
    fill(given.session, order, given.session.get_one(Decision, order.decision_id))
    settle(given.session, order, given.actor)


def _correct_account(given: OrderGiven) -> None:
    order, to = _free(given), decided_to(given.decision)
    was = payment_orders.payee_of(order)
    bank, account = bank_code(to.get("bank", "").strip()), account_digits(to.get("account", ""))
    fewest, most = ACCOUNT_DIGITS
    if not bank:
        raise Refused("unknown_bank")
    if not (account.isascii() and account.isdigit() and fewest <= len(account) <= most):
        raise Refused("bad_account")
    payee = Payee(to.get("name", "").strip() or was.name, bank, account)
    kept = set(order.accepted) - {"account"} - ({"payee"} if payee.name != was.name else set())
    order.accepted = sorted({*kept, CORRECTED})
    payment_orders.set_payee(order, payee)
    audit.record(given.session, given.actor, "payment_order.account", "payment_order", order.id, bank=bank)
    settle(given.session, order, given.actor)


def _accept(given: OrderGiven) -> None:
    """What is unusual is right: the name that is not the one on file, the number of digits."""
    order = _free(given)
    what = {PAYEE: "payee", ACCOUNT: "account"}.get(given.task.kind)
    if what is None or given.task.evidence.get("code") not in _UNUSUAL:
        raise Refused("not_acceptable")
    order.accepted = sorted({*order.accepted, what})
    audit.record(given.session, given.actor, "payment_order.accept", "payment_order", order.id, what=what)
    settle(given.session, order, given.actor)


def _not_a_double(given: OrderGiven) -> None:
    """Of the orders that the person was shown, and of no other: what came up since is asked about anew."""
    order = _free(given)
    shown = {int(number) for number in given.task.evidence.get("doubles") or ()}
    if not shown or not decided_comment(given.decision):
        raise Refused("no_reason")
    order.not_double_of = sorted({*order.not_double_of, *shown})
    audit.record(
        given.session, given.actor, "payment_order.not_a_double", "payment_order", order.id,
        orders=sorted(shown),
    )  # fmt: skip
    settle(given.session, order, given.actor)


def _this_year(given: OrderGiven) -> None:
    order = _free(given)
    budget(given.session, order)
    settle(given.session, order, given.actor)


def _pay_again(given: OrderGiven) -> None:
    settle(given.session, _free(given), given.actor)


def _claim_back(given: OrderGiven) -> None:
    order = given.order
    query = select(Payment).where(Payment.order_id == order.id, col(Payment.state).not_in(DEAD))
    payment = given.session.exec(query).one_or_none()
    if payment is None:
        raise Refused("not_paid")
    try:
        due_on = date.fromisoformat(str(given.decision.get("due_on") or ""))
        won = int(given.decision.get("won") or order.amount_won)
    except ValueError:
        raise Refused("bad_day") from None
    if due_on < today():
        raise Refused("bad_day")
    try:
        fund_returns.ask(
            given.session, order, won, "taken_back", due_on, given.actor,
            key=f"review:{given.task.id}", payment_id=payment.id, comment=decided_comment(given.decision),
        )  # fmt: skip
    except NotReturnable as error:
        raise Refused(error.code) from error


def _keep(given: OrderGiven) -> None:
    if not decided_comment(given.decision):
        raise Refused("no_reason")
    audit.record(given.session, given.actor, "payment_order.keep", "payment_order", given.order.id)


def _drop(given: OrderGiven) -> None:
    order = _free(given)
    payment_orders.cancel(given.session, order, "dropped", given.actor)
    asking.withdraw(given.session, order, given.actor)


def _free(given: OrderGiven) -> PaymentOrder:
    """The order, where no batch has it, it is not at its end, and nobody has to say first whether it was paid."""
    if given.order.state not in _FREE:
        raise Refused("order_moved_on")
    if payment_orders.contradicted(given.session, [given.order.id]):
        raise Refused("contradicted")
    return given.order


_ACTIONS: dict[str, Callable[[OrderGiven], None]] = {
    "again": _again,
    "correct_account": _correct_account,
    "accept": _accept,
    "not_a_double": _not_a_double,
    "this_year": _this_year,
    "pay_again": _pay_again,
    "claim_back": _claim_back,
    "keep": _keep,
    "drop": _drop,
}
