"""What a screen shows of days and differences: sums, causes in words, the three ways of a day side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import RowMapping, text
from sqlmodel import Session

from config.differences import cause_named


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of a fund against one counterpart. `open_differences`: nobody has said anything about them yet;
    `undecided`: payments whose fate is not known; `unsettled`: accepted, settled by nothing yet."""

    id: int
    day: date
    fund: str
    channel: str
    state: str
    our_count: int
    our_won: int
    our_back_won: int
    their_count: int | None
    their_won: int | None
    their_back_won: int | None
    difference_won: int
    open_differences: int
    all_differences: int
    undecided: int
    unsettled: int
    compared_at: datetime | None
    signed_by: int | None
    signed_at: datetime | None
    closed_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One difference, with the rows that it leads to. `do`: what a person does about it, in Korean."""

    id: int
    cause: str
    cause_text: str
    what_to_do: str
    payment_id: int | None
    order_id: int | None
    batch_id: int | None
    statement_line_id: int | None
    our_won: int
    their_won: int
    state: str
    explained_by: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the three says was paid on a day, less what came back that day, both payments and won."""

    count: int
    won: int


@dataclass(frozen=True, slots=True)
class ThreeWays:
    """Ours, the bank's and the accounting system's word about a day of a fund; None: not told, or not wholly."""

    ours: Side
    bank: Side | None
    accounting: Side | None

    @property
    def agree(self) -> bool:
        """Whether all three are known and say the same, to the won."""
        return self.bank == self.ours == self.accounting


def overview(session: Session, first: date, last: date) -> list[DayLine]:
    """All days from `first` to `last`, the newest first."""
    rows = session.execute(_OVERVIEW, {"first": first, "last": last}).mappings()
    return [DayLine(**row) for row in rows]


def differences(
    session: Session, bank_day_id: int, *, only_open: bool = False, limit: int = 500
) -> list[DifferenceLine]:
    """What a day does not agree in, open ones first, the largest first."""
    rows = session.execute(_DIFFERENCES, {"id": bank_day_id, "only_open": only_open, "limit": limit})
    found = []
    for row in rows.mappings():
        words = cause_named(row["cause"])
        found.append(DifferenceLine(**row, cause_text=words.title, what_to_do=words.do))
    return found


def three_ways(session: Session, day: date, fund: str) -> ThreeWays:
    """A day of a fund over all channels of the bank, beside the accounting system."""
    rows = session.execute(_THREE, {"day": day, "fund": fund}).mappings().all()
    banks = [row for row in rows if row["channel"] != "accounting"]
    books = [row for row in rows if row["channel"] == "accounting"]
    ours = Side(
        sum(row["our_count"] - row["our_back_count"] for row in banks),
        sum(row["our_won"] - row["our_back_won"] for row in banks),
    )
    return ThreeWays(ours, _theirs(banks), _theirs(books))


def _theirs(rows: Sequence[RowMapping]) -> Side | None:
    count = won = 0
    for row in rows:
        if row["their_count"] is None or row["their_won"] is None:
            return None
        count += row["their_count"] - (row["their_back_count"] or 0)
        won += row["their_won"] - (row["their_back_won"] or 0)
    return Side(count, won) if rows else None


_OVERVIEW = text("""
    SELECT d.id, d.day, d.fund, d.channel, d.state, d.our_count, d.our_won, d.our_back_won, d.their_count,
        d.their_won, d.their_back_won, d.difference_won, coalesce(x.open, 0) AS open_differences,
        coalesce(x.all, 0) AS all_differences, coalesce(p.undecided, 0) AS undecided,
        coalesce(p.unsettled, 0) AS unsettled, d.compared_at, d.signed_by, d.signed_at, d.closed_at, d.version
    FROM bank_day d
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE state = 'open') AS open, count(*) FILTER (WHERE state <> 'resolved') AS all
        FROM difference WHERE bank_day_id = d.id) x ON true
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE p.state <> 'accepted') AS undecided,
            count(*) FILTER (WHERE p.state = 'accepted') AS unsettled
        FROM payment p JOIN payment_batch b ON b.id = p.batch_id
        WHERE p.sent_on = d.day AND p.state IN ('sending', 'unknown', 'accepted')
            AND b.fund = d.fund AND b.channel = d.channel) p ON true
    WHERE d.day BETWEEN :first AND :last
    ORDER BY d.day DESC, d.fund, d.channel = 'accounting', d.channel
""")
_DIFFERENCES = text("""
    SELECT x.id, x.cause, x.payment_id, coalesce(p.order_id, e.order_id) AS order_id, p.batch_id,
        x.statement_line_id, x.our_won, x.their_won, x.state, x.explained_by, x.created_at
    FROM difference x LEFT JOIN payment p ON p.id = x.payment_id
    LEFT JOIN accounting_entry e
        ON e.id = CASE WHEN x.key LIKE '%:entry:%' THEN split_part(x.key, ':', 3)::bigint END
    WHERE x.bank_day_id = :id AND (x.state = 'open' OR NOT :only_open)
    ORDER BY x.state = 'open' DESC, x.state = 'explained' DESC, abs(x.their_won - x.our_won) DESC, x.id
    LIMIT :limit
""")
_THREE = text("""
    SELECT channel, our_count, our_won, our_back_count, our_back_won,
        their_count, their_won, their_back_count, their_back_won
    FROM bank_day WHERE day = :day AND fund = :fund
""")
