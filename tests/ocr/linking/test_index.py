from __future__ import annotations

import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.linking import CaseIndex
from ocr.linking.index import normalised
from tests.ocr.linking.papers import HONG, NEIGHBOUR, WIFE, index_with, town

INDEX = CaseIndex([*town().cases, HONG, WIFE, NEIGHBOUR])


def keys(query):
    return [p.applications.keys() for p in INDEX.candidates(query)]


@given(st.sampled_from(["receipt_no", "rrn", "business_no", "account", "phone"]), st.data())
@settings(max_examples=150, deadline=None)
def test_a_case_is_found_by_any_number_with_one_digit_wrong(field, data):
    value = normalised(HONG)[field]
    first = 6 if field == "receipt_no" else 3 if field == "phone" else 0
    at = data.draw(st.integers(first, len(value) - 1))
    digit = data.draw(st.sampled_from("0123456789"))
    assert any(HONG.receipt_no in k for k in keys({field: [value[:at] + digit + value[at + 1 :]]}))


@given(st.sampled_from(["rrn", "business_no", "account"]), st.data())
@settings(max_examples=60, deadline=None)
def test_a_case_is_found_by_a_number_with_a_digit_lost(field, data):
    value = normalised(HONG)[field]
    at = data.draw(st.integers(0, len(value) - 1))
    assert any(HONG.receipt_no in k for k in keys({field: [value[:at] + value[at + 1 :]]}))


def test_a_case_is_found_by_half_a_number():
    for field, value in (("rrn", "8804129999999"), ("rrn", "9999991234567"), ("account", "100234000000")):
        assert any(HONG.receipt_no in k for k in keys({field: [value]})), field


def test_removed_cases_leave_nothing():
    index = index_with()
    before = {n: len(b._people) for n, b in index._blocks.items()}
    size = index.population.size
    index.add(HONG)
    index.add(replace(HONG, receipt_no="2026-PL-0901234"))
    index.remove(HONG.receipt_no)
    index.remove("2026-PL-0901234")
    assert {n: len(b._people) for n, b in index._blocks.items() if b._people} == before
    assert index.population.size == size
    assert HONG.receipt_no not in index


def test_update_replaces():
    index = index_with(HONG)
    index.update(replace(HONG, phone="010-7777-6666"))
    assert index.application(HONG.receipt_no).phone == "010-7777-6666"
    assert not index.candidates({"phone": ["01048217733"]}) or all(
        HONG.receipt_no not in p.applications for p in index.candidates({"phone": ["01048217733"]})[:1]
    )


def test_cases_of_one_person_stand_together():
    index = index_with(HONG, replace(HONG, receipt_no="2026-PL-0901234", program="pl_application"))
    (person,) = index.candidates({"rrn": ["8804121234567"]})[:1]
    assert set(person.applications) == {HONG.receipt_no, "2026-PL-0901234"}


def test_a_query_is_quick():
    query = {f: [v] for f, v in normalised(HONG).items()}
    began = time.process_time()
    for _ in range(50):
        INDEX.candidates(query)
    assert (time.process_time() - began) / 50 < 0.01
