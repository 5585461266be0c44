"""The center's calendar and the schedule of the bots."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.bot_schedule import bot_schedules
from config.calendar import business_calendar
from config.settings import Settings, layered
from tests.conftest import environment


@pytest.fixture(autouse=True)
def _fresh() -> None:
    business_calendar.cache_clear()


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 3, 2), "삼일절 대체"),
        (date(2026, 2, 17), "설날"),
        (date(2026, 9, 25), "추석"),
        (date(2026, 11, 21), "토요일"),
        (date(2026, 11, 22), "일요일"),
        (date(2026, 5, 1), "노동절"),
    ],
)
def test_closed_days(day: date, why: str) -> None:
    assert why in business_calendar().why_closed(day)


def test_periods() -> None:
    calendar = business_calendar()
    assert calendar.is_business_day(date(2026, 11, 23))
    assert calendar.add_business_days(date(2026, 2, 13), 1) == date(2026, 2, 19)
    # 14 days, received on a Monday, the first day counts, no holiday between.
    assert calendar.processing_due(date(2026, 11, 2), 14) == date(2026, 11, 19)
    assert calendar.processing_due(date(2026, 11, 1), 14) == date(2026, 11, 19)
    assert calendar.period_end(date(2026, 11, 7), 14) == date(2026, 11, 23)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 40))
def test_business_days_add_up(day: date, count: int) -> None:
    calendar = business_calendar()
    end = calendar.add_business_days(day, count)
    assert calendar.is_business_day(end)
    assert calendar.add_business_days(calendar.add_business_days(day, count - 1), 1) == end


def test_hours() -> None:
    calendar = business_calendar()
    assert calendar.is_open(datetime(2026, 11, 23, 0, 0, tzinfo=UTC))
    assert not calendar.is_open(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert not calendar.is_open(datetime(2026, 11, 23, 7, 30, tzinfo=UTC), "bank")


def test_the_centers_own_days_lie_over_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "holidays.yaml").write_text(
        "closed: [{date: 2026-11-23, name: 개청 기념일}]\nopen: [{date: 2026-05-01, name: 근무}]\n"
        'hours: {office: {from: "08:00", to: "17:00"}}\n'
    )
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        calendar = business_calendar()
        assert calendar.why_closed(date(2026, 11, 23)) == "개청 기념일"
        assert calendar.is_business_day(date(2026, 5, 1))
        assert calendar.hours["office"][0].hour == 8
        assert "bank" in calendar.hours
    business_calendar.cache_clear()
    (tmp_path / "holidays.yaml").write_text("closed: [{name: x}]\n")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)), pytest.raises(ValueError, match=r"holidays\.yaml"):
        business_calendar()


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("a.b: {every: 0s}", "every must be"),
        ("a.b: {every: 3s, cron: '* * * * *'}", "either every or cron"),
        ("a.b: {every: 3s, off: true}", "no setting"),
        ("a.b: {cron: '* *'}", "five fields"),
        ("a.b: {every: 3s, missed: maybe}", "missed must be one of"),
    ],
)
def test_a_faulty_schedule_says_where(tmp_path: Path, entry: str, told: str) -> None:
    (tmp_path / "bots.yaml").write_text(entry)
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)), pytest.raises(ValueError, match=told):
        bot_schedules()


def test_files_of_ones_own_replace_and_add(tmp_path: Path) -> None:
    (tmp_path / "forms").mkdir()
    (tmp_path / "forms" / "zzz.yaml").write_text("")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        found = layered("forms/*.yaml")
        assert found[-1] == tmp_path / "forms" / "zzz.yaml"
        assert layered("holidays.yaml")[0].parent.name == "config"
    assert Settings(var_dir=Path("x")).var_dir.is_absolute()
