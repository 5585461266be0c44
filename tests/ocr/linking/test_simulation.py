"""A small run of the benchmark, so that a slip in linking is seen at once."""

from __future__ import annotations

import pytest

from ocr.linking import CaseIndex, LinkPolicy, link
from ocr.linking.simulation.bounds import upper_bound
from ocr.linking.simulation.deliveries import Post
from ocr.linking.simulation.people import build


def test_a_made_up_center():
    world = build(3_000, 31, unknown=300)
    index = CaseIndex(world.cases)
    attachable = right = wrong = 0
    for sample in Post(world, 32).draw(600):
        found = link(sample.documents, sample.arrival, index, LinkPolicy())
        for truth, got in zip(sample.truth, found, strict=True):
            attachable += truth is not None
            hit = got.receipt_nos == (truth,)
            right += hit
            wrong += got.decision == "attached" and not hit
    assert wrong == 0
    assert right >= 0.85 * attachable


def test_the_same_seed_makes_the_same_world():
    assert build(200, 3).cases == build(200, 3).cases


@pytest.mark.parametrize(("wrong", "total", "bound"), [(0, 3000, 0.000998), (1, 3000, 0.00158), (0, 0, 1.0)])
def test_bounds(wrong, total, bound):
    assert upper_bound(wrong, total) == pytest.approx(bound, rel=0.01)
