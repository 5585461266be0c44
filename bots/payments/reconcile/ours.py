"""What a day comes to by our ledger.

A transfer belongs to the day on which it was sent, or on which the bank's statement has it booked; money that came
back, to the day on which the bank booked it or else told of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import text
from sqlmodel import Session

from queues import days

LEARNT_WITHIN = timedelta(days=14)
"""So long after a return at most do we note it; keeps the search for returns of a day short."""


@dataclass(frozen=True, slots=True)
class DayKey:
    """One day of one fund's account over one channel."""

    day: date
    fund: str
    channel: str

    def to_dict(self) -> dict[str, object]:
        return {"day": self.day, "fund": self.fund, "channel": self.channel}


@dataclass(frozen=True, slots=True)
class Ours:
    """paid: what the bank said yes to, also where it came back later; back: what came back that day, in won;
    undecided: payments of the day whose fate is not known; running: batches that still send."""

    paid_count: int
    paid_won: int
    back_count: int
    back_won: int
    undecided: int
    running: int

    @property
    def sums(self) -> tuple[int, int, int]:
        return self.paid_count, self.paid_won, self.back_won


def ours(session: Session, key: DayKey) -> Ours:
    """The sums of a day as the ledger has them now."""
    given = given_for(key)
    paid = session.execute(_PAID, given).one()
    back = session.execute(_BACK, given).one()
    rest = session.execute(_REST, given).one()
    return Ours(
        int(paid.rows), int(paid.won), int(back.rows), int(back.won), int(rest.undecided), int(rest.running)
    )


def given_for(key: DayKey) -> dict[str, object]:
    """The parameters of `PAID_ROWS` and `BACK_ROWS`."""
    begins = days.begins(key.day)
    return key.to_dict() | {"begins": begins, "until": begins + LEARNT_WITHIN, "zone": str(begins.tzinfo)}


# What the bank said yes to and, as a person learnt from it, had not paid: it neither left nor came back.
_NEVER_LEFT = """EXISTS (
            SELECT 1 FROM payment_event said
            WHERE said.payment_id = p.id AND said.state = 'returned' AND said.reason = 'not_paid_by_bank')
        AND NOT EXISTS (
            SELECT 1 FROM statement_line back WHERE back.payment_id = p.id AND back.kind = 'return')"""
# Transfers of the day that were carried out.
PAID_ROWS = """
    SELECT p.id, p.amount_won, p.account_index
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    WHERE p.sent_on = :day AND b.fund = :fund AND b.channel = :channel
        AND p.state IN ('accepted', 'settled', 'returned')
        AND NOT EXISTS (
            SELECT 1 FROM statement_line elsewhere WHERE elsewhere.payment_id = p.id
            AND elsewhere.source = 'camt.053' AND elsewhere.kind = 'transfer' AND elsewhere.day <> :day)
        AND NOT (p.state = 'returned' AND {never_left})
    UNION
    SELECT p.id, p.amount_won, p.account_index
    FROM statement_line here JOIN payment p ON p.id = here.payment_id JOIN payment_batch b ON b.id = p.batch_id
    WHERE here.day = :day AND here.fund = :fund AND here.source = 'camt.053' AND here.kind = 'transfer'
        AND b.channel = :channel AND p.sent_on <> :day AND p.state IN ('accepted', 'settled', 'returned')
        AND NOT (p.state = 'returned' AND {never_left})
""".replace("{never_left}", _NEVER_LEFT)
# Payments that came back on the day.
BACK_ROWS = """
    SELECT DISTINCT p.id, p.amount_won
    FROM statement_line here JOIN payment p ON p.id = here.payment_id JOIN payment_batch b ON b.id = p.batch_id
    WHERE here.day = :day AND here.fund = :fund AND here.kind = 'return'
        AND b.channel = :channel AND p.state = 'returned'
    UNION
    SELECT p.id, p.amount_won
    FROM payment_event e JOIN payment p ON p.id = e.payment_id JOIN payment_batch b ON b.id = p.batch_id
    WHERE e.state = 'returned' AND p.state = 'returned' AND e.at >= :begins AND e.at < :until
        AND coalesce(CAST(e.detail ->> 'on' AS date), CAST(e.at AT TIME ZONE :zone AS date)) = :day
        AND NOT EXISTS (
            SELECT 1 FROM payment_event earlier
            WHERE earlier.payment_id = e.payment_id AND earlier.state = 'returned' AND earlier.seq < e.seq)
        AND b.fund = :fund AND b.channel = :channel
        AND NOT EXISTS (
            SELECT 1 FROM statement_line booked WHERE booked.payment_id = p.id AND booked.kind = 'return')
        AND NOT ({never_left})
""".replace("{never_left}", _NEVER_LEFT)
_SUM = "SELECT count(*) AS rows, coalesce(sum(amount_won), 0) AS won FROM ({rows}) AS those"
_PAID = text(_SUM.format(rows=PAID_ROWS))
_BACK = text(_SUM.format(rows=BACK_ROWS))
_REST = text("""
    SELECT
        (SELECT count(*) FROM payment p JOIN payment_batch b ON b.id = p.batch_id
            WHERE p.sent_on = :day AND b.fund = :fund AND b.channel = :channel
            AND p.state IN ('sending', 'unknown')) AS undecided,
        (SELECT count(*) FROM payment_batch b WHERE b.state = 'running' AND b.fund = :fund
            AND b.channel = :channel AND b.pay_on <= :day) AS running
""")
