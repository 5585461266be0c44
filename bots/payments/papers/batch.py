"""What 지급명세서 says, and the whole list of a batch as XLSX. Rows come from the record a page at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import Workbook
from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.payments.papers.agreed import approvals
from bots.payments.papers.in_words import won_in_words
from bots.payments.papers.render import day
from config.banks import bank_title
from config.funds import load_funds
from config.programs import load_programs
from queues import crypto, masking
from queues.models import Payment, PaymentBatch, PaymentOrder, PaymentState

ON_PAPER = 200
"""So many payments stand on the paper itself; all of them in the list."""
CHANNELS = {"firm": "펌뱅킹 계좌이체", "iso20022": "파일 일괄이체(ISO 20022)"}
_PAGE = 1_000
_HEADS = ("순번", "지급", "결의번호", "제도", "채주", "은행", "계좌번호(가림)", "금액(원)", "적요")

_BY_PROGRAM = text("""
    SELECT payment_order.program, item.code, item.title, count(*) AS count, sum(payment.amount_won) AS won
    FROM payment JOIN payment_order ON payment_order.id = payment.order_id
    LEFT JOIN budget_item item ON item.id = payment_order.budget_item_id
    WHERE payment.batch_id = :batch_id AND payment.state <> 'cancelled'
    GROUP BY 1, 2, 3 ORDER BY 2, 1
""")
_BY_BANK = text("""
    SELECT bank_code, count(*) AS count, sum(amount_won) AS won FROM payment
    WHERE batch_id = :batch_id AND state <> 'cancelled' GROUP BY 1 ORDER BY 3 DESC, 1
""")


class Row(NamedTuple):
    """One payment as the list shows it."""

    position: int
    payment_id: int
    number: str
    program: str
    payee: str
    bank: str
    account_masked: str
    won: int
    purpose: str


def values_of(session: Session, batch: PaymentBatch) -> dict[str, Any]:
    """The values of the template ``payment_list.html.j2``."""
    programs = [_program(row) for row in session.execute(_BY_PROGRAM, {"batch_id": batch.id})]
    banks = [
        {"title": bank_title(row.bank_code), "count": row.count, "won": int(row.won)}
        for row in session.execute(_BY_BANK, {"batch_id": batch.id})
    ]
    won = sum(one["won"] for one in programs)
    first = [row for row, _ in zip(rows(session, batch.id), range(ON_PAPER), strict=False)]
    return {
        "key": batch.key,
        "pay_on": day(batch.pay_on),
        "fund": load_funds().title(batch.fund),
        "fiscal_year": batch.fiscal_year,
        "channel": CHANNELS.get(batch.channel, batch.channel),
        "count": sum(one["count"] for one in programs),
        "won": won,
        "won_in_words": won_in_words(won) if won else "금영원",
        "programs": programs,
        "banks": banks,
        "rows": [
            {n: getattr(r, n) for n in Row._fields if n not in ("payment_id", "program")} for r in first
        ],
        "approvals": approvals(session, batch.id),
    }


def rows(session: Session, batch_id: int) -> Iterator[Row]:
    """The payments of a batch that were not taken off, by position, however many they are."""
    after = 0
    while True:
        query = (
            select(Payment, PaymentOrder.number, PaymentOrder.program)
            .join(PaymentOrder, col(PaymentOrder.id) == col(Payment.order_id))
            .where(
                Payment.batch_id == batch_id,
                Payment.state != PaymentState.CANCELLED,
                col(Payment.position) > after,
            )
            .order_by(col(Payment.position))
            .limit(_PAGE)
        )
        found = session.exec(query).all()
        if not found:
            return
        for payment, number, program in found:
            yield _row(payment, number or "", program)
            session.expunge(payment)
        after = found[-1][0].position


def write_list(session: Session, batch: PaymentBatch, path: Path) -> int:
    """The whole list as XLSX; returns how many payments it has. Memory does not grow with them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("지급명세")
    sheet.append([f"지급명세 {batch.key}", "", "", load_funds().title(batch.fund), batch.pay_on])
    sheet.append(_HEADS)
    count = 0
    for row in rows(session, batch.id):
        sheet.append([_plain(value) for value in row])
        count += 1
    book.save(path)
    return count


def _plain(value: int | str) -> int | str:
    """A name that begins like a formula is no formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _row(payment: Payment, number: str, program: str) -> Row:
    titles = load_programs()
    return Row(
        payment.position,
        payment.id,
        number,
        titles[program].title if program in titles else program,
        crypto.open_(payment.holder_enc) if payment.holder_enc else "",
        bank_title(payment.bank_code),
        masking.account(crypto.open_(payment.account_enc)) if payment.account_enc else "",
        payment.amount_won,
        payment.statement_text,
    )


def _program(row: Any) -> dict[str, Any]:
    titles = load_programs()
    return {
        "title": titles[row.program].title if row.program in titles else row.program,
        "code": row.code or "",
        "item": row.title or "",
        "count": row.count,
        "won": int(row.won),
    }
