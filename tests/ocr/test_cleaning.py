"""Skew, resolution, specks: small steps with known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.cleaning import without_borders, without_specks, without_streaks
from ocr.resolution import true_resolution
from ocr.skew import skew_angle
from ocr.upright import placement
from tests.ocr import paper


@pytest.mark.parametrize("angle", [-3.3, -0.7, 0.0, 1.4, 4.0])
def test_skew_is_found_within_a_tenth(angle: float) -> None:
    page = paper.form(150).rotate(-angle, fillcolor=255)
    found, _ = skew_angle(np.asarray(page) < 128, (150, 150))
    assert abs(found - angle) < 0.1


def test_skew_is_that_on_paper_when_rows_are_missing() -> None:
    page = paper.form(200).rotate(-2.0, fillcolor=255)
    found, _ = skew_angle((np.asarray(page) < 128)[::2], (200, 100))
    assert abs(found - 2.0) < 0.1


@pytest.mark.parametrize(
    ("size", "told", "bilevel", "expected"),
    [
        ((1728, 1145), (204, 98), True, (204, 98)),
        ((1728, 1145), (0, 0), True, (204, 98)),
        ((1728, 2290), (0, 0), True, (204, 196)),
        ((2480, 3508), (200, 200), False, (300, 300)),  # a scanner's PDF with a page made for 200
        ((1406, 1988), (72, 72), False, (170, 170)),
        ((3508, 2480), (0, 0), False, (300, 300)),
        ((1654, 2339), (200, 200), False, (200, 200)),
    ],
)
def test_true_resolution(
    size: tuple[int, int], told: tuple[float, float], bilevel: bool, expected: tuple[float, float]
) -> None:
    assert true_resolution(*size, told, bilevel) == pytest.approx(expected, rel=0.02)


@given(
    st.integers(50, 4000), st.integers(50, 4000), st.floats(-10, 5000), st.floats(-10, 5000), st.booleans()
)
def test_any_resolution_is_usable(w: int, h: int, across: float, down: float, bilevel: bool) -> None:
    x, y = true_resolution(w, h, (across, down), bilevel)
    assert x > 0 and y > 0


def test_specks_go_and_full_stops_stay() -> None:
    ink = np.zeros((200, 200), bool)
    ink[50:70, 50:60] = True  # a glyph
    ink[67:70, 64:67] = True  # its full stop
    ink[120, 120] = ink[150, 30:32] = ink[170:172, 170:172] = True  # noise
    kept = without_specks(ink)
    assert kept[68, 65] and kept[60, 55]
    assert not kept[110:].any()


def test_a_streak_goes_and_the_letter_it_crosses_stays() -> None:
    ink = np.zeros((400, 300), bool)
    ink[:, 150:152] = True
    ink[200:204, 130:170] = True
    clean = without_streaks(ink)
    assert clean[200:204, 130:170].all()
    assert not clean[:200].any() and not clean[204:].any()


def test_black_borders_go() -> None:
    ink = np.zeros((800, 600), bool)
    ink[:, :40] = True
    ink[780:] = True
    ink[300:320, 200:230] = True
    clean = without_borders(ink, (100, 100))
    assert clean[300:320, 200:230].all() and clean.sum() == 600


@given(st.sampled_from([0, 90, 180, 270]), st.floats(-5, 5), st.integers(100, 900), st.integers(100, 900))
def test_the_middle_of_the_page_stays_in_the_middle(rotation: int, skew: float, w: int, h: int) -> None:
    place = placement((h, w), (204, 98), rotation, skew)
    middle = place.matrix @ np.array([w / 2, h / 2, 1])
    assert middle == pytest.approx((place.size[0] / 2, place.size[1] / 2), abs=1)
