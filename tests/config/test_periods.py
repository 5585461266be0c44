"""Legal processing periods, and who gets which case: data of the center, counted as the law says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bots.doctor.rules import checks, faulty
from config.assignment import AssignmentError, Rule, assignment, lies_in
from config.calendar import business_calendar
from config.periods import ProcessingPeriod, due_without
from config.programs import legal_due, load_programs, program_of_form
from tests.conftest import environment


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    for cached in (business_calendar, load_programs, assignment):
        cached.cache_clear()
    yield
    for cached in (business_calendar, load_programs, assignment):
        cached.cache_clear()


def period(**given: object) -> ProcessingPeriod:
    return ProcessingPeriod.model_validate(
        {"effective": date(2026, 1, 1), "law": "시험", "confirmed": False, **given}
    )


@pytest.mark.parametrize(
    ("told", "received", "due"),
    [
        # 14 days: the first counts, Saturdays, Sundays and public holidays do not.
        ({"days": 14}, date(2026, 11, 2), date(2026, 11, 19)),
        ({"days": 14}, date(2026, 9, 21), date(2026, 10, 14)),
        # What comes on a Saturday is received on the Monday after.
        ({"days": 7}, date(2026, 11, 7), date(2026, 11, 17)),
        # A month: the day before the same day of the next, or its last one, or the next business day.
        ({"months": 1}, date(2026, 11, 16), date(2026, 12, 15)),
        ({"months": 1}, date(2026, 11, 2), date(2026, 12, 1)),
        ({"months": 1}, date(2026, 1, 30), date(2026, 3, 3)),
        ({"months": 1}, date(2026, 10, 27), date(2026, 11, 26)),
        ({"months": 1}, date(2026, 11, 13), date(2026, 12, 14)),
        # By the civil code the first day does not count, and a Sunday at the end moves it on.
        ({"days": 14, "counted": "civil"}, date(2026, 11, 7), date(2026, 11, 23)),
    ],
)
def test_periods_are_counted_as_the_law_says(told: dict[str, object], received: date, due: date) -> None:
    assert period(**told).due(received) == due


@given(st.dates(date(2024, 1, 1), date(2029, 12, 31)), st.integers(1, 60), st.booleans())
def test_every_period_ends_on_a_business_day(received: date, length: int, months: bool) -> None:
    due = period(**({"months": length % 12 + 1} if months else {"days": length})).due(received)
    assert business_calendar().is_business_day(due)
    assert due >= received


def test_a_period_has_one_length() -> None:
    for told in ({}, {"days": 3, "months": 1}, {"months": 1, "counted": "civil"}):
        with pytest.raises(ValidationError):
            period(**told)


def test_the_period_in_force_on_the_day_of_reception_counts(tmp_path: Path) -> None:
    (tmp_path / "programs.yaml").write_text(
        "programs:\n  ub_application:\n    title: x\n    code: UB\n    form: ub_application\n    processing:\n"
        "      - {effective: 2026-01-01, days: 14, law: x, confirmed: true}\n"
        "      - {effective: 2026-11-01, days: 7, law: x, confirmed: true}\n"
    )
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        assert legal_due("ub_application", date(2026, 10, 30)) == date(2026, 11, 18)
        assert legal_due("ub_application", date(2026, 11, 2)) == date(2026, 11, 10)
        assert legal_due("unheard_of", date(2026, 11, 2)) is None


def test_every_program_says_how_long_by_which_law_and_whether_that_is_confirmed() -> None:
    for name, program in load_programs().items():
        assert program.processing, name
        assert all(p.law for p in program.processing)
    assert program_of_form("nes_application") == "nes_application"
    assert program_of_form("bankbook_copy") == ""


@pytest.mark.parametrize(
    ("address", "district", "lies"),
    [
        ("서울특별시 중구 세종대로 1", "서울 중구", True),
        ("서울 중구 세종대로 1", "서울특별시 중구", True),
        ("부산광역시 중구 중앙대로 1", "서울특별시 중구", False),
        ("경기도 수원시 장안구 정자로 1", "수원시", True),
        ("경기 수원시 장안구 정자로 1", "경기도 수원시", True),
        ("경기도 광주시 경안동", "광주광역시", False),
        ("", "서울", False),
        ("서울특별시 중구", "", False),
    ],
)
def test_addresses_and_districts(address: str, district: str, lies: bool) -> None:
    assert lies_in(address, district) is lies


def test_the_closest_district_names_the_center(tmp_path: Path) -> None:
    (tmp_path / "assignment.yaml").write_text(
        "center: [수원고용센터]\njurisdiction:\n"
        "  - {center: 수원고용센터, districts: [경기도 수원시]}\n"
        "  - {center: 장안고용센터, districts: [경기도 수원시 장안구]}\n"
    )
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        rules = assignment()
        assert rules.center_of("경기 수원시 장안구 정자로 1") == "장안고용센터"
        assert rules.center_of("경기 수원시 영통구 1") == "수원고용센터"
        assert rules.center_of("제주시 1") == ""
        assert rules.is_ours("수원고용센터") and not rules.is_ours("장안고용센터")
        assert rules.centers() == ["장안고용센터"]


@pytest.mark.parametrize(
    "text", ["rules: [{programs: [x]}]", "rules: [{team: a, officers: ['1']}]", "rule: []", "rules: ["]
)
def test_a_faulty_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "assignment.yaml").write_text(text)
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)), pytest.raises(AssignmentError, match="assignment"):
        assignment()


def test_the_doctor_says_what_is_wrong_and_what_is_not_confirmed(tmp_path: Path) -> None:
    assert faulty() == ""
    told = [("legal periods", "advice"), ("supplementing", "advice"), ("assignment", "ok")]
    assert [(c.name, c.state) for c in checks()] == told
    (tmp_path / "assignment.yaml").write_text("rules: [{programs: [no_such_program], team: x}]")
    with environment(BACKOFFICE_CONFIG_DIR=str(tmp_path)):
        assignment.cache_clear()
        assert [c.state for c in checks()] == ["advice"] * 3
        (tmp_path / "assignment.yaml").write_text("rules: [{}]")
        assignment.cache_clear()
        assert "assignment.yaml" in faulty()
        assert [(c.name, c.state) for c in checks()] == [("rules", "missing")]


def test_rules_by_digit_and_turn() -> None:
    rule = Rule(programs=("ub_application",), last_digits=(0, 1, 2), team="가")
    assert rule.matches("ub_application", "", "2026-UB-0000012")
    assert not rule.matches("ub_application", "", "2026-UB-0000013")
    assert not rule.matches("ub_application", "", "")
    assert not rule.matches("nes_application", "", "2026-NE-0000012")
    assert [rule.place("x9", number, 3) for number in range(4)] == [0, 1, 2, 0]
    by_digit = Rule(team="가", share="last_digit")
    assert [by_digit.place("x9", number, 4) for number in range(3)] == [1, 1, 1]
    assert by_digit.place("", 6, 4) == 2


_DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_SPANS = st.lists(st.tuples(_DAYS, st.integers(-1, 40)), max_size=4).map(
    lambda found: [(first, first + timedelta(days=length)) for first, length in found]
)


@given(_DAYS, _SPANS, st.booleans())
def test_days_that_do_not_count_only_move_the_end_on(
    due: date, spans: list[tuple[date, date]], working: bool
) -> None:
    calendar = business_calendar()
    due = calendar.business_day_on_or_after(due)
    moved = due_without(due, spans, working_days=working)
    assert moved >= due and calendar.is_business_day(moved)
    assert moved == due_without(due, [*spans, *spans], working_days=working), "a day is left out once"
    assert due_without(due, [*spans, (due, due + timedelta(days=9))], working_days=working) >= moved
    begun = [first for first, last in spans if last >= first]
    if not begun or min(begun) > due:
        assert moved == due, "what begins after the end changes nothing"
    if working and len(begun) == 1 and begun[0] <= due:
        ((first, last),) = [(a, b) for a, b in spans if b >= a]
        stood = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        assert moved == calendar.add_business_days(due, sum(map(calendar.is_business_day, stood)))
