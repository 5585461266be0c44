"""Which days are to be looked at."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlmodel import Session

from bots.payments.reconcile.ours import DayKey
from bots.payments.reconcile.theirs import LINE_CHANNEL


def due_days(session: Session) -> list[DayKey]:
    """Days of which a payment waits to be settled, those that are not closed, and closed ones of which the bank has
    told something since; the oldest first."""
    rows = session.execute(text(_DUE.format(channel=LINE_CHANNEL))).all()
    return sorted(
        (DayKey(row.day, row.fund, row.channel) for row in rows),
        key=lambda key: (key.day, key.fund, key.channel),
    )


def closable(session: Session, before: date) -> list[tuple[int, int]]:
    """(id, version) of days that agree and are over, of the bank and of the accounting system."""
    rows = session.execute(_CLOSABLE, {"before": before}).all()
    return [(row.id, row.version) for row in rows]


_DUE = """
    SELECT DISTINCT p.sent_on AS day, b.fund, b.channel
    FROM payment p JOIN payment_batch b ON b.id = p.batch_id
    WHERE p.state IN ('accepted', 'sending', 'unknown') AND p.sent_on IS NOT NULL
    UNION
    SELECT day, fund, channel FROM bank_day WHERE state <> 'closed' AND channel <> 'accounting'
    UNION
    SELECT d.day, d.fund, d.channel FROM bank_day d
    WHERE d.state = 'closed' AND d.channel <> 'accounting' AND EXISTS (
        SELECT 1 FROM statement_line l WHERE l.day = d.day AND l.fund = d.fund AND l.at > d.closed_at
        AND l.at > coalesce(d.compared_at, d.closed_at) AND {channel} = d.channel)
"""
_CLOSABLE = text("SELECT id, version FROM bank_day WHERE state = 'agreed' AND day < :before ORDER BY day, id")
