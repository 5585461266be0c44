"""An order out of a decision: payee and account, the amount, the item of the budget, ground and papers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from config.banks import bank_named
from config.funds import load_funds
from queues import budgets, crypto, decisions, payment_orders
from queues.days import today
from queues.models import Application, Attachment, Decision, Employer, OrderState, PaymentOrder, Person
from queues.payment_orders import LARGEST_WON, Payee


def draw_up(session: Session, decision: Decision, actor: str) -> PaymentOrder:
    """The order of a decision, a draft where there was none yet. Its row is held."""
    key = f"decision:{decision.id}:1"
    session.execute(
        insert(PaymentOrder)
        .values(
            key=key,
            decision_id=decision.id,
            application_id=decision.application_id,
            program=decision.program,
            decided_won=0,
            amount_won=0,
            fund="",
            fiscal_year=today().year,
            state=OrderState.DRAFT.value,
            made_by=actor,
        )
        .on_conflict_do_nothing(index_elements=["key"])
    )
    query = select(PaymentOrder).where(PaymentOrder.key == key).with_for_update()
    order = session.exec(query.execution_options(populate_existing=True)).one()
    if order.state == OrderState.DRAFT:
        fill(session, order, decision)
    return order


def fill(session: Session, order: PaymentOrder, decision: Decision) -> None:
    """Write into an order that no batch has what the decision and its case say now."""
    application = session.get_one(Application, decision.application_id)
    order.person_id, order.employer_id = decision.person_id, decision.employer_id
    order.claim_no, order.about = decision.claim_no, decision.about
    order.period_from, order.period_until = decision.period_from, decision.period_until
    order.decided_won, order.deductions = decision.amount_won or 0, decision.deductions
    order.amount_won = payable(order.decided_won, order.deductions)
    order.legal_ground = decision.legal_ground or _ground(decision.program)
    order.documents = _papers(session, application)
    payment_orders.set_payee(order, payee(session, decision, application))
    budget(session, order)


def budget(session: Session, order: PaymentOrder) -> None:
    """Name fund and item of this year: what is committed belongs to the year in which it is."""
    order.fund, order.fiscal_year = load_funds().fund_of(order.program), today().year
    item = budgets.item_for(session, order.program, order.fiscal_year)
    order.budget_item_id = item.id if item else None
    session.add(order)
    session.flush()


def payable(decided_won: int, deductions: Iterable[Mapping[str, Any]]) -> int:
    """What is paid of a decided sum, in won: less the deductions, cut to 10 won (국고금 관리법 제47조).

    0 for what is no sum to pay: nothing left, or more than the bank's message holds.
    """
    rest = decided_won - sum(int(one["won"]) for one in deductions)
    return rest // 10 * 10 if 0 < rest <= LARGEST_WON else 0


def payee(session: Session, decision: Decision, application: Application) -> Payee:
    """Who is paid, and where: as the decision names it, else as the case has it."""
    told = decisions.payee_of(decision)
    on_file = _name_on_file(session, decision)
    if told.get("account"):
        bank, account = told.get("bank", ""), told["account"]
    else:
        bank = application.bank
        account = crypto.open_(application.account_enc) if application.account_enc else ""
    return Payee(told.get("name") or on_file, bank_code(bank), account_digits(account))


def bank_code(text: str) -> str:
    """Three digits of a bank by code or name; "" for none that is known."""
    found = bank_named(text) if text else None
    return found.code if found else ""


def account_digits(text: str) -> str:
    """A number of an account without its hyphens and blanks; what else is wrong with it stays to be seen."""
    return re.sub(r"[\s-]", "", text)


def _name_on_file(session: Session, decision: Decision) -> str:
    if decision.employer_id is not None:
        return session.get_one(Employer, decision.employer_id).name.strip()
    return session.get_one(Person, decision.person_id).name.strip() if decision.person_id else ""


def _ground(program: str) -> str:
    paid = load_funds().of(program)
    return paid.legal_ground if paid else ""


def _papers(session: Session, application: Application) -> list[int]:
    query = select(Attachment.document_id).where(
        Attachment.application_id == application.id, col(Attachment.undone_at).is_(None)
    )
    return sorted(set(session.exec(query)))
