"""반납: money that was paid and is not owed comes back, and is entered where it belongs.

여입 (into the item of the same year, which may then be spent again) while the year of the payment is open; else
세입 (revenue of the year in which it comes).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from queues import audit, crypto, days
from queues.errors import BackOfficeError
from queues.models import BudgetEntry, BudgetItem, FundReturn, FundReturnState, PaymentOrder
from queues.sealed_fields import sealed_comment

REFUND, REVENUE = "refund", "revenue"
CAUSES = {
    "taken_back": "지급 결정 취소",
    "overpaid": "과다 지급",
    "wrong_payee": "오지급",
    "fraud": "부정수급",
    "given_back": "자진 반납",
}
"""Why money is asked back."""


class NotReturnable(BackOfficeError):
    """It cannot be asked back, taken in or entered as things stand; nothing was done. `text`: Korean."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def ask(
    session: Session,
    order: PaymentOrder,
    won: int,
    cause: str,
    due_on: date | None,
    actor: str,
    *,
    key: str,
    payment_id: int | None = None,
    comment: str = "",
) -> FundReturn:
    """반납고지: have a payee pay back so much of what an order paid; the same key again is the same.

    The order's row is held. Raises `NotReturnable` for more than was paid.
    """
    if cause not in CAUSES:
        raise NotReturnable("unknown_cause", f"알 수 없는 반납 사유입니다: {cause}")
    known = session.exec(select(FundReturn).where(FundReturn.key == key)).one_or_none()
    if known is not None:
        return known
    if not 0 < won <= order.amount_won - _asked(session, order.id):
        raise NotReturnable(
            "too_much", f"지급액 {order.amount_won:,}원에서 이미 반납을 구한 금액을 뺀 것보다 많습니다."
        )
    asked = FundReturn(
        key=key, order_id=order.id, payment_id=payment_id, amount_won=won, cause=cause,
        asked_on=days.today(), due_on=due_on, made_by=actor,
        comment_enc=crypto.seal(comment) if comment else None,
    )  # fmt: skip
    session.add(asked)
    session.flush()
    audit.record(
        session, actor, "fund_return.ask", "fund_return", asked.id, order=order.id, won=won, cause=cause
    )
    return asked


def receive(session: Session, return_id: int, on: date, actor: str) -> FundReturn:
    """The money came in on that day. Raises `NotReturnable` for one that was not waited for, or a day to come."""
    found = _held(session, return_id)
    if found.state == FundReturnState.RECEIVED and found.received_on == on:
        return found
    if found.state != FundReturnState.ASKED or not found.asked_on <= on <= days.today():
        raise NotReturnable("not_waited_for", "납부를 기다리는 반납 건이 아니거나 날짜가 맞지 않습니다.")
    found.received_on = on
    _move(session, found, FundReturnState.RECEIVED, actor)
    return found


def book(session: Session, return_id: int, actor: str) -> str:
    """Enter what came in: "refund" (여입) or "revenue" (세입). The same return is entered once.

    Raises `NotReturnable` for one that did not come in.
    """
    found = _held(session, return_id)
    if found.state == FundReturnState.BOOKED:
        return found.booked_as
    if found.state != FundReturnState.RECEIVED or found.received_on is None:
        raise NotReturnable("not_received", "납부가 확인되지 않은 반납 건입니다.")
    order = session.get_one(PaymentOrder, found.order_id)
    query = select(BudgetItem).where(BudgetItem.id == order.budget_item_id).with_for_update()
    item = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    same_year = item is not None and item.closed_at is None and found.received_on.year == item.fiscal_year
    found.booked_as = REFUND if same_year else REVENUE
    if item is not None and same_year:
        session.execute(
            insert(BudgetEntry)
            .values(
                item_id=item.id, kind="return", key=f"return:{found.id}", amount_won=found.amount_won,
                order_id=order.id, payment_id=found.payment_id, on=found.received_on, reason=found.cause,
                actor=actor,
            )
            .on_conflict_do_nothing(index_elements=["key"])
        )  # fmt: skip
        session.refresh(item)
    _move(session, found, FundReturnState.BOOKED, actor)
    return found.booked_as


def cancel(session: Session, return_id: int, comment: str, actor: str) -> None:
    """Nothing is asked back any more; the comment is kept sealed. Raises `NotReturnable` once the money came in."""
    found = _held(session, return_id)
    if found.state == FundReturnState.CANCELLED:
        return
    if found.state != FundReturnState.ASKED:
        raise NotReturnable("came_in", "이미 납부된 반납 건은 취소할 수 없습니다.")
    _move(session, found, FundReturnState.CANCELLED, actor, comment)


def void(session: Session, order_ids: Sequence[int], actor: str) -> int:
    """What these orders paid did not arrive: what is still asked back of it is asked no more. Returns how many."""
    query = select(FundReturn.id).where(
        col(FundReturn.order_id).in_(order_ids), FundReturn.state == FundReturnState.ASKED
    )
    found = session.exec(query.order_by(col(FundReturn.id))).all()
    for return_id in found:
        cancel(session, return_id, "", actor)
    return len(found)


def listed(
    session: Session, states: tuple[FundReturnState, ...] = (), *, before: int | None = None, limit: int = 100
) -> list[FundReturn]:
    """Returns in these states (all, without any), the newest first."""
    query = select(FundReturn)
    if states:
        query = query.where(col(FundReturn.state).in_([state.value for state in states]))
    if before is not None:
        query = query.where(col(FundReturn.id) < before)
    return list(session.exec(query.order_by(col(FundReturn.id).desc()).limit(limit)))


def overdue(session: Session) -> list[FundReturn]:
    """What should have come back by now, the oldest first."""
    query = select(FundReturn).where(
        FundReturn.state == FundReturnState.ASKED, col(FundReturn.due_on) < days.today()
    )
    return list(session.exec(query.order_by(col(FundReturn.due_on), col(FundReturn.id))))


def _asked(session: Session, order_id: int) -> int:
    query = select(func.coalesce(func.sum(col(FundReturn.amount_won)), 0)).where(
        FundReturn.order_id == order_id, FundReturn.state != FundReturnState.CANCELLED
    )
    return int(session.exec(query).one())


def _held(session: Session, return_id: int) -> FundReturn:
    query = select(FundReturn).where(FundReturn.id == return_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _move(session: Session, found: FundReturn, state: FundReturnState, actor: str, comment: str = "") -> None:
    was, found.state = found.state, state.value
    session.add(found)
    audit.record(
        session, actor, "fund_return.state", "fund_return", found.id,
        was=was, now=state.value, booked_as=found.booked_as, **sealed_comment(comment),
    )  # fmt: skip
