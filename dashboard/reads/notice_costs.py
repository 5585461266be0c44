"""What letters cost, by channel and month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from config.settings import settings
from dashboard.parts.times import zone

# What was called back or certainly did not leave costs nothing; what nobody can tell of may have.
_BY_MONTH = text(
    """
    SELECT to_char(sent_at AT TIME ZONE :zone, 'YYYY-MM') AS month, channel, count(*) AS letters,
           coalesce(sum(sheets), 0) AS sheets, coalesce(sum(price_won), 0) AS won,
           count(*) FILTER (WHERE state = 'returned') AS returned
    FROM dispatch
    WHERE sent_at >= :since AND sent_at < :until AND state NOT IN ('failed', 'cancelled')
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)
_YEARS = text("SELECT min(sent_at), max(sent_at) FROM dispatch")


@dataclass(frozen=True)
class Cost:
    """What one channel cost in a month ("2026-11"). `returned`: how many of the letters came back."""

    month: str
    channel: str
    letters: int
    sheets: int
    won: int
    returned: int


def by_month(session: Session, year: int) -> list[Cost]:
    """What left in a year of the center's calendar, by month and channel."""
    since, until = (datetime(y, 1, 1, tzinfo=zone()) for y in (year, year + 1))
    rows = session.connection().execute(
        _BY_MONTH, {"since": since, "until": until, "zone": settings().timezone}
    )
    return [Cost(r.month, r.channel, r.letters, int(r.sheets), int(r.won), r.returned) for r in rows]


def years(session: Session) -> Sequence[int]:
    """The years in which anything left, latest first; this one always."""
    first, last = session.connection().execute(_YEARS).one()
    this = datetime.now(zone()).year
    begins = first.astimezone(zone()).year if first else this
    ends = max(this, last.astimezone(zone()).year) if last else this
    return list(range(ends, begins - 1, -1))
