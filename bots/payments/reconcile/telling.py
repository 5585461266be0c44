"""The payee is told that money is on its way to the account, once it certainly is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from config.banks import bank_title
from config.funds import load_funds
from config.notice_kinds import load_notice_kinds
from config.programs import load_programs
from queues import crypto, masking, notices
from queues.models import Application, Payment, PaymentOrder

KIND = "payment"


def announce_paid(session: Session, payment_ids: Sequence[int], actor: str) -> int:
    """A notice for each payment under its own key; none where ``notices.yaml`` has them not made by themselves."""
    if not load_notice_kinds().kinds[KIND].automatic:
        return 0
    query = (
        select(Payment, PaymentOrder, Application)
        .join(PaymentOrder, col(PaymentOrder.id) == col(Payment.order_id))
        .join(Application, col(Application.id) == col(PaymentOrder.application_id))
        .where(col(Payment.id).in_(payment_ids))
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
