"""Payments through the sandbox's bank with every fault at random and workers killed: the books agree to the won."""

from __future__ import annotations

import os

import pytest

from bots.sandbox.drill.run import Drill
from tests.conftest import environment


@pytest.mark.parametrize("seed", [int(os.environ.get("BACKOFFICE_TEST_SEED", "1"))])
def test_nobody_is_paid_twice_whatever_is_killed(seed: int) -> None:
    drill = Drill(40, seed, kills=3, durable=False, workers=1)
    with environment():
        result = drill.run()
    assert result.in_order, result
    assert (result.payments, result.unknown, drill.again) == (40, 0, 0)
    assert result.paid >= 25
    assert result.kills >= 3
    assert sum(drill.met.values()) >= 5
    assert set(drill.days) <= {"agreed", "closed"}
