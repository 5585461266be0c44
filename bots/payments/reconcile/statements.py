"""Which statement tells a whole day of an account."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlmodel import Session

from bots.payments.reconcile.ours import DayKey
from bots.payments.reconcile.theirs import LINE_CHANNEL
from queues import bank_days
from queues.models import BankDay, BankDayState


def whole_statement(session: Session, key: DayKey, day: BankDay) -> tuple[str, datetime] | None:
    """(sha256, when it arrived) of the camt.053 of a day, None where there is none that tells the whole day.

    A statement that came before the last transfer of the day left tells only a part of it.
    """
    if not day.statement_sha256 or day.statement_at is None:
        return None
    later = session.execute(_SENT_LATER, key.to_dict() | {"at": day.statement_at}).scalar_one()
    return None if later else (day.statement_sha256, day.statement_at)


def take(session: Session, fund: str, told: Iterable[date], sha256: str) -> int:
    """A whole statement (camt.053) of a fund's account tells these days: note it with what is held against it.

    The lines are in the record already. The same file again changes nothing. Returns how many bank days it is for.
    """
    noted = 0
    for of in sorted(set(told)):
        given = {"fund": fund, "day": of}
        for channel in session.execute(text(_CHANNELS.format(channel=LINE_CHANNEL)), given).scalars().all():
            day = bank_days.day_row(session, of, fund, channel)
            if day.statement_sha256 == sha256:
                continue
            if day.state == BankDayState.CLOSED and day.statement_sha256:
                continue  # closed by an earlier statement; what is new in its lines opens the day again
            day.statement_sha256, day.statement_at = sha256, datetime.now(UTC)
            session.add(day)
            noted += 1
    session.flush()
    return noted


_SENT_LATER = text("""
    SELECT EXISTS (
        SELECT 1 FROM payment p JOIN payment_batch b ON b.id = p.batch_id
        JOIN payment_event e ON e.payment_id = p.id AND e.state = 'sending'
        WHERE p.sent_on = :day AND b.fund = :fund AND b.channel = :channel AND e.at > :at)
""")
_CHANNELS = """
    SELECT channel FROM bank_day WHERE fund = :fund AND day = :day AND channel <> 'accounting'
    UNION SELECT b.channel FROM payment p JOIN payment_batch b ON b.id = p.batch_id
        WHERE p.sent_on = :day AND b.fund = :fund
    UNION SELECT {channel} FROM statement_line l
        WHERE l.fund = :fund AND l.day = :day AND l.source = 'camt.053' AND (l.kind <> 'fee' AND l.amount_won < 0
            OR l.kind = 'return')
"""
