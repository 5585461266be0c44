"""Properties that hold whatever the weights are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.linking import Arrival, CaseIndex, LinkPolicy, link
from ocr.linking.channel import Channel
from ocr.linking.policy import threshold_for
from ocr.linking.profile import Profile, Reading
from ocr.linking.scoring import Caller, score
from ocr.linking.weights import default_weights
from tests.ocr.linking.papers import HONG, NAMESAKE, NEIGHBOUR, WIFE, index_with, of, paper, town

INDEX = index_with(HONG, WIFE, NAMESAKE, NEIGHBOUR)
FIELDS = ["name", "rrn", "phone", "account", "business_no", "receipt_no", "address"]


def chance(case, names, confidence=0.95, index=INDEX):
    from ocr.linking.profile import document_readings

    p = Profile()
    p.add(document_readings(paper("id_card", confidence=confidence, **of(case, *names)), 0))
    found = score(p, Caller(), index)
    return next(
        ((m.weight, m.probability) for m in found.matches if case.receipt_no in m.person.applications),
        (0.0, 0.0),
    )


@given(st.sets(st.sampled_from(FIELDS), min_size=1), st.sampled_from(FIELDS))
@settings(max_examples=60, deadline=None)
def test_more_agreement_never_lowers_the_weight(names, more):
    if more in names:
        return
    less, weight = chance(HONG, sorted(names)), chance(HONG, sorted({*names, more}))
    assert weight[0] >= less[0] - 1e-6
    assert weight[1] >= less[1] - 1e-6


@given(st.sampled_from(FIELDS), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_disagreement_read_with_doubt_weighs_less(field, a, b):
    low, high = sorted((a, b))
    channel = Channel(default_weights(), INDEX.population)
    value = {"name": "박민수", "address": "서울특별시강남구어딘가로1"}.get(field, "5555555555555")
    true = {"name": "홍서진", "address": "대구광역시수성구들안로41"}.get(field, "1112223334446")
    doubtful, sure = (channel.ratio(field, [Reading(field, value, c)], [true]) for c in (low, high))
    assert doubtful >= sure - 1e-9


def test_order_of_cases_does_not_matter():
    cases = [*town().cases[:300], HONG, WIFE, NAMESAKE, NEIGHBOUR]
    documents = [
        paper("ub_application", 1, **of(HONG, "name", "rrn", "phone")),
        paper("id_card", 2, **of(NEIGHBOUR, "name", "rrn")),
        paper("bankbook_copy", 3, **of(WIFE, "name", "account")),
    ]
    first = link(documents, Arrival(caller_number=HONG.phone), CaseIndex(cases), LinkPolicy())
    for seed in range(3):
        random.Random(seed).shuffle(cases)
        again = link(documents, Arrival(caller_number=HONG.phone), CaseIndex(cases), LinkPolicy())
        assert [f.receipt_nos for f in again] == [f.receipt_nos for f in first]
        for a, b in zip(again, first, strict=True):
            assert a.probability == pytest.approx(b.probability)


def test_order_of_documents_does_not_matter():
    documents = [
        paper("ub_application", 1, **of(HONG, "name", "rrn", "phone")),
        paper("id_card", 2, **of(NEIGHBOUR, "name", "rrn")),
        paper("payroll", 3, name=HONG.name),
        paper("payroll", 4, name=NEIGHBOUR.name),
    ]
    straight = link(documents, Arrival(), INDEX, LinkPolicy())
    turned = link(documents[::-1], Arrival(), INDEX, LinkPolicy())[::-1]
    assert [f.receipt_nos for f in straight] == [f.receipt_nos for f in turned]


def test_a_common_name_weighs_less():
    count = INDEX.population.count
    names = sorted({a.name for a in town().cases}, key=lambda n: count("name", n))
    rare, common = names[0], names[-1]
    density = INDEX.population.density
    assert density("name", common) > density("name", rare)


def test_probabilities_of_candidates_never_exceed_one():
    (found,) = link([paper("id_card", **of(HONG, "name", "phone"))], Arrival(), INDEX, LinkPolicy())
    assert sum(c.probability for c in found.candidates) <= 1 + 1e-9


def test_threshold_follows_the_target():
    kept = [(0.95, 0.01), (0.99, 0.0008), (0.999, 0.0004)]
    assert threshold_for(0.001, kept) == pytest.approx(0.995)
    assert threshold_for(0.0005, kept) == 0.999
    assert threshold_for(0.0001, kept) == pytest.approx(0.9999)
    assert threshold_for(0.001, ()) == pytest.approx(0.999)
    assert threshold_for(0.02, kept) == 0.95


def test_stricter_target_attaches_no_more():
    document = paper("employment_contract", **of(HONG, "name", "company", "address"))
    (strict,) = link([document], Arrival(), INDEX, LinkPolicy(error_target=1e-12))
    assert strict.decision == "review"


def test_errors_of_each_family_sum_to_one():
    for family in default_weights().errors.values():
        assert sum(family.values()) == pytest.approx(1, abs=0.01)
