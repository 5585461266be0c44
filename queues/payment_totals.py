"""What a batch comes to, for who agrees to it: totals by state, bank, program and budget item, and some samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Sum:
    """Payments and won of one kind. `code`: of the state, bank or program, of an item its id."""

    code: str
    payments: int
    won: int


@dataclass(frozen=True, slots=True)
class Totals:
    """All of a batch; what was taken off is only in `by_state`. `largest`: ids, the largest amount first."""

    payments: int
    won: int
    largest_won: int
    by_state: tuple[Sum, ...]
    by_bank: tuple[Sum, ...]
    by_program: tuple[Sum, ...]
    by_item: tuple[Sum, ...]
    largest: tuple[int, ...]


def totals(session: Session, batch_id: int) -> Totals:
    """The totals of a batch as it stands, the greatest of each kind first."""
    session.flush()
    values = {"batch": batch_id}
    row = session.execute(_ALL, values).one()
    sums: dict[str, list[Sum]] = {"state": [], "bank": [], "program": [], "item": []}
    for kind, code, count, won in session.execute(_BY, values):
        sums[kind].append(Sum(str(code), count, won))
    return Totals(
        row.payments,
        row.won,
        row.largest_won,
        tuple(sums["state"]),
        tuple(sums["bank"]),
        tuple(sums["program"]),
        tuple(sums["item"]),
        tuple(session.execute(_LARGEST, values).scalars()),
    )


def samples(session: Session, batch_id: int, count: int = 10, *, salt: str = "") -> Sequence[int]:
    """Ids of some payments, taken blindly: the same ones for everybody who looks at the same content.

    salt  the content's hash, so that nobody knows before the line is opened which ones are going to be looked at
    """
    return session.execute(_SAMPLES, {"batch": batch_id, "count": count, "salt": salt}).scalars().all()


_ALL = text("""
    SELECT count(*) AS payments, coalesce(sum(amount_won), 0)::bigint AS won,
        coalesce(max(amount_won), 0) AS largest_won
    FROM payment WHERE batch_id = :batch AND state <> 'cancelled'
""")
_BY = text("""
    SELECT CASE WHEN GROUPING(p.bank_code) = 0 THEN 'bank' WHEN GROUPING(o.program) = 0 THEN 'program'
            ELSE 'item' END AS kind,
        coalesce(p.bank_code, o.program, o.budget_item_id::text) AS code, count(*), sum(p.amount_won)::bigint AS won
    FROM payment p JOIN payment_order o ON o.id = p.order_id WHERE p.batch_id = :batch AND p.state <> 'cancelled'
    GROUP BY GROUPING SETS ((p.bank_code), (o.program), (o.budget_item_id))
    UNION ALL
    SELECT 'state', state, count(*), sum(amount_won)::bigint FROM payment WHERE batch_id = :batch GROUP BY state
    ORDER BY kind, won DESC, code
""")
_LARGEST = text("""
    SELECT id FROM payment WHERE batch_id = :batch AND state <> 'cancelled'
    ORDER BY amount_won DESC, position LIMIT 5
""")
_SAMPLES = text("""
    SELECT id FROM payment WHERE batch_id = :batch AND state <> 'cancelled'
    ORDER BY md5(:salt || '-' || id), id LIMIT :count
""")
