"""Check digits and formats of numbers."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr import identifiers as ids

digits = st.text(alphabet="0123456789", min_size=0, max_size=14)


@pytest.mark.parametrize(
    ("number", "holds"), [("9601211021413", True), ("0509122000019", True), ("9601211234567", False)]
)
def test_resident_numbers_of_the_reference(number: str, holds: bool) -> None:
    assert ids.rrn_check(number) is holds


@pytest.mark.parametrize(("number", "holds"), [("1048656659", True), ("1048656658", False)])
def test_business_numbers_of_the_reference(number: str, holds: bool) -> None:
    assert ids.business_no_check(number) is holds


def test_birth_date_tells_the_century() -> None:
    assert ids.rrn_birth_date("9601211") == date(1996, 1, 21)
    assert ids.rrn_birth_date("0509123") == date(2005, 9, 12)
    assert ids.rrn_birth_date("9613011") is None
    assert ids.rrn_birth_date("960230") is None


def test_numbers_of_babies_since_october_2020_may_break_the_check() -> None:
    assert ids.rrn_may_break_check("2010054000000")
    assert not ids.rrn_may_break_check("2010044000000")


@settings(deadline=None)
@given(digits)
def test_no_digits_crash_the_checks(number: str) -> None:
    (
        ids.rrn_check(number),
        ids.business_no_check(number),
        ids.rrn_birth_date(number),
        ids.phone_is_valid(number),
    )


@settings(deadline=None)
@given(st.integers(0, 10**9 - 1), st.integers(0, 8), st.integers(1, 9))
def test_a_business_number_has_one_check_digit_and_a_wrong_digit_is_noticed(n: int, at: int, by: int) -> None:
    head = f"{n:09d}"
    good = [head + c for c in "0123456789" if ids.business_no_check(head + c)]
    assert len(good) == 1
    if at not in (8,):  # the ninth digit counts twice over, so that some changes of it cancel out
        changed = good[0][:at] + str((int(good[0][at]) + by) % 10) + good[0][at + 1 :]
        assert not ids.business_no_check(changed)


@pytest.mark.parametrize(
    ("number", "formatted"),
    [
        ("01012345678", "010-1234-5678"),
        ("0212345678", "02-1234-5678"),
        ("021234567", "02-123-4567"),
        ("0311234567", "031-123-4567"),
        ("15881234", "1588-1234"),
        ("050712345678", "0507-1234-5678"),
    ],
)
def test_phones_are_grouped_as_they_are_written(number: str, formatted: str) -> None:
    assert ids.phone_is_valid(number)
    assert ids.format_phone(number) == formatted


@settings(deadline=None)
@given(digits)
def test_formatting_a_phone_keeps_its_digits(number: str) -> None:
    assert ids.format_phone(number).replace("-", "") == number
