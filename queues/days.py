"""Days where the center is, and the moments at which they begin and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.calendar import business_calendar
from config.settings import settings


def today() -> date:
    """The date where the center is."""
    return day_of(datetime.now(UTC))


def day_of(moment: datetime) -> date:
    """The date, where the center is, of a moment."""
    return moment.astimezone(_zone()).date()


def begins(day: date) -> datetime:
    """Midnight at which a day begins where the center is."""
    return datetime.combine(day, time(), _zone())


def office_closes(day: date) -> datetime:
    """When the office closes on a day: by then what is due on it has to be done."""
    return datetime.combine(day, business_calendar().hours["office"][1], _zone())


def answer_by(received: datetime, days: int) -> datetime:
    """When an answer is due that is to be given within so many business days.

    What comes outside the office's hours counts as received when it opens next.
    """
    calendar, zone = business_calendar(), _zone()
    opens, closes = calendar.hours["office"]
    local = received.astimezone(zone)
    if not calendar.is_business_day(local.date()) or local.time() >= closes:
        day = next_business_day(local.date())
        local = datetime.combine(day, opens, zone)
    elif local.time() < opens:
        local = datetime.combine(local.date(), opens, zone)
    return datetime.combine(calendar.add_business_days(local.date(), days), local.time(), zone)


def next_business_day(day: date) -> date:
    """The first day after `day` on which the center works."""
    return business_calendar().business_day_on_or_after(day + timedelta(days=1))


def _zone() -> ZoneInfo:
    return ZoneInfo(settings().timezone)
