"""Payments through the sandbox's bank with every fault at random and workers killed: the books agree to the won."""

from __future__ import annotations

import os

import pytest

from bots.sandbox.drill.run import Drill

SEEDS = [int(seed) for seed in os.environ.get("BACKOFFICE_TEST_SEEDS", "1").split(",")]


def _is_in_order(drill: Drill, *, paid: int) -> None:
    result = drill.run()
    assert result.in_order, result
    assert (result.payments, result.unknown, drill.again) == (drill.count, 0, 0)
    assert result.paid >= paid
    assert result.kills >= drill.kills
    assert drill.met
    assert drill.in_order, (drill.days, drill.unfinished)


@pytest.mark.thorough
@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_is_paid_twice_whatever_is_killed(seed: int) -> None:
    _is_in_order(Drill(300, seed, kills=10), paid=225)


@pytest.mark.thorough
def test_when_the_time_is_up_it_tells_what_it_counted() -> None:
    drill = Drill(40, 3, kills=0, within=1.0)
    result = drill.run()
    assert drill.unfinished and not drill.in_order
    states = result.paid + result.rejected + result.returned + result.unknown + result.in_review
    assert (result.payments, states) == (40, 40)
