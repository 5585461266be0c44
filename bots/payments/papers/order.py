"""What 지출결의서 says."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from bots.payments.papers.agreed import approvals
from bots.payments.papers.in_words import won_in_words
from bots.payments.papers.render import day
from config.banks import bank_title
from config.budget_items import LEVELS
from config.funds import load_funds
from config.programs import load_programs
from ocr.forms import default_forms
from queues import days, masking, payment_orders
from queues.models import Application, BudgetItem, Decision, Document, Payment, PaymentOrder
from queues.payment_orders import DEAD


def values_of(session: Session, order: PaymentOrder) -> dict[str, Any]:
    """The values of the template ``payment_order.html.j2``; the account is masked."""
    decision = session.get_one(Decision, order.decision_id)
    application = session.get_one(Application, order.application_id)
    funds, payee = load_funds(), payment_orders.payee_of(order)
    program, paid = load_programs().get(order.program), funds.of(order.program)
    deducted = sum(int(one["won"]) for one in order.deductions)
    return {
        "number": order.number or "",
        "made_on": day(days.day_of(order.created_at)),
        "fund": funds.title(order.fund),
        "fiscal_year": order.fiscal_year,
        "item": _item(session, order),
        "won": order.amount_won,
        "won_in_words": won_in_words(order.amount_won),
        "decided_won": order.decided_won,
        "deducted_won": deducted,
        "deductions": [
            {"title": funds.deductions.get(one["kind"], one["kind"]), "won": one["won"]}
            for one in order.deductions
        ],
        "cut_won": order.decided_won - deducted - order.amount_won,
        "program": program.title if program else order.program,
        "purpose": paid.purpose if paid else "",
        "claim_no": order.claim_no,
        "period_from": day(order.period_from),
        "period_until": day(order.period_until or order.period_from),
        "receipt_no": application.receipt_no,
        "to_employer": order.employer_id is not None,
        "payee": payee.name,
        "bank": bank_title(payee.bank_code),
        "account_masked": masking.account(payee.account),
        "legal_ground": order.legal_ground,
        "decided_on": day(decision.decided_on),
        "document_no": decision.document_no,
        "documents": _documents(session, order),
        "approvals": approvals(session, _batch_of(session, order)),
    }


def _item(session: Session, order: PaymentOrder) -> list[dict[str, str]]:
    item = session.get(BudgetItem, order.budget_item_id) if order.budget_item_id else None
    codes = item.code.split("-") if item else []
    titles = item.title.split(" > ") if item else []
    return [
        {"level": level, "code": _at(codes, place), "title": _at(titles, place)}
        for place, level in enumerate(LEVELS)
    ]


def _at(parts: list[str], place: int) -> str:
    return parts[place] if place < len(parts) else ""


def _documents(session: Session, order: PaymentOrder) -> list[dict[str, Any]]:
    query = select(Document).where(col(Document.id).in_(order.documents)).order_by(col(Document.id))
    forms = default_forms()
    return [
        {"title": forms[d.type].title if d.type in forms else d.type, "pages": len(d.pages)}
        for d in session.exec(query)
    ]


def _batch_of(session: Session, order: PaymentOrder) -> int | None:
    """The batch that it is in now."""
    query = select(Payment.batch_id).where(Payment.order_id == order.id, col(Payment.state).not_in(DEAD))
    return session.exec(query).first()
