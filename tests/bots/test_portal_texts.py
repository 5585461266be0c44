"""What a list says, in whatever words and order: times, sizes, counts, columns."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.browsing import texts
from bots.intake.portal.listing import rows_of
from config.portals import load_portal, says
from queues.errors import BusinessError

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=SEOUL)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23 15:04:20", (2026, 11, 23, 15, 4, 20)),
        ("2026.11.23 15:04", (2026, 11, 23, 15, 4, 0)),
        ("2026년 11월 3일 오후 3:04", (2026, 11, 3, 15, 4, 0)),
        ("26/11/23 오전 12:05", (2026, 11, 23, 0, 5, 0)),
        ("26-11-23\n오후 12시 05분", (2026, 11, 23, 12, 5, 0)),
        ("11-23 09:05", (2026, 11, 23, 9, 5, 0)),
        ("12.31 09:05", (2025, 12, 31, 9, 5, 0)),
        ("02-29 09:05", (2024, 2, 29, 9, 5, 0)),
        ("오늘 9:05", (2026, 11, 23, 9, 5, 0)),
        ("어제 23:59", (2026, 11, 22, 23, 59, 0)),
        ("2026-11-23 (월) 15:04", (2026, 11, 23, 15, 4, 0)),
    ],
)
def test_times_as_sites_write_them(text: str, expected: tuple[int, ...]) -> None:
    assert texts.moment(text, SEOUL, NOW) == datetime(*expected, tzinfo=SEOUL)  # type: ignore[misc]


@pytest.mark.parametrize(
    "text", ["", "2026-11-23", "15:04", "2026-13-40 15:04", "2026-11-23 25:00", "수신중"]
)
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert texts.moment(text, SEOUL, NOW) is None


@given(st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2026, 11, 23)))
def test_a_written_time_is_read_back(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=SEOUL)
    for form in ("%Y-%m-%d %H:%M:%S", "%y.%m.%d %H:%M:%S", "%Y/%m/%d %H:%M:%S"):
        assert texts.moment(when.strftime(form), SEOUL, NOW) == when
    recent = NOW - (NOW - when) % timedelta(days=360)
    assert texts.moment(recent.strftime("%m-%d %H:%M:%S"), SEOUL, NOW) == recent


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    texts.moment(text, SEOUL, NOW.astimezone(UTC))
    texts.count(text)
    texts.size(text)
    assert re.fullmatch(r"\+?\d*", texts.phone(text), re.ASCII)


@given(st.integers(min_value=0, max_value=3 * 10**8))
def test_a_size_as_written_allows_for_its_rounding(size: int) -> None:
    for written in (
        f"{size:,}",
        f"{size} Byte",
        f"{size / 1024:.1f}KB",
        f"{size // 1024}KB",
        f"{size / 1000:.0f} kb",
        f"{size / 2**20:.2f}MB",
    ):
        allowed = texts.size(written)
        assert allowed is not None
        assert allowed[0] <= size <= allowed[1], written


def test_a_size_in_bytes_is_exact_and_nonsense_is_none() -> None:
    assert texts.size("123,456") == (123456, 123456)
    assert texts.size("크기 모름") is None
    assert texts.size("12 장") is None
    assert [texts.count(t) for t in ("3매", "2/3", "", "없음", "1/2/3")] == [3, 3, None, None, None]


HEAD = ["", "상태", "발신자", "발신번호", "관리번호", "번호", "매수", "수신일시", "내려받기"]


def _rows(head: list[str], *cells: list[str]) -> list[object]:
    table = {"head": head, "rows": [{"cells": row, "single": len(row) == 1, "link": ""} for row in cells]}
    return list(rows_of(table, load_portal("hanbit"), SEOUL, NOW))


def test_columns_are_found_by_their_heads() -> None:
    row = ["", "미확인", "바른교육", "02-123-4567", "F-17", "1", "3매", "2026-11-23 15:04", "내려받기"]
    (one,) = _rows(HEAD, row, row)
    assert (one.number, one.caller, one.sender, one.pages, one.size, one.unfetched) == (  # type: ignore[attr-defined]
        "F-17", "021234567", "바른교육", 3, None, True
    )  # fmt: skip
    order = [7, 3, 1, 0, 8, 2, 6, 4, 5]
    assert _rows([HEAD[n] for n in order], [row[n] for n in order]) == [one]
    assert _rows(HEAD, ["조회된 팩스가 없습니다."]) == []


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (["관리번호"], ["17"]),
        (["관리번호", "관리 번호", "수신일시"], ["17", "17", "2026-11-23 15:04"]),
        (["관리번호", "수신일시"], ["", "2026-11-23 15:04"]),
        (["관리번호", "수신일시"], ["17", "방금"]),
        ([], ["17", "18"]),
    ],
)
def test_what_cannot_be_understood_is_said_and_not_guessed(head: list[str], row: list[str]) -> None:
    with pytest.raises(BusinessError) as told:
        _rows(head, row)
    assert told.value.code == "portal_changed"


def test_words_are_found_whatever_the_blanks() -> None:
    assert says("계정이  잠겼습니다.", ["계정이 잠겼"])
    assert not says("로그인", ["로그아웃"])
