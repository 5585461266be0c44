"""Finding payments by what somebody has before them: a name, a receipt number, an account, a message number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from config.case_code import RECEIPT_NO
from dashboard.reads.payment_list import PaymentRow, rows_of
from dashboard.reads.payment_orders import OrderRow, Wanted, orders_about, page_of
from queues import crypto
from queues.models import Payment

SOME = 200
"""Rows shown; who has more is looked for by a narrower word."""


def payments_found(session: Session, words: str) -> list[PaymentRow]:
    """Payments that fit, the newest first: of a person or employer by the whole name, of a case, of an order, to an
    account, under a message number, or under a name in ISO 20022 files."""
    words = " ".join(words.split())
    if not words:
        return []
    query = select(Payment).where(_fits(session, words)).order_by(col(Payment.id).desc()).limit(SOME)
    return rows_of(session, session.exec(query).all(), with_batch=True)


def orders_found(session: Session, words: str) -> Sequence[OrderRow]:
    """Orders that fit and that no payment was made for yet."""
    listed = page_of(session, Wanted(state="", words=words), size=SOME)
    ids = [row.order.id for row in listed.rows]
    if not ids:
        return []
    paid = set(session.exec(select(Payment.order_id).where(col(Payment.order_id).in_(ids))).all())
    return [row for row in listed.rows if row.order.id not in paid]


def _fits(session: Session, words: str) -> Any:
    digits = re.sub(r"[\s-]", "", words)
    if digits.isdigit() and len(digits) >= 8 and not re.fullmatch(RECEIPT_NO, words.upper()):
        return col(Payment.account_index) == crypto.blind_index("account", digits)
    if digits.isdigit() and len(digits) <= 6:
        return or_(col(Payment.number) == int(digits), col(Payment.id) == int(digits))
    if orders := orders_about(session, words):
        return col(Payment.order_id).in_(orders)
    return col(Payment.end_to_end) == words
