"""Limits per transfer, per batch and per day, looked at when a batch is made, approved and begun.

``payment_limits.yaml`` says how much. What is to leave on a day counts for all batches of the fund together, what
has left as well as what is still to leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from config.funds import load_funds
from config.payment_limits import load_payment_limits
from queues import days
from queues.errors import BackOfficeError
from queues.models import PaymentBatch


@dataclass(frozen=True, slots=True)
class Exceeded:
    """One limit that does not hold.

    code      "transfer", "batch_won", "batch_payments" or "day"
    limit, found  in won, of "batch_payments" in payments; payments: ids of some above the limit of one transfer
    text      Korean, for people
    """

    code: str
    limit: int
    found: int
    text: str
    payments: tuple[int, ...] = ()


class LimitExceeded(BackOfficeError):
    """A batch is above a limit; nothing was done. `exceeded` says above which; text: Korean, for people."""

    def __init__(self, exceeded: Sequence[Exceeded]) -> None:
        super().__init__(" ".join(one.text for one in exceeded))
        self.exceeded = tuple(exceeded)
        self.text = str(self)


def require(session: Session, batch: PaymentBatch) -> None:
    """Raises `LimitExceeded`. Until the transaction ends nobody else looks at the limits of that fund and day."""
    if found := exceeded(session, batch):
        raise LimitExceeded(found)


def before_sending(session: Session, batch: PaymentBatch) -> str | None:
    """The code of the first limit that does not hold when a run begins, or None.

    "year": the money of its fiscal year may not leave any more (``funds.yaml``, closing).
    """
    if days.today() > load_funds().closing.last_day(batch.fiscal_year):
        return "year"
    found = exceeded(session, batch)
    return found[0].code if found else None


def exceeded(session: Session, batch: PaymentBatch, *, lock: bool = True) -> list[Exceeded]:
    """The limits that do not hold for what of the batch is still to leave or leaves today.

    lock  nobody else looks at that fund and day until the transaction ends; False only to show them
    """
    session.flush()
    on = max(batch.pay_on, days.today())
    if lock:
        session.execute(_ONE_AT_A_TIME, {"name": f"payment day:{batch.fund}:{on}"})
    limits = load_payment_limits().of(batch.fund)
    found = _transfers(session, batch)
    count, won = session.execute(_OWN, {"batch": batch.id}).one()
    if won > limits.batch_won:
        found.append(
            Exceeded(
                "batch_won", limits.batch_won, won,
                f"배치 합계 {won:,}원이 한도 {limits.batch_won:,}원을 넘습니다.",
            )
        )  # fmt: skip
    if count > limits.batch_payments:
        found.append(
            Exceeded(
                "batch_payments", limits.batch_payments, count,
                f"배치 {count:,}건이 한도 {limits.batch_payments:,}건을 넘습니다.",
            )
        )  # fmt: skip
    day_won = _of_day(session, batch, on)
    if day_won > limits.day_won:
        text_ = f"{on:%Y-%m-%d}에 나갈 합계 {day_won:,}원이 1일 한도 {limits.day_won:,}원을 넘습니다."
        found.append(Exceeded("day", limits.day_won, day_won, text_))
    return found


def _transfers(session: Session, batch: PaymentBatch) -> list[Exceeded]:
    """One for each program of which payments are above the limit of one transfer."""
    limits = load_payment_limits()
    found = []
    for program, most in session.execute(_LARGEST, {"batch": batch.id}).all():
        limit = limits.transfer_won(batch.fund, program)
        if most <= limit:
            continue
        values: dict[str, Any] = {"batch": batch.id, "program": program, "limit": limit}
        ids = tuple(session.execute(_ABOVE, values).scalars())
        told = f"1건 한도 {limit:,}원을 넘는 지급이 있습니다(가장 큰 금액 {most:,}원)."
        found.append(Exceeded("transfer", limit, most, told, ids))
    return found


def _of_day(session: Session, batch: PaymentBatch, on: date) -> int:
    """Won that left the fund on a day, were not refused, and are to leave it on that day, with those of the batch."""
    values = {"fund": batch.fund, "on": on, "batch": batch.id, "today": days.today()}
    return int(session.execute(_LEFT, values).scalar_one()) + int(
        session.execute(_TO_LEAVE, values).scalar_one()
    )


_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_OWN = text("""
    SELECT count(*), coalesce(sum(amount_won), 0)::bigint FROM payment
    WHERE batch_id = :batch AND state NOT IN ('cancelled', 'rejected')
""")
_LARGEST = text("""
    SELECT o.program, max(p.amount_won) FROM payment p JOIN payment_order o ON o.id = p.order_id
    WHERE p.batch_id = :batch AND p.state <> 'cancelled' GROUP BY o.program ORDER BY o.program
""")
_ABOVE = text("""
    SELECT p.id FROM payment p JOIN payment_order o ON o.id = p.order_id
    WHERE p.batch_id = :batch AND p.state <> 'cancelled' AND o.program = :program AND p.amount_won > :limit
    ORDER BY p.amount_won DESC, p.id LIMIT 100
""")
_LEFT = text("""
    SELECT coalesce(sum(p.amount_won), 0)::bigint FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    WHERE p.sent_on = :on AND b.fund = :fund
    AND p.state IN ('sending', 'unknown', 'accepted', 'settled', 'returned')
""")
_TO_LEAVE = text("""
    SELECT coalesce(sum(p.amount_won), 0)::bigint FROM payment_batch b JOIN payment p ON p.batch_id = b.id
    WHERE b.fund = :fund AND (b.id = :batch OR b.state NOT IN ('stopped', 'done', 'closed', 'cancelled')
        AND (b.pay_on = :on OR b.pay_on < :on AND CAST(:on AS date) = :today
            AND b.state IN ('approved', 'running', 'paused')))
    AND p.state IN ('draft', 'held', 'name_checked', 'approved')
""")
