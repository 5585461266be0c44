"""The day of service, and the last day of what runs from it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.notices.service import public_notice_takes_effect, runs_until, served_by
from config.calendar import BusinessCalendar, business_calendar

# 14:59 UTC is still the same day in Seoul, 15:00 the next.
LATE, NEXT = datetime(2026, 11, 20, 14, 59, tzinfo=UTC), datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def test_the_day_is_the_one_where_the_center_is() -> None:
    late, following = served_by("registered", LATE), served_by("registered", NEXT)
    assert late and following
    assert (late.on, following.on) == (date(2026, 11, 20), date(2026, 11, 21))


@pytest.mark.parametrize("channel", ["registered", "electronic", "hand", "public"])
def test_an_act_is_served_by_what_proves_it(channel: str) -> None:
    served = served_by(channel, LATE, official=True)
    assert served and served.how == channel


@pytest.mark.parametrize("channel", ["post", "sms", "lms", "alimtalk", "email", "pigeon"])
def test_an_act_is_served_by_nothing_else(channel: str) -> None:
    assert served_by(channel, LATE, official=True) is None


def test_ordinary_mail_never_proves_its_arrival() -> None:
    assert served_by("post", LATE) is None
    message = served_by("sms", LATE)
    assert message and message.how == "electronic"


def test_a_public_notice_takes_effect_when_14_days_have_passed() -> None:
    # posted on the 2nd: the 3rd to the 16th are the 14 days
    assert public_notice_takes_effect(date(2026, 11, 2)) == date(2026, 11, 17)


@pytest.mark.parametrize(
    ("served", "days", "last"),
    [
        (date(2026, 11, 20), 90, date(2027, 2, 18)),
        (date(2026, 11, 20), 14, date(2026, 12, 4)),
        (date(2026, 11, 20), 15, date(2026, 12, 7)),  # the 5th is a Saturday
        (date(2026, 12, 18), 7, date(2026, 12, 28)),  # Christmas, then a weekend
        (date(2026, 2, 9), 7, date(2026, 2, 19)),  # 설날: the 16th to the 18th
    ],
)
def test_a_period_ends_on_a_day_that_is_no_holiday(served: date, days: int, last: date) -> None:
    assert runs_until(served, days) == last


def test_a_saturday_on_which_the_center_opens_takes_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    own = BusinessCalendar(opened={date(2026, 12, 5): "특별근무"}, closed={date(2026, 12, 7): "이사"})
    monkeypatch.setattr("bots.notices.service.business_calendar", lambda: own)
    assert runs_until(date(2026, 11, 20), 15) == date(2026, 12, 8)


def test_there_is_no_period_of_no_days() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        runs_until(date(2026, 11, 20), 0)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 400))
def test_a_period_is_never_shorter_than_its_days(served: date, days: int) -> None:
    last = runs_until(served, days)
    assert last >= served + timedelta(days=days)
    assert last.weekday() < 5
    calendar = business_calendar()
    between = [served + timedelta(days=n) for n in range(days, (last - served).days)]
    assert not any(calendar.is_business_day(day) for day in between)
