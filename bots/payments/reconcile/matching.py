"""Which payment a line of a statement is about: by the name that we gave the transfer, never by its amount."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session


def match(session: Session) -> int:
    """Link all lines that bear a name of ours with their payments; returns how many were linked.

    A transfer by file bears its EndToEndId. One by message bears its message number, of the line's own day unless
    a day stands before it ("20261123-000123"). Numbers begin anew every day, and a transfer may be booked later than
    it left: without that day, and without an account that agrees, a number is a name only where no earlier transfer
    can be meant by it.
    """
    return sum(session.execute(statement).rowcount for statement in (_BY_NAME, _BY_NUMBER))  # type: ignore[attr-defined]


_BY_NAME = text("""
    UPDATE statement_line l SET payment_id = p.id
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    WHERE l.payment_id IS NULL AND l.named <> '' AND p.end_to_end = l.named AND b.fund = l.fund
""")
# The number of every transfer that may have left is kept with its message, also of one that was numbered anew. What
# others write into a line may look like a name of ours and bear a day that there is not.
_BY_NUMBER = text("""
    WITH open_lines AS (
        SELECT id, fund,
            CASE WHEN named ~ '^[0-9]{8}-' THEN CAST(DATE '0001-01-01' + make_interval(
                CAST(left(named, 4) AS int) - 1, CAST(substr(named, 5, 2) AS int) - 1, 0,
                CAST(substr(named, 7, 2) AS int) - 1) AS date) ELSE day END AS on_day,
            left(named, -7) AS told_day,
            CAST(right(named, 6) AS integer) AS number, account_index
        FROM statement_line
        WHERE payment_id IS NULL AND named ~ '^([0-9]{8}-)?[0-9]{6}$')
    UPDATE statement_line l SET payment_id = m.payment_id
    FROM open_lines o
    JOIN bank_message m ON m.day = o.on_day AND m.number = o.number AND m.direction = 'out'
        AND m.class_code = '2000' AND m.payment_id IS NOT NULL
    JOIN payment p ON p.id = m.payment_id JOIN payment_batch b ON b.id = p.batch_id
    WHERE l.id = o.id AND b.fund = o.fund AND o.told_day IN ('', to_char(o.on_day, 'YYYYMMDD'))
        AND (o.told_day <> '' OR o.account_index = p.account_index
            OR m.day = p.sent_on AND NOT EXISTS (
                SELECT 1 FROM bank_message sooner JOIN payment other ON other.id = sooner.payment_id
                JOIN payment_batch its ON its.id = other.batch_id
                WHERE sooner.day BETWEEN o.on_day - 10 AND o.on_day - 1 AND sooner.number = o.number
                AND sooner.direction = 'out' AND sooner.class_code = '2000' AND its.fund = o.fund
                AND other.amount_won = abs(l.amount_won)
                AND (l.kind = 'return' OR other.state <> 'settled' AND NOT EXISTS (
                    SELECT 1 FROM statement_line own WHERE own.payment_id = other.id AND own.kind = 'transfer'))))
""")
