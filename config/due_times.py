"""When a bot of the schedule is due: next, last, and whether the center is open then."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from config.bot_schedule import BotSchedule
from config.calendar import business_calendar
from config.settings import settings

# Intervals are counted from here, so that everyone knows the same due times.
_GRID = datetime(2020, 1, 1, tzinfo=UTC)
_INSTANT = timedelta(microseconds=1)
_LOOK_BACK = (
    timedelta(hours=2),
    timedelta(days=1),
    timedelta(days=8),
    timedelta(days=40),
    timedelta(days=800),
)
_MOST_STEPS = 10_000
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(schedule: BotSchedule) -> BaseTrigger:
    """APScheduler's trigger for an entry of the schedule."""
    zone = ZoneInfo(settings().timezone)
    if schedule.cron is not None:
        minute, hour, day, month, weekday = schedule.cron.split()
        return CronTrigger(
            minute=minute, hour=hour, day=day, month=month, day_of_week=weekdays(weekday), timezone=zone
        )
    return IntervalTrigger(seconds=schedule.every, start_date=_GRID, timezone=UTC)


def weekdays(field: str) -> str:
    """The fifth field of cron for APScheduler, which counts from Monday where cron has 0 (and 7) for Sunday."""
    parts = []
    for part in field.split(","):
        found = re.fullmatch(r"([0-7])(?:-([0-7])(?:/(\d+))?)?", part)
        if found is None:
            parts.append(part)
            continue
        first, last, step = int(found[1]), int(found[2] or found[1]), int(found[3] or 1)
        parts += [_WEEKDAYS[day % 7] for day in range(first, last + 1, step)]
    return ",".join(parts)


def schedule_of(bot: str, told: Mapping[str, Any] | None) -> BotSchedule | None:
    """The schedule of a bot as the record shows it (`Bot.schedule`); None: it runs when there is work."""
    return BotSchedule(bot, **told) if told else None


def why_not_at(schedule: BotSchedule, due: datetime) -> str:
    """ "holiday" or "closed" when the bot is not to run at this due time, else ""."""
    calendar = business_calendar()
    local = due.astimezone(ZoneInfo(settings().timezone))
    if schedule.days == "business" and not calendar.is_business_day(local.date()):
        return "holiday"
    if schedule.hours and not calendar.is_open(due, schedule.hours):
        return "closed" if calendar.is_business_day(local.date()) else "holiday"
    return ""


def next_due(schedule: BotSchedule, after: datetime) -> datetime | None:
    """The first due time after `after` at which the bot is really run; None when none is near."""
    trigger, moment = trigger_of(schedule), open_from(schedule, after)
    for _ in range(_MOST_STEPS):
        if moment is None:
            return None
        due: datetime | None = trigger.get_next_fire_time(None, max(moment, after + _INSTANT))
        if due is None:
            return None
        if not why_not_at(schedule, due):
            return due.astimezone(UTC)
        moment = open_from(schedule, due + _INSTANT)
    return None


def last_due(schedule: BotSchedule, before: datetime) -> datetime | None:
    """The latest due time up to `before` at which the bot was to run; None when none is near."""
    trigger = trigger_of(schedule)
    if schedule.every is not None and not why_not_at(schedule, before):
        passed = (before - _GRID).total_seconds() // schedule.every
        due = _GRID + timedelta(seconds=passed * schedule.every)
        return due if not why_not_at(schedule, due) else None
    for span in _LOOK_BACK:
        found = [due for due in _dues(trigger, before - span, before) if not why_not_at(schedule, due)]
        if found:
            return found[-1]
    return None


def _dues(trigger: BaseTrigger, after: datetime, until: datetime) -> Iterator[datetime]:
    moment = after
    for _ in range(_MOST_STEPS):
        due = trigger.get_next_fire_time(None, moment)
        if due is None or due > until:
            return
        yield due.astimezone(UTC)
        moment = due + _INSTANT


def open_from(schedule: BotSchedule, moment: datetime) -> datetime | None:
    """The first moment from `moment` on at which the bot may run; None when the center stays closed for long."""
    why = why_not_at(schedule, moment)
    if not why:
        return moment
    zone, calendar = ZoneInfo(settings().timezone), business_calendar()
    day = moment.astimezone(zone).date()
    for _ in range(60):
        if calendar.is_business_day(day):
            begin = calendar.hours[schedule.hours][0] if schedule.hours else datetime.min.time()
            opening = datetime.combine(day, begin, zone)
            if opening > moment:
                return opening.astimezone(UTC)
            if not why_not_at(schedule, moment):
                return moment
        day += timedelta(days=1)
    return None
