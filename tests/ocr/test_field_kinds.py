"""Values from readings: normalised, mended where the format allows one thing only, else doubted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.fields.kinds import KINDS
from ocr.fields.reading import Context, Parsed, Reading, choose
from ocr.identifiers import business_no_check, rrn_check


def read(kind: str, *texts: str, program: str = "", suffix: tuple[str, ...] = ()) -> Parsed | None:
    readings = [Reading(t, 0.9) for t in texts]
    return choose(readings, KINDS[kind], Context(program, suffix))


def value(kind: str, *texts: str, program: str = "", suffix: tuple[str, ...] = ()) -> str | None:
    parsed = read(kind, *texts, program=program, suffix=suffix)
    return parsed.value if parsed else None


@pytest.mark.parametrize(
    "text",
    [
        "960121-1021413",
        "960121 - 1021413",
        "96O121-l021413",
        "960121ㅡ1021413",
        "960121~1021413",
        "9601211021413",
    ],
)
def test_a_resident_number_however_it_is_written(text: str) -> None:
    assert value("rrn", text) == "960121-1021413"


def test_masked_numbers_are_no_resident_numbers() -> None:
    for text in ("710118-2******", "710118-*******", "710118-2xxxxxx", "710118-2●●●●●●"):
        assert value("rrn", text) is None


def test_a_stroke_too_many_is_dropped_where_the_check_digit_says_so() -> None:
    parsed = read("rrn", "|960121-1021413")
    assert parsed and parsed.value == "960121-1021413"


def test_of_two_readings_the_one_whose_check_digit_holds() -> None:
    assert value("rrn", "960121-1021418", "960121-1021413") == "960121-1021413"
    assert value("business_no", "104-86-56658", "104-86-56659") == "104-86-56659"


def test_a_failing_check_digit_is_told_or_mended_but_never_silent() -> None:
    parsed = read("rrn", "960121-1234567")
    assert parsed and {"check_digit", "mended"} & set(parsed.notes)
    assert parsed.share < 0.9 or parsed.fit < 0.7


def test_a_licence_number_is_not_mended_into_a_resident_number() -> None:
    assert value("rrn", "17-05-345698-13") is None


@settings(deadline=None)
@given(st.integers(0, 10**9 - 1), st.integers(0, 9), st.integers(1, 9))
def test_a_business_number_with_one_wrong_digit_is_always_marked(n: int, at: int, by: int) -> None:
    head = f"{n:09d}"
    good = next(head + c for c in "0123456789" if business_no_check(head + c))
    wrong = good[:at] + str((int(good[at]) + by) % 10) + good[at + 1 :]
    parsed = read("business_no", f"{wrong[:3]}-{wrong[3:5]}-{wrong[5:]}")
    if parsed and not business_no_check(wrong):
        assert {"check_digit", "mended"} & set(parsed.notes)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_text_crashes_a_kind(text: str) -> None:
    for kind in KINDS:
        parsed = read(kind, text, program="UB")
        if parsed and kind == "rrn" and not {"check_digit"} & set(parsed.notes):
            digits = parsed.value.replace("-", "")
            assert rrn_check(digits) or digits[:6] >= "201005" or digits[:2] < "30"


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("010-1234-5678", "010-9876-5432"),
        ("이0-9876-5432", None),
        ("O10 9876 5432", None),
        ("+82 10-9876-5432", None),
        ("810-9876-5432", None),
    ],
)
def test_a_mobile_number_however_it_is_written(text: str, phone: str | None) -> None:
    expected = "010-1234-5678" if phone else "010-9876-5432"
    assert value("phone", text) == expected


@pytest.mark.parametrize(
    "text",
    ["2026-UB-0012345", "2026 - UB - 0012345", "2O26-UB-00l2345", "2026-U8-0012345", "2026-\\1-0012345"],
)
def test_a_receipt_number_takes_the_program_of_its_form(text: str) -> None:
    assert value("receipt_no", text, program="UB") == "2026-UB-0012345"


def test_a_receipt_number_of_another_program_stays() -> None:
    assert value("receipt_no", "2026-NE-0012345") == "2026-NE-0012345"


def test_accounts_keep_their_hyphens() -> None:
    assert value("account", "585914-24-455827") == "585914-24-455827"
    assert value("account", "110 123 456789") == "110123456789"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("홍길동", "홍길동"),
        ("홍 길 동", "홍길동"),
        ("홍길동 (서명 또는 인)", "홍길동"),
        ("홍길동(洪吉童)", "홍길동"),
        ("0|나래", "이나래"),
        ("남궁민수", "남궁민수"),
        ("홍길동 960121-1021413", "홍길동"),
        ("또는 인)", None),
        ("없음", None),
        ("하나내과의원", None),
    ],
)
def test_names(text: str, name: str | None) -> None:
    assert value("name", text) == name


def test_a_suffix_is_not_part_of_a_name_even_misread() -> None:
    assert value("name", "최영희 님", suffix=("님",)) == "최영희"
    assert value("name", "최영희 넘", suffix=("님",)) == "최영희"


def test_banks_by_the_lexicon() -> None:
    assert value("bank", "신한온행") == "신한은행"
    assert value("bank", "KB국민은행") == "KB국민은행"
    assert value("bank", "국민") == "국민은행"
    assert value("bank", "물류관리") is None


def test_addresses_are_put_right_only_at_their_head() -> None:
    parsed = read("address", "대구광역사 수성구 동대구로 347, 118동 406호")
    assert parsed and parsed.value == "대구광역시 수성구 동대구로 347, 118동 406호"
    assert "mended" in parsed.notes


def test_dates() -> None:
    assert value("date", "2026년 9월 8일") == "2026-09-08"
    assert value("date", "1996. 1. 21.") == "1996-01-21"
    assert value("date", "2026.13.40") is None


@pytest.mark.parametrize(
    "text", ["2026-\\ ‘1 -0012345", "2026 VT 0012345", "2026-410012345", "2026-V1-0012345"]
)
def test_a_receipt_number_whose_code_cannot_be_read_is_mended_and_marked(text: str) -> None:
    parsed = read("receipt_no", text, program="VT")
    assert parsed and parsed.value == "2026-VT-0012345"
    assert "VT" in text or "mended" in parsed.notes


def test_a_read_070_is_doubted_where_010_is_likelier() -> None:
    parsed = read("phone", "070-9557-8846")
    assert parsed and parsed.value == "070-9557-8846" and parsed.share < 0.8
