"""The business calendar: public holidays with their substitutes, the center's own days, hours."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays
import yaml

from config.settings import layered, settings

_SATURDAY = 5


@dataclass(frozen=True)
class BusinessCalendar:
    """closed and opened: days of the center's own with their names; hours: by name, from and to."""

    country: str = "KR"
    closed: dict[date, str] = field(default_factory=dict)
    opened: dict[date, str] = field(default_factory=dict)
    hours: dict[str, tuple[time, time]] = field(default_factory=dict)
    timezone: str = "Asia/Seoul"

    def why_closed(self, day: date) -> str:
        """The name of the holiday, "토요일" or "일요일"; "" on a day when the center works."""
        if day in self.opened:
            return ""
        if day in self.closed:
            return self.closed[day]
        name = _public_holidays(self.country, day.year).get(day)
        if name:
            return name
        return ("토요일", "일요일")[day.weekday() - _SATURDAY] if day.weekday() >= _SATURDAY else ""

    def is_business_day(self, day: date) -> bool:
        return not self.why_closed(day)

    def business_day_on_or_after(self, day: date) -> date:
        """The day itself when the center works then, else the next that it does."""
        while not self.is_business_day(day):
            day += timedelta(days=1)
        return day

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after `day`, which itself does not count."""
        for _ in range(count):
            day = self.business_day_on_or_after(day + timedelta(days=1))
        return day

    def processing_due(self, received: date, days: int) -> date:
        """The last day of a processing period in days.

        Of 6 days or more: counted in days with the first one included, without public holidays and
        Saturdays (민원 처리에 관한 법률 제19조 제2항). Of 5 days or less, which run in working hours from
        the hour of reception (제1항): the day on which they end when reception was at the opening.
        """
        first = self.business_day_on_or_after(received)
        return self.add_business_days(first, days - 1)

    def processing_due_in_months(self, received: date, months: int) -> date:
        """The last day of a processing period in months, the first day included.

        It ends the day before the day of that number in the last month, or with that month where it has
        no such day; on a Saturday or a public holiday, the next business day (민원 처리에 관한 법률
        제19조 제3항, 민법 제160조, 제161조).
        """
        return self.business_day_on_or_after(self.end_of_months(received, months))

    def end_of_months(self, received: date, months: int) -> date:
        """The same before it moves off a Saturday or a public holiday."""
        first = self.business_day_on_or_after(received)
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        last_of_month = calendar.monthrange(year, month + 1)[1]
        if first.day > last_of_month:
            return date(year, month + 1, last_of_month)
        return date(year, month + 1, first.day) - timedelta(days=1)

    def period_end(self, start: date, days: int) -> date:
        """The last day of a period of calendar days that begins the day after `start`.

        When it falls on a Saturday or a public holiday, it ends the next business day
        (민법 제157조, 제161조).
        """
        return self.business_day_on_or_after(start + timedelta(days=days))

    def is_open(self, moment: datetime, hours: str = "office") -> bool:
        """Whether `moment` lies on a business day within the named hours."""
        local = moment.astimezone(ZoneInfo(self.timezone))
        begin, end = self.hours[hours]
        return self.is_business_day(local.date()) and begin <= local.time() < end


@lru_cache(maxsize=64)
def _public_holidays(country: str, year: int) -> dict[date, str]:
    found = holidays.country_holidays(country, years=year, language="ko")
    return {day: name for day, name in found.items() if day.year == year}


@cache
def business_calendar() -> BusinessCalendar:
    """The center's calendar, read once from `holidays.yaml`.

    Raises ValueError, naming the file and the entry, when one cannot be understood.
    """
    country = "KR"
    closed: dict[date, str] = {}
    opened: dict[date, str] = {}
    hours: dict[str, tuple[time, time]] = {"office": (time(9), time(18))}
    for path in layered("holidays.yaml"):
        told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        try:
            country = told.get("country", country)
            closed |= {_day(entry): str(entry["name"]) for entry in told.get("closed") or []}
            opened |= {_day(entry): str(entry["name"]) for entry in told.get("open") or []}
            for name, span in (told.get("hours") or {}).items():
                hours[name] = (time.fromisoformat(span["from"]), time.fromisoformat(span["to"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(f"{path}: an entry is not of the form shown at its top ({error!r})") from error
    return BusinessCalendar(country, closed, opened, hours, settings().timezone)


def _day(entry: dict[str, object]) -> date:
    value = entry["date"]
    return value if isinstance(value, date) else date.fromisoformat(str(value))
