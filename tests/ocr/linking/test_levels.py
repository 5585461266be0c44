from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.linking import normal
from ocr.linking.levels import address_level, digits_level, name_level, text_level

DIGITS = st.text("0123456789", min_size=7, max_size=14)


@pytest.mark.parametrize(
    ("read", "true", "level"),
    [
        ("9601211021413", "9601211021413", "exact"),
        ("9601211021413", "9601211021483", "one_digit"),
        ("9601211021418", "9601211021413", "confusable"),
        ("9601211021431", "9601211021413", "transposed"),
        ("9001217021413", "9601211021413", "two_digits"),
        ("960121102141", "9601211021413", "gap"),
        ("0305204356837", "0305203568371", "gap"),
        ("8803152233445", "9601211021413", "different"),
        ("9601211******", "9601211021413", "exact"),
    ],
)
def test_numbers(read, true, level):
    assert digits_level(read, true).name == level


@pytest.mark.parametrize(
    ("read", "true", "level"),
    [
        ("김영희", "김영희", "exact"),
        ("김염희", "김영희", "alike"),
        ("김철희", "김영희", "one_syllable"),
        ("김희", "김영희", "gap"),
        ("김*희", "김영희", "exact"),
        ("박민수", "김영희", "different"),
        ("*", "김", "different"),
    ],
)
def test_names(read, true, level):
    assert name_level(read, true).name == level


def test_company_without_its_legal_form():
    assert normal.company("주식회사 우진상사") == normal.company("우진상사(주)") == "우진상사"
    assert text_level(normal.company("㈜우진상시"), normal.company("우진상사")).name == "alike"


def test_house_number_tells_addresses_apart():
    a, b = (normal.address(f"대구 수성구 동대구로 {n}, 101동 1001호") for n in (12, 77))
    assert address_level(a, a).name == "exact"
    assert address_level(a, b).name == "different"


@given(DIGITS, DIGITS)
def test_level_is_symmetric_but_for_the_shape_of_digits(a, b):
    near = {"confusable", "one_digit"}
    one, other = digits_level(a, b).name, digits_level(b, a).name
    assert one == other or {one, other} == near


@given(DIGITS, st.data())
def test_one_changed_digit_is_one_digit_away(number, data):
    at = data.draw(st.integers(0, len(number) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != number[at]]))
    changed = number[:at] + digit + number[at + 1 :]
    assert digits_level(changed, number).name in ("confusable", "one_digit")


@given(st.text(max_size=30))
def test_normal_forms_are_stable(text):
    for f in (normal.name, normal.company, normal.address, normal.receipt, normal.rrn_pattern, normal.digits):
        assert f(f(text)) == f(text)


@pytest.mark.parametrize(
    ("rrn", "birth", "pattern"),
    [
        ("960121-1021413", "", "9601211021413"),
        ("960121-1******", "", "9601211******"),
        ("", "1996-01-21", "960121*******"),
        ("", "", ""),
        ("12", "1996-01-21", "960121*******"),
    ],
)
def test_rrn_pattern(rrn, birth, pattern):
    assert normal.rrn_pattern(rrn, birth) == pattern
