"""What a day does not agree in, one row per thing, with the payment or line that it is about.

All in the database, however many there are: what is found now is entered or entered anew, and what is found no
more is resolved. What a person explained stays explained while its sums are the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlmodel import Session

from bots.payments.reconcile.ours import BACK_ROWS, PAID_ROWS, DayKey, given_for
from bots.payments.reconcile.theirs import LINE_CHANNEL, OUTWARD, Told
from queues.models import BankDay


def find_by_statement(session: Session, key: DayKey, day: BankDay) -> list[int]:
    """Hold a day against the lines of its statement. Returns payments that the bank has paid, and we have not,
    of which this was not known before."""
    _begin(session)
    session.execute(text(_LINES.format(outward=OUTWARD, channel=LINE_CHANNEL)), key.to_dict())
    session.execute(text(_BY_LINE.format(paid=PAID_ROWS, back=BACK_ROWS)), given_for(key))
    return _enter(session, day)


def find_by_totals(
    session: Session, key: DayKey, day: BankDay, told: Told | None, *, over: bool, unheard: bool
) -> None:
    """Only sums are known, or nothing: payments without a result, and what the sums leave.

    over     the day is past: what has no result yet is a difference by now
    unheard  the bank has told nothing of a day of which it can no longer be asked
    """
    _begin(session)
    if over or told is not None:
        session.execute(_UNDECIDED, key.to_dict())
    if told is None and unheard:
        session.execute(_UNHEARD, {"ours": day.our_won - day.our_back_won})
    if told is not None:
        ours = (day.our_won - day.our_back_won, told.paid_won - told.back_won)
        sums = (day.our_count, day.our_won, day.our_back_won)
        if told.sums != sums:
            session.execute(_TOTALS, {"ours": ours[0], "theirs": ours[1]})
    _enter(session, day)


def left(session: Session, day: BankDay) -> int:
    """How many differences stand, explained ones included."""
    return int(session.execute(_LEFT, {"day": day.id}).scalar_one())


def _begin(session: Session) -> None:
    for statement in _FRESH:
        session.execute(statement)


def _enter(session: Session, day: BankDay) -> list[int]:
    """What was found becomes the day's differences."""
    rows: Sequence[tuple[int, str, int | None]] = [
        (row.id, row.cause, row.payment_id) for row in session.execute(_ENTER, {"day": day.id})
    ]
    session.execute(_RESOLVE, {"day": day.id})
    return [payment for _, cause, payment in rows if cause == "paid_not_in_ours" and payment is not None]


