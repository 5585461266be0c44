"""The third way: each day's bookings against what the accounting system has of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlmodel import Session

from queues import audit, bank_days
from queues.models import BankDay, BankDayState

DEFAULT_LATE_HOURS = 24.0


def due(session: Session) -> list[tuple[date, str]]:
    """Days and funds with entries of which something has happened since they were compared, or is awaited."""
    return [(row.day, row.fund) for row in session.execute(_DUE)]


def compare(session: Session, day: date, fund: str, late_hours: float, actor: str) -> BankDayState:
    """Hold a day's entries against the answers, in the caller's transaction. Payments make its sums; commitments and
    returns must have been booked as they are, too."""
    row = bank_days.day_row(session, day, fund, bank_days.ACCOUNTING)
    given = {"day": day, "fund": fund}
    now = session.execute(_SUMS, given).one()
    ours = (int(now.our_count), int(now.our_won), int(now.our_back_won))
    theirs = (int(now.their_count), int(now.their_won), int(now.their_back_won)) if now.answered else None
    known = (row.their_count, row.their_won, row.their_back_won) if row.their_count is not None else None
    before = (row.state, (row.our_count, row.our_won, row.our_back_won), known)
    if row.state == BankDayState.CLOSED:
        if before[1:] == (ours, theirs):
            row.compared_at = datetime.now(UTC)
            session.add(row)
            return BankDayState.CLOSED
        bank_days.reopen(session, row, "changed_since", actor)
    row.our_count, row.our_won, row.our_back_won = ours
    row.their_count, row.their_won, row.their_back_won = theirs or (None, None, None)
    row.our_back_count = int(now.our_back_count)
    row.their_back_count = int(now.their_back_count) if theirs else None
    row.difference_won = (theirs[1] - theirs[2]) - (ours[1] - ours[2]) if theirs else 0
    session.add(row)
    session.flush()
    _enter(session, row, given | {"late": late_hours})
    left = int(session.execute(_LEFT, {"id": row.id}).scalar_one())
    state = _state(int(now.awaited), left, ours == theirs)
    row.state, row.compared_at = state.value, datetime.now(UTC)
    if before != (row.state, ours, theirs):
        row.version += 1
    if before[0] != row.state:
        audit.record(session, actor, "bank_day.compare", "bank_day", row.id, was=before[0], now=row.state)
    session.add(row)
    return state


def _state(awaited: int, left: int, agree: bool) -> BankDayState:
    if left:
        return BankDayState.DIFFERS
    if awaited:
        return BankDayState.OPEN
    return BankDayState.AGREED if agree else BankDayState.DIFFERS


def _enter(session: Session, row: BankDay, given: dict[str, object]) -> None:
    session.execute(text("DROP TABLE IF EXISTS pg_temp.found_entries"))
    session.execute(_FOUND, given)
    session.execute(_ENTER, {"id": row.id})
    session.execute(_RESOLVE, {"id": row.id})


_DUE = text("""
    SELECT e."on" AS day, o.fund
    FROM accounting_entry e JOIN payment_order o ON o.id = e.order_id
    LEFT JOIN bank_day d ON d.day = e."on" AND d.fund = o.fund AND d.channel = 'accounting'
    GROUP BY e."on", o.fund, d.id
    HAVING d.id IS NULL OR d.state NOT IN ('closed', 'agreed') OR d.compared_at IS NULL
        OR max(greatest(e.created_at, e.answered_at, e.exported_at)) > d.compared_at
    ORDER BY 1, 2
""")
_SUMS = text("""
    SELECT count(*) FILTER (WHERE pay AND won > 0) AS our_count,
        coalesce(sum(won) FILTER (WHERE pay AND won > 0), 0) AS our_won,
        coalesce(-sum(won) FILTER (WHERE pay AND won < 0), 0) AS our_back_won,
        count(*) FILTER (WHERE pay AND won < 0) AS our_back_count,
        count(*) FILTER (WHERE pay AND state = 'booked' AND won > 0) AS their_count,
        count(*) FILTER (WHERE pay AND state = 'booked' AND won < 0) AS their_back_count,
        coalesce(sum(theirs) FILTER (WHERE pay AND state = 'booked' AND won > 0), 0) AS their_won,
        coalesce(-sum(theirs) FILTER (WHERE pay AND state = 'booked' AND won < 0), 0) AS their_back_won,
        count(*) FILTER (WHERE state IN ('booked', 'refused')) AS answered,
        count(*) FILTER (WHERE state IN ('waiting', 'exported')) AS awaited
    FROM (
        SELECT e.kind = 'payment' AS pay, e.amount_won AS won, e.their_won AS theirs, e.state
        FROM accounting_entry e JOIN payment_order o ON o.id = e.order_id
        WHERE e."on" = :day AND o.fund = :fund) AS entries
""")
_FOUND = text("""
    CREATE TEMPORARY TABLE found_entries ON COMMIT DROP AS
    SELECT cause || ':entry:' || id AS key, cause, payment_id, amount_won AS our_won, their_won FROM (
        SELECT e.id, e.payment_id, e.amount_won, coalesce(e.their_won, 0) AS their_won, CASE
            WHEN e.state = 'refused' OR e.detail ? 'refused_after' THEN 'accounting_refused'
            WHEN e.detail ? 'also' THEN 'accounting_twice'
            WHEN e.state = 'booked' AND e.their_won IS DISTINCT FROM e.amount_won THEN 'accounting_amount'
            WHEN e.state = 'exported' AND e.exported_at < clock_timestamp() - make_interval(secs => :late * 3600)
                THEN 'accounting_missing' END AS cause
        FROM accounting_entry e JOIN payment_order o ON o.id = e.order_id
        WHERE e."on" = :day AND o.fund = :fund) AS entries
    WHERE cause IS NOT NULL
""")
_ENTER = text("""
    INSERT INTO difference AS known (bank_day_id, key, cause, payment_id, our_won, their_won)
    SELECT :id, key, cause, payment_id, our_won, their_won FROM found_entries
    ON CONFLICT (bank_day_id, key) DO UPDATE SET our_won = excluded.our_won, their_won = excluded.their_won,
        state = 'open', closed_at = NULL, explained_by = NULL, comment_enc = NULL
    WHERE known.state = 'resolved'
        OR (known.our_won, known.their_won) IS DISTINCT FROM (excluded.our_won, excluded.their_won)
""")
_RESOLVE = text("""
    UPDATE difference known SET state = 'resolved', closed_at = clock_timestamp()
    WHERE known.bank_day_id = :id AND known.state <> 'resolved'
        AND NOT EXISTS (SELECT 1 FROM found_entries found WHERE found.key = known.key)
""")
_LEFT = text("SELECT count(*) FROM difference WHERE bank_day_id = :id AND state <> 'resolved'")
