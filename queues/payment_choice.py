"""Which orders go into a batch: those named, or all that are ready by a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

from config.funds import load_funds
from config.payment_limits import load_payment_limits
from queues.errors import BackOfficeError
from queues.models import PaymentOrder

WHY_NOT = {
    "missing": "없는 지출결의입니다.",
    "state": "지급 대기 상태가 아닌 지출결의입니다.",
    "fund": "회계·기금이 배치와 다릅니다.",
    "fiscal_year": "회계연도가 배치와 다릅니다.",
    "budget": "예산과목이 없거나 회계·연도가 다릅니다.",
    "account": "계좌나 예금주가 없습니다.",
    "program": "제도의 재원이 funds.yaml에 없습니다.",
    "taken_back": "지급 결정이 취소되었습니다.",
    "alive": "다른 배치에서 지급 중인 지출결의입니다.",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """All ready orders of a fund and fiscal year, the oldest first, as many as the limits of one batch admit.

    programs  codes; () for all. most: so many payments at most. What is above the limit of one transfer is left.
    """

    fund: str
    fiscal_year: int
    programs: tuple[str, ...] = ()
    most: int | None = None


class NotPayable(BackOfficeError):
    """Some orders cannot go into the batch; nothing was made.

    why  by code of `WHY_NOT`: ids of orders, at most ten each; text: Korean, for people, without personal data
    """

    def __init__(self, why: dict[str, list[int]]) -> None:
        told = " ".join(f"{WHY_NOT[code]} (지출결의 {_some(ids)})" for code, ids in sorted(why.items()))
        super().__init__(told or "지급할 지출결의가 없습니다.")
        self.why = why
        self.text = str(self)


def _some(ids: Sequence[int]) -> str:
    return ", ".join(map(str, ids[:5])) + (" 등" if len(ids) > 5 else "")


def chosen(session: Session, rule: Rule) -> list[int]:
    """The ids of the orders that a rule takes, in the order of their ids."""
    limits = load_payment_limits()
    most = min(rule.most or limits.of(rule.fund).batch_payments, limits.of(rule.fund).batch_payments)
    found = session.execute(
        _READY,
        {
            "fund": rule.fund,
            "year": rule.fiscal_year,
            "programs": list(rule.programs) or None,
            "codes": list(limits.programs),
            "limits": [limits.transfer_won(rule.fund, code) for code in limits.programs],
            "transfer": limits.of(rule.fund).transfer_won,
            "most": most,
            "won": limits.of(rule.fund).batch_won,
        },
    )
    return [row.id for row in found]


_READY = text("""
    SELECT id FROM (
        SELECT o.id, sum(o.amount_won) OVER (ORDER BY o.id) AS won, row_number() OVER (ORDER BY o.id) AS place
        FROM payment_order o JOIN decision d ON d.id = o.decision_id
        LEFT JOIN unnest(CAST(:codes AS text[]), CAST(:limits AS bigint[])) AS own(program, most)
            ON own.program = o.program
        WHERE o.state = 'ready' AND o.fund = :fund AND o.fiscal_year = :year AND d.taken_back_at IS NULL
        AND (CAST(:programs AS text[]) IS NULL OR o.program = ANY(CAST(:programs AS text[])))
        AND o.amount_won <= coalesce(own.most, :transfer)) fitting
    WHERE place <= :most AND won <= :won ORDER BY id
""")


def held(session: Session, order_ids: Sequence[int], fund: str, fiscal_year: int) -> list[int]:
    """The orders locked until the transaction ends, in the order of their ids.

    Raises `NotPayable` unless all of them can be paid from that fund and year.
    """
    ids = sorted(set(order_ids))
    if not ids:
        raise NotPayable({})
    found = session.execute(_HELD, {"ids": ids}).scalars().all()
    values: dict[str, Any] = {
        "ids": ids,
        "fund": fund,
        "year": fiscal_year,
        "programs": list(load_funds().programs),
    }
    why: dict[str, list[int]] = {}
    if missing := sorted(set(ids) - set(found)):
        why["missing"] = missing[:10]
    for code, some in session.execute(_WHY_NOT, values):
        why[code] = list(some)
    if why:
        raise NotPayable(why)
    return ids


_HELD = text("SELECT id FROM payment_order WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE")
_WHY_NOT = text("""
    SELECT code, (array_agg(id ORDER BY id))[1:10] FROM (
        SELECT o.id, CASE
            WHEN o.state <> 'ready' THEN 'state'
            WHEN d.taken_back_at IS NOT NULL THEN 'taken_back'
            WHEN o.fund <> :fund THEN 'fund'
            WHEN o.fiscal_year <> :year THEN 'fiscal_year'
            WHEN item.id IS NULL OR item.fund <> o.fund OR item.fiscal_year <> o.fiscal_year THEN 'budget'
            WHEN o.payee_enc IS NULL OR o.account_enc IS NULL OR o.account_index IS NULL
                OR o.bank_code !~ '^[0-9]{3}$' THEN 'account'
            WHEN NOT o.program = ANY(:programs) THEN 'program'
            WHEN EXISTS (SELECT 1 FROM payment p WHERE p.order_id = o.id
                AND p.state NOT IN ('rejected', 'returned', 'cancelled')) THEN 'alive'
            END AS code
        FROM payment_order o JOIN decision d ON d.id = o.decision_id
        LEFT JOIN budget_item item ON item.id = o.budget_item_id WHERE o.id = ANY(:ids)) looked
    WHERE code IS NOT NULL GROUP BY code
""")


def fund_and_year(session: Session, order_ids: Sequence[int]) -> tuple[str, int]:
    """Fund and fiscal year of the first of some orders. Raises `NotPayable` where there is none."""
    query = select(PaymentOrder.fund, PaymentOrder.fiscal_year).where(
        PaymentOrder.id == min(order_ids, default=0)
    )
    row = session.exec(query).one_or_none()
    if row is None:
        raise NotPayable({"missing": list(order_ids[:10])})
    return row[0], row[1]
