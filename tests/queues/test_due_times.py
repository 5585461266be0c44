"""When a bot is due next and was due last, over nights, weekends and holidays; weekdays as cron counts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.bot_schedule import BotSchedule
from config.due_times import last_due, next_due, open_from, schedule_of, weekdays, why_not_at

MONDAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)  # noon in Seoul; the substitute of 삼일절
TUESDAY = MONDAY + timedelta(days=1)


def test_weekdays_are_those_of_cron() -> None:
    schedule = BotSchedule("x", cron="0 9 * * 1")
    due = next_due(schedule, TUESDAY)
    assert due is not None
    assert due.weekday() == 0, "1 is Monday"
    assert weekdays("0") == weekdays("7") == "sun"
    assert weekdays("1-5") == "mon,tue,wed,thu,fri"
    assert weekdays("5-7") == "fri,sat,sun"
    assert weekdays("*/2,mon-wed") == "*/2,mon-wed"


@pytest.mark.parametrize(
    ("schedule", "after", "due"),
    [
        (BotSchedule("x", every=300.0), TUESDAY, TUESDAY + timedelta(minutes=5)),
        # The holiday over, at nine in Seoul.
        (BotSchedule("x", every=300.0, hours="office"), MONDAY, datetime(2026, 3, 3, tzinfo=UTC)),
        (
            BotSchedule("x", cron="30 8 * * *", days="business"),
            MONDAY,
            datetime(2026, 3, 2, 23, 30, tzinfo=UTC),
        ),
        (BotSchedule("x", cron="0 9 * * *", hours="office"), MONDAY, datetime(2026, 3, 3, tzinfo=UTC)),
    ],
)
def test_the_next_due_time_is_one_at_which_it_runs(
    schedule: BotSchedule, after: datetime, due: datetime
) -> None:
    assert next_due(schedule, after) == due


def test_the_last_due_time_skips_what_was_closed() -> None:
    office = BotSchedule("x", every=300.0, hours="office")
    friday_evening = datetime(2026, 2, 27, 8, 55, tzinfo=UTC)
    assert last_due(office, MONDAY) == friday_evening
    assert last_due(BotSchedule("x", cron="0 10 * * *", days="business"), MONDAY) == friday_evening.replace(
        hour=1, minute=0
    )
    assert why_not_at(office, MONDAY) == "holiday"
    assert why_not_at(office, TUESDAY + timedelta(hours=9)) == "closed"


@given(
    st.sampled_from(
        [
            BotSchedule("x", every=7.0),
            BotSchedule("x", every=3600.0, hours="bank"),
            BotSchedule("x", cron="*/20 * * * *", days="business"),
            BotSchedule("x", cron="15 4 * * 1-5"),
        ]
    ),
    st.integers(0, 400 * 86_400),
)
def test_last_and_next_lie_around_any_moment(schedule: BotSchedule, seconds: int) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    last, following = last_due(schedule, moment), next_due(schedule, moment)
    assert last is not None and following is not None
    assert last <= moment < following
    assert not why_not_at(schedule, last) and not why_not_at(schedule, following)
    assert next_due(schedule, last) == following, "there is none between them"
    opening = open_from(schedule, moment)
    assert opening is not None and moment <= opening <= following


def test_what_the_record_shows_is_the_schedule() -> None:
    for schedule in (
        BotSchedule("x", every=3.0, missed="all", overlap="queue"),
        BotSchedule("x", cron="1 2 * * *", days="business", hours="bank"),
    ):
        assert schedule_of("x", schedule.to_dict()) == schedule
    assert schedule_of("x", None) is None
