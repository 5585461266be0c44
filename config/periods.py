"""Processing periods (처리기간): how long, by which law, and how the days are counted.

How an authority counts (민원 처리에 관한 법률 제19조), where a program's own law says nothing else:

- 5 days or less: in working hours from the hour of reception, 8 to a day, without public holidays and Saturdays
- 6 days or more: in days, the first one counts, without public holidays and Saturdays
- weeks, months, years: by the calendar, the first day counts; ends as 민법 제159조-제161조 say

A period of 민법 (제157조: the first day does not count) is `counted: civil`; 행정기본법 제6조 refers to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from config.calendar import business_calendar


class ProcessingPeriod(BaseModel):
    """One period, from its day of effect on; `confirmed` once the center has checked it against the law."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    effective: date
    days: int | None = Field(default=None, gt=0)
    months: int | None = Field(default=None, gt=0)
    counted: Literal["petition", "civil"] = "petition"
    extension_days: int = Field(default=0, ge=0)
    law: str
    confirmed: bool

    @model_validator(mode="after")
    def _one_length(self) -> ProcessingPeriod:
        if (self.days is None) == (self.months is None):
            raise ValueError("a period has either days or months")
        if self.months is not None and self.counted == "civil":
            raise ValueError("months are counted as a petition's (first day included)")
        return self

    def due(self, received: date) -> date:
        """The last day of the period for what was received on `received`, without any extension.

        Only the day of reception is known, so that periods of 5 days or less, which run in hours, end
        at the latest on the day that this gives when reception was at the opening of the office.
        """
        calendar = business_calendar()
        if self.months is not None:
            return calendar.processing_due_in_months(received, self.months)
        assert self.days is not None
        if self.counted == "civil":
            return calendar.period_end(received, self.days)
        return calendar.processing_due(received, self.days)

    def exact_end(self, received: date) -> date:
        """The same before a Saturday or a public holiday moves it on, where the days are of the calendar."""
        if self.months is not None:
            return business_calendar().end_of_months(received, self.months)
        assert self.days is not None
        return received + timedelta(days=self.days) if self.counted == "civil" else self.due(received)

    @property
    def in_working_days(self) -> bool:
        """Whether its days are counted without public holidays and Saturdays."""
        return self.months is None and self.counted == "petition"


def due_without(
    due: date, stopped: Iterable[tuple[date, date]], *, working_days: bool = True, exact: date | None = None
) -> date:
    """The last day of a period of which some days do not count (처리기간에 산입하지 아니하는 기간).

    due       the last day if all counted
    stopped   first and last of the days that do not count; a span that begins after the period has ended
              changes nothing, days that lie in two spans are left out once, and one whose last day is before
              its first has none
    exact     the day before it was moved off a holiday, for a period in days of the calendar
    """
    calendar = business_calendar()
    raw, left_out = exact or due, set[date]()
    for first, last in sorted(stopped):
        if first > due:
            continue
        fresh = {first + timedelta(days=n) for n in range((last - first).days + 1)} - left_out
        left_out |= fresh
        if working_days:
            due = calendar.add_business_days(due, sum(map(calendar.is_business_day, fresh)))
        else:
            raw += timedelta(days=len(fresh))
            due = calendar.business_day_on_or_after(raw)
    return due
