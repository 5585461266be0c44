from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.acts.corrections import BadValue, in_usual_form


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("phone", "01012345678", "010-1234-5678"),
        ("phone", "02 555 1234", "02-555-1234"),
        ("phone", "0522331181", "052-233-1181"),
        ("phone", "0505 1234 5678", "0505-1234-5678"),
        ("rrn", "9601211021413", "960121-1021413"),
        ("birth_date", "1996.1.21".replace(".1.", ".01."), "1996-01-21"),
        ("receipt_no", "2026ub0012345", "2026-UB-0012345"),
        ("business_no", "1048656659", "104-86-56659"),
        ("account", "1002-123 456789", "1002-123456789"),
        ("name", "  홍  길동 ", "홍 길동"),
    ],
)
def test_typed_values_are_put_into_the_usual_form(field: str, typed: str, kept: str) -> None:
    assert in_usual_form(field, typed) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("phone", "1234"),
        ("rrn", "960121-1******"),
        ("birth_date", "1996-13-40"),
        ("receipt_no", "12345"),
        ("account", "우리 1002"),
        ("name", ""),
        ("name", "홍*동"),
        ("address", "가" * 201),
    ],
)
def test_values_that_cannot_be_right_are_refused(field: str, typed: str) -> None:
    with pytest.raises(BadValue):
        in_usual_form(field, typed)


@given(st.sampled_from(["phone", "rrn", "birth_date", "receipt_no", "business_no", "account"]), st.text())
def test_what_is_kept_is_kept_again_as_it_is(field: str, typed: str) -> None:
    try:
        once = in_usual_form(field, typed)
    except BadValue:
        return
    assert in_usual_form(field, once) == once
