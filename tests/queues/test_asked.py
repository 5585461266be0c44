"""What a line of the search box is understood as."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.asked import Asked, understand

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 14, 7, tzinfo=SEOUL)  # a Monday


def spoken(line: str) -> Asked:
    return understand(line, NOW)


def span(line: str) -> tuple[str, str]:
    found = spoken(line).span
    assert found is not None, line
    return f"{found.start:%y-%m-%d %H:%M}", f"{found.end:%y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("11시쯤", "26-11-23 10:30", "26-11-23 12:00"),
        ("16시쯤", "26-11-22 15:30", "26-11-22 17:00"),
        ("오늘 오후", "26-11-23 12:00", "26-11-24 00:00"),
        ("어제 14:30", "26-11-22 14:15", "26-11-22 14:45"),
        ("11/20", "26-11-20 00:00", "26-11-21 00:00"),
        ("12월 3일", "25-12-03 00:00", "25-12-04 00:00"),
        ("20일", "26-11-20 00:00", "26-11-21 00:00"),
        ("30일", "26-10-30 00:00", "26-10-31 00:00"),
        ("20261120", "26-11-20 00:00", "26-11-21 00:00"),
        ("2026-11-02", "26-11-02 00:00", "26-11-03 00:00"),
        ("11/18~11/20", "26-11-18 00:00", "26-11-21 00:00"),
        ("18~20일", "26-11-18 00:00", "26-11-21 00:00"),
        ("10~12시", "26-11-23 10:00", "26-11-23 12:00"),
        ("오전 9시부터 11시까지", "26-11-23 09:00", "26-11-23 11:00"),
        ("어제 10시~2시", "26-11-22 10:00", "26-11-22 14:00"),
        ("어제 14:30~오늘 9시", "26-11-22 14:15", "26-11-23 10:00"),
        ("2시 반쯤", "26-11-23 14:00", "26-11-23 15:00"),
        ("02:30", "26-11-23 02:15", "26-11-23 02:45"),
        ("지난주 금요일 오후 3시", "26-11-20 14:30", "26-11-20 16:00"),
        ("월요일 아침", "26-11-23 06:00", "26-11-23 10:00"),
        ("지난주", "26-11-16 00:00", "26-11-23 00:00"),
        ("사흘 전", "26-11-20 00:00", "26-11-21 00:00"),
        ("30분 전", "26-11-23 13:22", "26-11-23 13:52"),
        ("방금", "26-11-23 13:37", "26-11-23 14:08"),
    ],
)
def test_times_as_people_say_them(line: str, start: str, end: str) -> None:
    assert span(line) == (start, end)


def test_all_at_once_in_any_order() -> None:
    for line in ("김서연 5쪽 오늘", "오늘 김서연님 5장", "5페이지짜리 김서연씨 오늘"):
        asked = spoken(line)
        assert (asked.names, asked.pages) == (("김서연",), (5, 5)), line
        assert asked.span is not None


def test_numbers_are_told_apart() -> None:
    asked = spoken("010-1234-5678 2026ub12345 배달 17 D-0000042 1234")
    assert asked.phones == ("01012345678",)
    assert asked.receipts == ("2026-UB-0012345",)
    assert (asked.deliveries, asked.entries, asked.tails) == ((17,), (42,), ("1234",))
    assert spoken("+82 10-1234-5678").phones == ("01012345678",)
    assert spoken("01012345678").phones == ("01012345678",)


@pytest.mark.parametrize(
    ("line", "pages"),
    [
        ("세 장", (3, 3)),
        ("3~5쪽", (3, 5)),
        ("10장 이상", (10, 1_000_000)),
        ("5쪽쯤", (4, 6)),
        ("다섯 장짜리", (5, 5)),
    ],
)
def test_page_counts(line: str, pages: tuple[int, int]) -> None:
    assert spoken(line).pages == pages


def test_words_of_the_call_are_no_names() -> None:
    asked = spoken("어제 오후에 보낸 팩스 왔나요?")
    assert asked.names == () and asked.span is not None
    assert spoken("공장장 장한").names == ("공장장", "장한")
    assert not spoken("팩스 ?")


@given(st.text(max_size=80))
def test_no_line_is_too_strange(line: str) -> None:
    asked = spoken(line)
    assert asked.span is None or asked.span.start < asked.span.end


_PARTS = st.sampled_from(
    [
        "오늘",
        "어제",
        "11/20",
        "11시쯤",
        "오후 3시",
        "10~12시",
        "지난주 금요일",
        "김서연",
        "5쪽",
        "010-1234-5678",
        "1234",
        "~",
        "까지",
    ]
)


@given(st.lists(_PARTS, max_size=7))
def test_no_mixture_of_parts_is_too_strange(parts: list[str]) -> None:
    asked = spoken(" ".join(parts))
    assert asked.span is None or asked.span.start < asked.span.end
    assert ("김서연" in parts) == ("김서연" in asked.names)
    assert ("5쪽" in parts) == (asked.pages == (5, 5))
