"""예산: items of a year, what is allotted to them, the close of the year; by right, noted."""

from __future__ import annotations

import re

from sqlmodel import Session

from config.budget_items import LEVELS
from config.funds import load_funds
from dashboard.acts.decisions import Refused
from dashboard.acts.rights import Right, require
from dashboard.visitor import Visitor
from queues import audit, budgets, days
from queues.budgets import NoBudget
from queues.models import BudgetItem
from queues.sealed_fields import sealed_comment

LARGEST_WON = 10**15
LONGEST = 1000


def open_item(
    session: Session, visitor: Visitor, *, fiscal_year: int, fund: str, code: str, title: str
) -> BudgetItem:
    """An item of a year and fund, by code (프로그램-단위사업-세부사업-목-세목) and the names of its parts.

    The same again is the same item. Raises `NotAllowed`, `Refused`.
    """
    require(visitor, Right.BUDGET)
    if fund not in load_funds().funds:
        raise Refused("회계·기금을 골라 주십시오.", "fund")
    if not days.today().year - 1 <= fiscal_year <= days.today().year + 1:
        raise Refused("회계연도는 지난해부터 내년까지 쓸 수 있습니다.", "fiscal_year")
    parts = [part.strip() for part in code.split("-")]
    if len(parts) != len(LEVELS) or not all(re.fullmatch(r"[0-9A-Za-z]{1,10}", part) for part in parts):
        raise Refused(f"예산과목은 {'-'.join(LEVELS)} 순서로 숫자와 영문자로 적습니다.", "code")
    names = [name.strip() for name in title.split(">")]
    if len(names) != len(LEVELS) or not all(names):
        raise Refused(f"과목 이름은 {' > '.join(LEVELS)} 순서로 적습니다.", "title")
    return budgets.open_item(session, fiscal_year, fund, "-".join(parts), " > ".join(names), visitor.actor)


def allot(
    session: Session, visitor: Visitor, item_id: int, amount_won: int, reason: str, key: str
) -> BudgetItem:
    """자금배정: raise what may be spent of an item, or cut it (below 0).

    key  of the form: pressed twice it is booked once. Raises `NotAllowed`, `Refused`.
    """
    require(visitor, Right.BUDGET)
    item = session.get(BudgetItem, item_id)
    if item is None:
        raise Refused("없는 예산과목입니다.")
    if amount_won == 0 or abs(amount_won) > LARGEST_WON:
        raise Refused("배정액을 원 단위로 적어 주십시오. 줄일 때는 음수로 적습니다.", "amount_won")
    why = reason.strip()[:LONGEST]
    if not why:
        raise Refused("배정 사유(배정 문서번호)를 적어 주십시오.", "reason")
    if not key:
        raise Refused("화면을 새로 열어 다시 적어 주십시오.")
    try:
        budgets.allot(
            session, item_id, amount_won, f"allotment:{visitor.account_id}:{key}", visitor.actor, reason=why
        )
    except NoBudget as refused:
        raise Refused(refused.text, "amount_won") from None
    return item


def close_year(session: Session, visitor: Visitor, fiscal_year: int, fund: str, comment: str = "") -> None:
    """회계연도 마감: nothing more is committed on the items of a year and fund. Raises `NotAllowed`, `Refused`."""
    require(visitor, Right.BUDGET)
    if fund not in load_funds().funds:
        raise Refused("회계·기금을 골라 주십시오.", "fund")
    if fiscal_year >= days.today().year:
        raise Refused("아직 끝나지 않은 회계연도입니다.", "fiscal_year")
    try:
        budgets.close_year(session, fiscal_year, fund, visitor.actor)
    except NoBudget as refused:
        raise Refused(refused.text) from None
    if comment.strip():
        audit.record(
            session, visitor.actor, "budget.close.why", "budget", f"{fiscal_year}:{fund}",
            **sealed_comment(comment.strip()[:LONGEST]),
        )  # fmt: skip