_FRESH = (
    text("DROP TABLE IF EXISTS pg_temp.found"),
    text("DROP TABLE IF EXISTS pg_temp.their_lines"),
    text("""
        CREATE TEMPORARY TABLE found (
            key text PRIMARY KEY, cause text NOT NULL, payment_id bigint, statement_line_id bigint,
            our_won bigint NOT NULL, their_won bigint NOT NULL) ON COMMIT DROP
    """),
)
_LINES = """
    CREATE TEMPORARY TABLE their_lines ON COMMIT DROP AS
    SELECT l.id, l.payment_id, -l.amount_won AS won, l.account_index,
        CASE WHEN l.kind = 'return' THEN 'return' ELSE 'payment' END AS kind,
        row_number() OVER (PARTITION BY l.payment_id, l.kind ORDER BY l.id) AS nth
    FROM statement_line l
    WHERE l.day = :day AND l.fund = :fund AND l.source = 'camt.053'
        AND ({outward} OR l.kind = 'return') AND {channel} = :channel
"""
# The order of causes is the order of weight: of one movement of money only the first is listed.
_BY_LINE = """
    WITH paid AS ({paid}), back AS ({back}), causes AS (
        SELECT 1 AS weight, 'twice' AS cause, payment_id, id AS line_id, 0 AS our_won, won AS their_won
            FROM their_lines WHERE kind = 'payment' AND payment_id IS NOT NULL AND nth > 1
        UNION ALL
        SELECT 2, CASE WHEN p.state IN ('sending', 'unknown') THEN 'undecided' ELSE 'paid_not_in_ours' END,
            l.payment_id, l.id, 0, l.won
            FROM their_lines l LEFT JOIN payment p ON p.id = l.payment_id
            WHERE l.kind = 'payment' AND (l.nth = 1 OR l.payment_id IS NULL)
            AND NOT EXISTS (SELECT 1 FROM paid WHERE paid.id = l.payment_id)
        UNION ALL
        SELECT 3, 'account', l.payment_id, l.id, p.amount_won, l.won
            FROM their_lines l JOIN payment p ON p.id = l.payment_id
            WHERE l.kind = 'payment' AND l.nth = 1 AND l.account_index <> p.account_index
        UNION ALL
        SELECT 4, 'amount', l.payment_id, l.id, p.amount_won, l.won
            FROM their_lines l JOIN payment p ON p.id = l.payment_id
            WHERE l.kind = 'payment' AND l.nth = 1 AND l.won <> p.amount_won
        UNION ALL
        SELECT 5, 'ours_not_at_bank', paid.id, NULL, paid.amount_won, 0
            FROM paid WHERE NOT EXISTS (
                SELECT 1 FROM their_lines l WHERE l.payment_id = paid.id AND l.kind = 'payment')
        UNION ALL
        SELECT 6, 'undecided', p.id, NULL, 0, 0
            FROM payment p JOIN payment_batch b ON b.id = p.batch_id
            WHERE p.sent_on = :day AND b.fund = :fund AND b.channel = :channel AND p.state IN ('sending', 'unknown')
        UNION ALL
        SELECT 7, 'returned', l.payment_id, l.id, 0, l.won
            FROM their_lines l WHERE l.kind = 'return'
            AND (l.payment_id IS NULL OR l.nth > 1 OR NOT EXISTS (
                SELECT 1 FROM back WHERE back.id = l.payment_id AND back.amount_won = -l.won))
        UNION ALL
        SELECT 8, 'return_not_at_bank', back.id, NULL, -back.amount_won, 0
            FROM back WHERE NOT EXISTS (
                SELECT 1 FROM their_lines l WHERE l.payment_id = back.id AND l.kind = 'return')),
    named AS (
        SELECT *, CASE WHEN payment_id IS NULL OR weight = 1 THEN 'line:' || line_id
            ELSE 'payment:' || payment_id END AS about
        FROM causes)
    INSERT INTO found
    SELECT DISTINCT ON (about, weight >= 7) cause || ':' || about, cause, payment_id, line_id, our_won, their_won
    FROM named ORDER BY about, weight >= 7, weight
"""
_UNDECIDED = text("""
    INSERT INTO found
    SELECT 'undecided:payment:' || p.id, 'undecided', p.id, NULL, 0, 0
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    WHERE p.sent_on = :day AND b.fund = :fund AND b.channel = :channel AND p.state IN ('sending', 'unknown')
""")
_TOTALS = text("INSERT INTO found VALUES ('totals', 'totals', NULL, NULL, :ours, :theirs)")
_UNHEARD = text("INSERT INTO found VALUES ('not_told', 'not_told', NULL, NULL, :ours, 0)")
_ENTER = text("""
    INSERT INTO difference AS known (bank_day_id, key, cause, payment_id, statement_line_id, our_won, their_won)
    SELECT :day, key, cause, payment_id, statement_line_id, our_won, their_won FROM found
    ON CONFLICT (bank_day_id, key) DO UPDATE SET
        our_won = excluded.our_won, their_won = excluded.their_won,
        statement_line_id = excluded.statement_line_id, state = 'open', closed_at = NULL, explained_by = NULL,
        comment_enc = NULL
    WHERE known.state = 'resolved'
        OR (known.our_won, known.their_won) IS DISTINCT FROM (excluded.our_won, excluded.their_won)
    RETURNING id, cause, payment_id
""")
_RESOLVE = text("""
    UPDATE difference known SET state = 'resolved', closed_at = clock_timestamp()
    WHERE known.bank_day_id = :day AND known.state <> 'resolved' AND known.cause NOT LIKE 'accounting_%'
        AND NOT EXISTS (SELECT 1 FROM found WHERE found.key = known.key)
""")
_LEFT = text("SELECT count(*) FROM difference WHERE bank_day_id = :day AND state <> 'resolved'")
