"""지출결의: orders to pay, moved from state to state, many at once.

What an order says is frozen while a batch has it, and it is free again only when none of its payments can still
arrive (trigger `keep_payment_order`). Whoever calls holds batch and payments already; orders come next, the items of
the budget last.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, literal, text
from sqlmodel import Session, col, select

from queues import audit, budget_items, budgets, crypto
from queues.errors import BackOfficeError
from queues.models import OrderState, Payment, PaymentOrder, PaymentState
from queues.work_again import add_again

MAKE = budget_items.ORDERS
LARGEST_WON = 9_999_999_999_999
"""13 digits, what a message of the bank holds."""
DEAD = (PaymentState.REJECTED.value, PaymentState.RETURNED.value, PaymentState.CANCELLED.value)
"""A payment that can no longer arrive."""
ENDED = (OrderState.PAID.value, OrderState.CANCELLED.value)
CONTRADICTION = "contradiction"
"""Why an order is in doubt of which the bank says that it was paid, and our books that it was not."""


class StaleOrder(BackOfficeError):
    """Orders are not what the caller saw any more; nothing was changed. `ids`: some of them."""

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(f"payment orders have moved on: {', '.join(map(str, ids[:10]))}")
        self.ids = tuple(ids)


@dataclass(frozen=True, slots=True)
class Payee:
    """채주: who is paid, and where; `bank_code` three digits, `account` digits."""

    name: str
    bank_code: str
    account: str


def payee_of(order: PaymentOrder) -> Payee:
    """Who an order pays, opened; "" for what is not known."""
    return Payee(
        crypto.open_(order.payee_enc) if order.payee_enc else "",
        order.bank_code,
        crypto.open_(order.account_enc) if order.account_enc else "",
    )


def set_payee(order: PaymentOrder, payee: Payee) -> None:
    """Write payee and account into an order that no batch has."""
    order.payee_enc = crypto.seal(payee.name) if payee.name else None
    order.bank_code = payee.bank_code
    order.account_enc = crypto.seal(payee.account) if payee.account else None
    order.account_index = crypto.blind_index("account", payee.account) if payee.account else None


def content_of(order: PaymentOrder) -> str:
    """SHA-256 of all that an order says; names and accounts enter as keyed hashes."""
    payee = payee_of(order)
    told: dict[str, Any] = {
        "decision": order.decision_id,
        "program": order.program,
        "payee": [order.person_id, order.employer_id, crypto.blind_index("payee", payee.name).hex()],
        "account": [order.bank_code, crypto.blind_index("account", payee.account).hex()],
        "claim": [order.claim_no, order.about],
        "period": [d.isoformat() if d else None for d in (order.period_from, order.period_until)],
        "won": [order.decided_won, order.deductions, order.amount_won],
        "budget": [order.fund, order.fiscal_year, order.budget_item_id],
        "ground": order.legal_ground,
        "documents": order.documents,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def hold(session: Session, order_id: int) -> PaymentOrder:
    """An order as it is now, held until the transaction ends."""
    query = select(PaymentOrder).where(PaymentOrder.id == order_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def ready(
    session: Session,
    fund: str,
    fiscal_year: int,
    *,
    programs: Sequence[str] = (),
    after: int = 0,
    limit: int = 1000,
) -> list[PaymentOrder]:
    """Orders that may go into a batch, by id, a page at a time."""
    query = select(PaymentOrder).where(
        PaymentOrder.state == OrderState.READY,
        PaymentOrder.fund == fund,
        PaymentOrder.fiscal_year == fiscal_year,
        col(PaymentOrder.id) > after,
    )
    if programs:
        query = query.where(col(PaymentOrder.program).in_(programs))
    return list(session.exec(query.order_by(col(PaymentOrder.id)).limit(limit)))


def move(session: Session, order: PaymentOrder, state: OrderState, actor: str, *, reason: str = "") -> None:
    """Change the state of one order, whose row the caller holds, and note it in the audit."""
    was, order.state, order.reason = order.state, state.value, reason
    order.version += 1
    order.ended_at = datetime.now(UTC) if state in ENDED else None
    session.add(order)
    audit.record(
        session, actor, "payment_order.state", "payment_order", order.id,
        was=was, now=state.value, reason=reason,
    )  # fmt: skip


def cancel(session: Session, order: PaymentOrder, reason: str, actor: str) -> None:
    """Nothing is owed any more. Raises `StaleOrder` for one that a batch has or that was paid."""
    if order.state in (OrderState.BATCHED, OrderState.PAID):
        raise StaleOrder([order.id])
    if order.state != OrderState.CANCELLED:
        move(session, order, OrderState.CANCELLED, actor, reason=reason)


def out_of_batch(
    session: Session, order_ids: Sequence[int], reason: str, actor: str, *, doubt: bool = False
) -> None:
    """Orders whose payments can no longer arrive are free for another batch, or in doubt; idempotent.

    doubt  a person has to look first (the bank refused, the money came back); the caller asks

    What stood committed for their dead payments is given back; `budgets.came_back` goes before where one was
    booked as paid. One that may have been paid already (`contradicted`) is in doubt, whatever the caller says.
    Raises `StaleOrder`, and nothing is changed, when a payment of one of them is alive.
    """
    ids = _locked(session, order_ids)
    alive = select(Payment.order_id).where(_among(Payment.order_id, ids), col(Payment.state).not_in(DEAD))
    if still := session.exec(alive).all():
        raise StaleOrder(still)
    to, come_from = OrderState.DOUBT if doubt else OrderState.READY, (OrderState.BATCHED, OrderState.PAID)
    waiting = set() if doubt else contradicted(session, ids)
    _move_all(session, [one for one in ids if one not in waiting], come_from, to, reason, actor)
    _move_all(session, sorted(waiting), come_from, OrderState.DOUBT, CONTRADICTION, actor)
    dead = select(Payment.id).where(_among(Payment.order_id, ids), col(Payment.state).in_(DEAD))
    budgets.release_payments(session, session.exec(dead).all(), reason, None, actor)


def to_doubt(session: Session, order_ids: Sequence[int], reason: str, actor: str) -> int:
    """Orders that are ready wait for a person; others stay as they are. Returns how many went."""
    ids = _locked(session, order_ids)
    return _move_all(session, ids, (OrderState.READY,), OrderState.DOUBT, reason, actor)


def contradicted(session: Session, order_ids: Sequence[int]) -> set[int]:
    """Those of these orders of which nobody has said yet whether a payment was made that counts as not made."""
    session.flush()
    return set(session.execute(_CONTRADICTED, {"ids": list(order_ids)}).scalars())


def into_batch_again(session: Session, order_id: int, actor: str) -> bool:
    """A payment that counted as refused was made after all: its order is where it was, and committed again.

    To be called after the payment's event. False, and nothing is changed, where the order was cancelled, or its
    payment is not alive; where it never left its batch, nothing needs to be done. Raises `NoBudget` when the money
    has been promised to others meanwhile.
    """
    order = hold(session, order_id)
    query = select(Payment.id).where(Payment.order_id == order_id, col(Payment.state).not_in(DEAD))
    payment_id = session.exec(query).one_or_none()
    if payment_id is None or order.state == OrderState.CANCELLED:
        return False
    if order.state not in (OrderState.BATCHED, OrderState.PAID):
        if order.state != OrderState.READY:
            move(session, order, OrderState.READY, actor, reason="paid_after_all")
            session.flush()
        move(session, order, OrderState.BATCHED, actor, reason="paid_after_all")
    budgets.commit_payments(session, [payment_id], budgets.day_within(order.fiscal_year), actor)
    return True


def account_changed(session: Session, application_id: int, actor: str) -> None:
    """The case has another account by now: its orders that no batch has are looked at again."""
    query = select(PaymentOrder.id).where(
        PaymentOrder.application_id == application_id,
        col(PaymentOrder.state).in_((OrderState.READY.value, OrderState.DOUBT.value)),
    )
    if session.exec(query.limit(1)).first() is not None:
        told = {"application_id": application_id}
        add_again(session, MAKE, f"application:{application_id}", payload=told, priority=40, actor=actor)


def mark_paid(session: Session, order_ids: Sequence[int], actor: str) -> int:
    """The bank paid them; orders that are not in a batch stay as they are. Returns how many went."""
    ids = _locked(session, order_ids)
    return _move_all(session, ids, (OrderState.BATCHED,), OrderState.PAID, "", actor)


def _among(column: Any, ids: Sequence[int]) -> ColumnElement[bool]:
    """One parameter, however many they are."""
    return col(column) == any_(literal(list(ids), ARRAY(BigInteger)))


def _locked(session: Session, order_ids: Sequence[int]) -> list[int]:
    session.flush()
    query = select(PaymentOrder.id).where(_among(PaymentOrder.id, order_ids))
    return list(session.exec(query.order_by(col(PaymentOrder.id)).with_for_update()).all())


def _move_all(
    session: Session,
    order_ids: Sequence[int],
    come_from: Sequence[OrderState],
    to: OrderState,
    reason: str,
    actor: str,
) -> int:
    """One statement, with an audit event for each."""
    ended = "clock_timestamp()" if to in ENDED else "NULL"
    moved = session.execute(
        text(_MOVE.format(ended=ended)),
        {
            "ids": list(order_ids),
            "come_from": [s.value for s in come_from],
            "to": to.value,
            "reason": reason,
            "actor": actor,
        },
    ).scalar_one()
    for row in [row for row in session if isinstance(row, PaymentOrder)]:
        session.expire(row)
    return int(moved)


_CONTRADICTED = text("""
    SELECT task.order_id FROM review_task task JOIN payment ON payment.id = task.payment_id
    WHERE task.order_id = ANY(:ids) AND task.kind = 'payment_contradiction'
    AND (task.state IN ('open', 'claimed') OR task.state = 'decided' AND NOT jsonb_exists(task.decision, 'applied_at'))
    AND (payment.state NOT IN ('accepted', 'settled', 'returned') OR payment.state = 'returned' AND EXISTS (
        SELECT 1 FROM payment_event e WHERE e.payment_id = payment.id AND e.reason = 'not_paid_by_bank'))
""")
_MOVE = """
    WITH standing AS (SELECT id, state FROM payment_order WHERE id = ANY(:ids) AND state = ANY(:come_from)),
    moved AS (
        UPDATE payment_order SET state = :to, reason = :reason, version = version + 1, ended_at = {ended}
        FROM standing WHERE payment_order.id = standing.id
        RETURNING payment_order.id, standing.state AS was),
    noted AS (
        INSERT INTO audit_event (actor, action, subject_type, subject_id, detail)
        SELECT CAST(:actor AS text), 'payment_order.state', 'payment_order', id::text,
            jsonb_build_object('was', was, 'now', CAST(:to AS text), 'reason', CAST(:reason AS text))
        FROM moved ORDER BY id)
    SELECT count(*) FROM moved
"""
