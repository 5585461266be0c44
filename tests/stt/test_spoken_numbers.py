"""Numbers as they are spoken."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stt.spoken_numbers import find_numbers, in_digits

SINO = "영일이삼사오육칠팔구"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("삼백이십만 원 받았고요", "3200000원 받았고요"),
        ("3만 5천 원이고 1,200,000원", "35000원이고 1200000원"),
        ("1억 2천 오백만원", "125000000원"),
        ("삼사백만 원", "3000000~4000000원"),
        ("이삼일 걸려요", "2~3일 걸려요"),
        ("스물다섯 살입니다", "25살입니다"),
        ("만 서른네 살", "만 34살"),
        ("두세 번 서너 명", "2~3번 3~4명"),
        ("열두 시 반에 오세요", "12시 반에 오세요"),
        ("이천이십육년 십이월 삼일까지요", "2026년 12월 3일까지요"),
        ("십이월삼일", "12월3일"),
        ("유월 이십오일 시월 일일", "6월 25일 10월 1일"),
        ("내년 이월 삼일이요", "내년 2월 3일이요"),
        ("2월 3일이에요", "2월 3일이에요"),
        ("십이월 이십일일이고요", "12월 21일이고요"),
        ("사월 일일 이후에", "4월 1일 이후에"),
        ("백이십일 동안", "120일 동안"),
        ("이십일 명", "21명"),
        ("보름 뒤에 사흘", "15일 뒤에 3일"),
        ("삼 점 삼 퍼센트", "3.3퍼센트"),
        ("이유형이요", "2유형이요"),
        ("공일공에 삼이사오에 육칠팔구", "010에 3245에 6789"),
        ("팔팔공일공일", "880101"),
        ("0012345", "0012345"),
        ("삼 개월이쥬 두 달인디", "3개월이쥬 2달인디"),
    ],
)
def test_numbers_are_found_and_written_in_figures(said: str, written: str) -> None:
    assert in_digits(said) == written


@pytest.mark.parametrize(
    "said",
    [
        "일자리 구직 이 서류 두고 오늘 사람 이 회사",
        "이번 주 이분이 이주하시고",
        "네 개인적으로 오세요",
        "이천에 살고 구직급여 사업 오만 데",
        "한번 해 보세요 일부만요",
        "사이사이 일일이 말하기가",
        "두 분이 아니라 이 분이요"[9:],
    ],
)
def test_words_that_only_look_like_numbers_are_none(said: str) -> None:
    assert find_numbers(said) == []


def test_a_number_that_may_be_read_otherwise_says_so() -> None:
    assert find_numbers("백팔십일 이상")[0].unclear
    assert find_numbers("이십이요")[0].unclear
    assert not find_numbers("십이월 이십일")[1].unclear


def test_places_are_those_of_the_text() -> None:
    text = "월급이 이백육십만 원이고 칠월 이십사일에 왔어요"
    for number in find_numbers(text):
        assert text[number.start : number.end] == number.text
        assert number.unit == text[number.end : number.unit_end].strip()


def spoken(value: int) -> str:
    """A number below 10^12 as it is said in Sino-Korean."""
    parts = []
    for power, name in ((10**8, "억"), (10**4, "만"), (1, "")):
        section, value = divmod(value, power)
        if section:
            parts.append(("" if section == 1 and name == "만" else _section(section)) + name)
    return "".join(parts)


def _section(value: int) -> str:
    said = ""
    for power, name in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        figure, value = divmod(value, power)
        if figure:
            said += ("" if figure == 1 and name else SINO[figure]) + name
    return said


@given(st.integers(min_value=11, max_value=10**12 - 1), st.sampled_from(["원", " 원", "명", " 개월"]))
@settings(max_examples=150, deadline=None)
def test_any_number_is_read_as_it_was_said(value: int, unit: str) -> None:
    said = spoken(value)
    numbers = find_numbers(f"그게 {said}{unit}이에요")
    values = {(n.value, n.upto) for n in numbers}
    assert (Decimal(value), None) in values or any(n.upto is not None for n in numbers)


@given(st.text(alphabet="이일삼사오육십백천만 점반에서라도월원두세네하나열0123,-가요", max_size=60))
@settings(max_examples=200, deadline=None)
def test_nothing_breaks_and_numbers_do_not_overlap(text: str) -> None:
    at = 0
    for number in find_numbers(text):
        assert at <= number.start < number.end <= number.unit_end <= len(text)
        at = number.unit_end


def test_hostile_lengths_take_no_time() -> None:
    for text in ("이라도" * 3000, "이 " * 1000, "일이삼" * 5000, "1" * 20_000):
        find_numbers(text)
