"""Numbers of the sandbox satisfy the rules that the real ones satisfy."""

from __future__ import annotations

import random
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bots.sandbox import identifiers as ids

SEEDS = st.integers(0, 2**32)
BORN = st.dates(date(1940, 1, 1), date(2019, 12, 31))


def test_known_numbers() -> None:
    assert ids.rrn_satisfies_check("960121-1021413")
    assert ids.rrn_satisfies_check("050912-2000019")
    assert not ids.rrn_satisfies_check("960121-1234567")
    assert ids.business_check_digit("104865665") == 9


@given(SEEDS, BORN, st.booleans(), st.booleans())
def test_resident_numbers_given_at_birth_satisfy_the_check(
    seed: int, born: date, woman: bool, foreigner: bool
) -> None:
    rrn = ids.make_rrn(random.Random(seed), born, woman, foreigner, born)
    assert ids.rrn_satisfies_check(rrn)
    assert rrn[:6] == f"{born:%y%m%d}"
    seventh = int(rrn[7])
    assert seventh in (range(5, 9) if foreigner else range(1, 5))
    assert (seventh % 2 == 0) == woman
    assert (seventh in (3, 4, 7, 8)) == (born.year >= 2000)


def test_newer_resident_numbers_need_not_satisfy_it() -> None:
    rng = random.Random(1)
    made = [ids.make_rrn(rng, date(1990, 5, 5), True, False, date(2022, 1, 1)) for _ in range(200)]
    assert 0 < sum(map(ids.rrn_satisfies_check, made)) < 60


@given(SEEDS, st.booleans())
def test_business_numbers(seed: int, corporate: bool) -> None:
    number = ids.make_business_no(random.Random(seed), corporate).replace("-", "")
    assert len(number) == 10
    assert ids.business_check_digit(number[:9]) == int(number[9])


@given(SEEDS, st.sampled_from(sorted(ids.ACCOUNT_GROUPS)))
def test_accounts_keep_their_banks_groups(seed: int, bank: str) -> None:
    groups = tuple(len(g) for g in ids.make_account(random.Random(seed), bank).split("-"))
    assert groups in ids.ACCOUNT_GROUPS[bank]
