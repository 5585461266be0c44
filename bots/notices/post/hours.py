"""When the site takes letters: on business days, until the cut-off of the day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.calendar import business_calendar
from config.post_sites import PostSite
from config.settings import settings

_OPENS = time(0, 10)
_MARGIN = timedelta(minutes=2)


def opens_again(site: PostSite, now: datetime) -> datetime | None:
    """When letters may be handed in next; None: now. A site without a cut-off takes them at any time."""
    cut_off = site.limits.cut_off
    if cut_off is None:
        return None
    zone = ZoneInfo(settings().timezone)
    local = now.astimezone(zone)
    calendar = business_calendar()
    ends = datetime.combine(local.date(), cut_off, zone) - _MARGIN
    if calendar.is_business_day(local.date()) and local < ends:
        return None
    day = calendar.business_day_on_or_after(local.date() + timedelta(days=1))
    return datetime.combine(day, _OPENS, zone)


def next_day(now: datetime) -> datetime:
    """When it takes letters on the next business day."""
    zone = ZoneInfo(settings().timezone)
    day = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(business_calendar().business_day_on_or_after(day), _OPENS, zone)
