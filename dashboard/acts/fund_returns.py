"""반납: asking back what was paid without ground, taking note of what came in, entering it; by right, noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sqlmodel import Session

from dashboard.acts.decisions import Refused
from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import days, fund_returns, payment_orders
from queues.fund_returns import NotReturnable
from queues.models import FundReturn, OrderState, PaymentOrder

LONGEST = 1000


def ask(
    session: Session,
    visitor: Visitor,
    order_id: int,
    *,
    won: int,
    cause: str,
    due_on: date,
    comment: str,
    key: str,
) -> FundReturn:
    """반납고지 of so many won of what an order paid.

    cause  a code of `fund_returns.CAUSES`; key: of the form, so that pressing twice asks once

    Raises `NotAllowed`, `Refused`.
    """
    require(visitor, Right.BUDGET)
    if session.get(PaymentOrder, order_id) is None:
        raise Refused("없는 지출결의입니다.")
    order = payment_orders.hold(session, order_id)
    if order.state != OrderState.PAID:
        raise Refused("지급이 끝난 지출결의만 반납을 구할 수 있습니다.")
    if due_on < days.today():
        raise Refused("납부 기한이 지났습니다.", "due_on")
    if not comment.strip():
        raise Refused("반납 사유를 적어 주십시오.", "comment")
    if not key:
        raise Refused("화면을 새로 열어 다시 적어 주십시오.")
    with _possible("won"):
        return fund_returns.ask(
            session, order, won, cause, due_on, visitor.actor,
            key=f"asked:{visitor.account_id}:{key}", comment=comment.strip()[:LONGEST],
        )  # fmt: skip


def receive(session: Session, visitor: Visitor, return_id: int, on: date) -> FundReturn:
    """The money came in on that day. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.RECONCILE)
    _known(session, return_id)
    with _possible("on"):
        return fund_returns.receive(session, return_id, on, visitor.actor)


def book(session: Session, visitor: Visitor, return_id: int) -> str:
    """Enter it: "refund" (여입) or "revenue" (세입). Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.BUDGET)
    _known(session, return_id)
    with _possible():
        return fund_returns.book(session, return_id, visitor.actor)


def cancel(session: Session, visitor: Visitor, return_id: int, reason: str) -> None:
    """Nothing is asked back any more. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.BUDGET)
    _known(session, return_id)
    if not reason.strip():
        raise Refused("취소 사유를 적어 주십시오.", "reason")
    with _possible():
        fund_returns.cancel(session, return_id, reason.strip()[:LONGEST], visitor.actor)


def _known(session: Session, return_id: int) -> None:
    if session.get(FundReturn, return_id) is None:
        raise Refused("없는 반납 건입니다.")


@contextmanager
def _possible(field: str = "") -> Iterator[None]:
    try:
        yield
    except NotReturnable as refused:
        raise Refused(refused.text, field) from None
