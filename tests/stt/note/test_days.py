"""Days and hours in what is said, reckoned from the day of the talk."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.note.clocks import clocks
from stt.note.days import days
from stt.note.written import written

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ("십이월 삼일까지 내 주세요", "2026-12-03"),
        ("12월 3일 목요일에 오세요", "2026-12-03"),
        ("십이월 삼 일 수요일까지요", None),
        ("일월 오일에 시작해요", "2027-01-05"),
        ("내년 이월 삼일이요", "2027-02-03"),
        ("유월 십일에요", "2027-06-10"),
        ("다음 달 오일까지요", "2026-12-05"),
        ("이번 달 삼십일까지", "2026-11-30"),
        ("다음 주 화요일 두 시에 봬요", "2026-12-01"),
        ("이번 주 금요일까지요", "2026-11-27"),
        ("다다음 주 월요일에", "2026-12-07"),
        ("돌아오는 목요일에 오세요", "2026-11-26"),
        ("수요일에 뵐게요", "2026-11-25"),
        ("월요일에 뵐게요", None),
        ("다음 화요일이요", None),
        ("보름 뒤에 연락드릴게요", "2026-12-08"),
        ("사흘 안에 보내 주세요", "2026-11-26"),
        ("이 주 뒤에 오세요", "2026-12-07"),
        ("한 달 뒤에 뵙죠", "2026-12-23"),
        ("내일 전화드릴게요", "2026-11-24"),
        ("모레까지요", "2026-11-25"),
        ("내일배움카드 신청하세요", ""),
        ("오늘 안내드린 서류요", ""),
        ("오늘 확인해서 문자 드릴게요", "2026-11-23"),
        ("이번 주까지 내세요", "2026-11-27"),
        ("십이월 말까지요", "2026-12-31"),
        ("십이월 초에 오세요", None),
        ("나중에 연락드릴게요", None),
        ("다음 주 중에 연락 주세요", None),
        ("이십일까지 오시면 돼요", "2026-12-20"),
        ("퇴사한 날부터 십이 개월 이내에 신청하세요", ""),
        ("취업한 날부터 14일 이내에 신고하세요", ""),
        ("삼 일 동안 일했어요", ""),
        ("일주일에 두 번이요", ""),
        ("두세 달 뒤에요", ""),
        ("십이월 삼일 지나면 안 돼요", "2026-12-03"),
    ],
)
def test_a_day_is_reckoned_or_left_open(said: str, on: str | None) -> None:
    """ "" stands for no day at all, None for one that is not known."""
    found = days(written(said), MONDAY)
    if on == "":
        assert [day for day in found if day.on] == []
    else:
        assert [day.on for day in found] == [date.fromisoformat(on) if on else None]


def test_a_weekday_that_does_not_fit_its_date_is_a_contradiction() -> None:
    (day,) = days(written("십이월 삼일 화요일에 오세요"), MONDAY)
    assert (day.on, day.flag) == (None, "date_contradiction")


def test_a_holiday_ends_the_week_earlier() -> None:
    """9 October 2026, a Friday, is 한글날."""
    (day,) = days(written("이번 주 안에 내셔야 돼요"), date(2026, 10, 7))
    assert (day.on, day.flag) == (date(2026, 10, 8), "date_reckoned")


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("오후 두 시 반에 오세요", "14:30"),
        ("두 시에 뵐게요", "14:00"),
        ("열 시 십오 분이요", "10:15"),
        ("열두 시 반에요", "12:30"),
        ("오전 열한 시", "11:00"),
        ("14:30까지 오세요", "14:30"),
        ("정오에 뵙죠", "12:00"),
        ("여덟 시에요", ""),
        ("아침 여덟 시에요", "08:00"),
    ],
)
def test_an_hour_is_that_of_an_office(said: str, at: str) -> None:
    assert [clock.at for clock in clocks(written(said))] == [at]


def test_hours_that_are_counted_are_no_clock() -> None:
    assert clocks(written("하루에 네 시간 일해요")) == []


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="십이삼월일까지 다음주화요일오후두시반 12.,말뒤", max_size=30),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
)
def test_no_words_break_the_reckoning(said: str, today: date) -> None:
    text = written(said)
    for found in (*days(text, today), *clocks(text)):
        assert 0 <= found.start < found.end <= len(said)
    assert all(day.on is None or day.on >= today for day in days(text, today))
