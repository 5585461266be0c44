"""The casebook holds every coincidence that linking must tell apart, and its two splits share nobody."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

from bots.sandbox.casebook import Casebook, make_casebook

TODAY = date(2026, 11, 20)


def book(seed: int = 1) -> Casebook:
    return make_casebook(seed, "tune", TODAY)


def test_the_same_seed_is_the_same_world() -> None:
    assert book() == book()
    assert book() != book(2)


def test_it_holds_namesakes_families_second_closed_and_late_cases() -> None:
    b = book()
    assert max(Counter(p.name for p in b.people).values()) > 1
    phones = Counter(p.phone for p in b.people)
    family = [p for p in b.people if phones[p.phone] > 1]
    assert family
    assert all(p.address == q.address for p in family for q in family if p.phone == q.phone)
    assert any(len(b.open_cases_of(p)) > 1 for p in b.people)
    assert any(b.cases_of(p) and not b.open_cases_of(p) for p in b.people)
    assert any(c.late for c in b.cases)
    serials = sorted(int(c.receipt_no[-7:]) for c in b.cases)
    assert any(y - x == 1 for x, y in pairwise(serials))


def test_numbers_are_unique_and_strangers_have_no_case() -> None:
    b = book()
    for name in ("rrn", "account", "number"):
        values = [getattr(p, name) for p in (*b.people, *b.strangers, *b.colleagues)]
        assert len(values) == len(set(values)), name
    assert len({c.receipt_no for c in b.cases}) == len(b.cases)
    assert not any(b.cases_of(p) for p in b.strangers)


def test_tune_and_test_share_no_given_name_and_no_firm() -> None:
    tune, test = (make_casebook(1, split, TODAY, 200) for split in ("tune", "test"))
    firms = [{e.company for e in b.employers} for b in (tune, test)]
    people = [{p.name for p in (*b.people, *b.strangers)} for b in (tune, test)]
    assert not firms[0] & firms[1]
    assert not people[0] & people[1]
