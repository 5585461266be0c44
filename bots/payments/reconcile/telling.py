"""payments.tell: the payee is told that money was paid into the account, once it certainly was.

Settling only leaves word of whom to tell, in its own transaction: to make thousands of notices in it would keep
everybody else from their batches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from config.banks import bank_title
from config.funds import load_funds
from config.notice_kinds import load_notice_kinds
from config.programs import load_programs
from queues import crypto, masking, notices, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Application, Payment, PaymentOrder, PaymentState

KIND, TELL = "payment", "payments.tell"
ACTOR = f"bot:{TELL}"
_AT_ONCE = 20


@bot(TELL, title="지급 통지 알림", concurrency=1, patient=True)
def run(item: Work) -> Outcome:
    """Announce a notice for each payment of the item; a few at a time, each time all or none."""
    ids = [int(one) for one in item.payload["payment_ids"]]
    told = 0
    for begin in range(0, len(ids), _AT_ONCE):
        with record() as session:
            told += announce_paid(session, ids[begin : begin + _AT_ONCE], ACTOR)
        item.progress(min(begin + _AT_ONCE, len(ids)), len(ids))
    return Outcome(counts={"announced": told} if told else {}, idle=not told)


def tell_later(session: Session, payment_ids: Sequence[int], actor: str) -> None:
    """Have the payees of these payments told, if the caller's transaction commits."""
    if payment_ids and load_notice_kinds().kinds[KIND].automatic:
        work.add(
            session,
            TELL,
            f"payment:{payment_ids[0]}",  # a payment is settled once, and so is the first of a block
            payload={"payment_ids": list(payment_ids)},
            actor=actor,
        )


def announce_paid(session: Session, payment_ids: Sequence[int], actor: str) -> int:
    """A notice for each of these that is still settled, under a key of its own; how many."""
    query = (
        select(Payment, PaymentOrder, Application)
        .join(PaymentOrder, col(PaymentOrder.id) == col(Payment.order_id))
        .join(Application, col(Application.id) == col(PaymentOrder.application_id))
        .where(col(Payment.id).in_(payment_ids), Payment.state == PaymentState.SETTLED)
        .order_by(col(Payment.id))
    )
    rows = session.exec(query).all()
    for payment, order, application in rows:
        notices.announce(
            session,
            KIND,
            application,
            f"payment:{payment.id}:paid",
            _values(payment, order),
            to_employer=order.person_id is None and order.employer_id is not None,
            actor=actor,
        )
    return len(rows)


def _values(payment: Payment, order: PaymentOrder) -> dict[str, Any]:
    account = crypto.open_(payment.account_enc) if payment.account_enc else ""
    told: dict[str, Any] = {
        "paid_on": (payment.sent_on or order.created_at.date()).isoformat(),
        "paid_for": paid_for(order),
        "amount": payment.amount_won,
        "bank": bank_title(payment.bank_code),
        "account_masked": masking.account(account),
    }
    if order.deductions:
        told["items"] = _items(order)
    return told


def paid_for(order: PaymentOrder) -> str:
    """What an order is for, as the payee knows it: 구직급여 제3차 (2026. 10. 1. ~ 2026. 10. 28.)."""
    program = load_programs().get(order.program)
    words = [program.title if program else order.program]
    if order.claim_no:
        words.append(f"제{order.claim_no}차")
    if order.period_from and order.period_until:
        words.append(f"({_day(order.period_from)} ~ {_day(order.period_until)})")
    return " ".join(words)[:120]


def _day(day: Any) -> str:
    return f"{day.year}. {day.month}. {day.day}."


def _items(order: PaymentOrder) -> list[dict[str, Any]]:
    """결정액, less deductions; what is left over goes by the rule that cuts to 10 won (국고금 관리법 제47조)."""
    rows: list[dict[str, Any]] = [{"label": "결정액", "amount": order.decided_won}]
    for one in order.deductions:
        label = load_funds().deductions.get(str(one.get("kind")), "공제")
        rows.append({"label": label, "amount": -int(one["won"])})
    rest = order.amount_won - sum(row["amount"] for row in rows)
    if rest:
        rows.append({"label": "10원 미만 버림", "amount": rest})
    return rows
