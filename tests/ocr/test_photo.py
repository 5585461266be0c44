"""Photos of a page on a desk: the sheet is found, made flat and read; a flat scan is left as it is."""

from __future__ import annotations

import random
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from bots.sandbox import degrade
from bots.sandbox.desk_photo import GROUNDS, desk_photo
from ocr.page import read_page
from ocr.photo import darkest_channel, flattened, sheet_corners
from tests.ocr.paper import VALUES, digits, form

_NEAR = 0.015  # of the sheet's diagonal in the picture


def page(dpi: int = 100) -> NDArray[np.uint8]:
    return np.asarray(form(dpi), dtype=np.uint8)


def gray_of(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def away(found: NDArray[np.float64], true: NDArray[np.float64]) -> float:
    """How far the worst corner lies off, whichever corner is called the first."""
    worst = min(np.linalg.norm(np.roll(found, k, 0) - true, axis=1).max() for k in range(4))
    return float(worst / np.linalg.norm(true[0] - true[2]))


@pytest.mark.parametrize("ground", [ground for ground in GROUNDS if ground != "papers"])
@pytest.mark.parametrize("turn", [0, 90])
def test_the_sheet_is_found_on_any_ground(ground: str, turn: int) -> None:
    photo = desk_photo(page(), random.Random(f"{ground} {turn} a"), ground=ground, turn=turn)
    found = sheet_corners(gray_of(photo.image), darkest_channel(photo.image))
    assert found is not None
    assert away(found, photo.corners) < _NEAR


@pytest.mark.parametrize("seed", range(4))
def test_among_other_papers_it_is_found_or_nothing_is(seed: int) -> None:
    photo = desk_photo(page(), random.Random(seed), ground="papers")
    found = sheet_corners(gray_of(photo.image), darkest_channel(photo.image))
    assert found is None or away(found, photo.corners) < _NEAR


def test_the_corners_go_round_from_the_upper_left() -> None:
    photo = desk_photo(page(), random.Random(4), ground="plain")
    found = sheet_corners(gray_of(photo.image), darkest_channel(photo.image))
    assert found is not None
    assert np.abs(found - photo.corners).max() < _NEAR * np.linalg.norm(photo.corners[0] - photo.corners[2])


def test_what_is_flattened_lies_as_the_page_did() -> None:
    paper = page()
    photo = desk_photo(paper, random.Random(4), ground="wood", tilt=22)
    flat = flattened(gray_of(photo.image), darkest_channel(photo.image))
    assert 1.38 < flat.shape[0] / flat.shape[1] < 1.45
    small = cv2.resize(flat, paper.shape[::-1], interpolation=cv2.INTER_AREA)
    inked = cv2.dilate((paper < 128).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    inner = np.s_[5:-5, 5:-5]
    assert small[inner][~inked[inner]].mean() - small[inner][(paper < 128)[inner]].mean() > 60


@pytest.mark.parametrize("seed", range(6))
def test_a_flat_scan_is_left_as_it_is(seed: int) -> None:
    scanned = degrade.scan_page(page(), random.Random(seed), 0)
    assert flattened(scanned) is scanned


def test_a_page_that_fills_the_picture_and_a_picture_without_one_are_left_as_they_are() -> None:
    noise = np.random.default_rng(1)
    for picture in (
        np.full((900, 700), 240.0),
        np.full((900, 700), 120.0),
        noise.uniform(0, 255, (900, 700)),
    ):
        seen = np.clip(picture + noise.normal(0, 3, picture.shape), 0, 255).astype(np.uint8)
        assert flattened(seen) is seen


@pytest.mark.parametrize(("tilt", "turn"), [(15.0, 0), (24.0, 90)])
def test_a_photo_of_a_form_is_read(tilt: float, turn: int, tmp_path: Path) -> None:
    photo = desk_photo(page(200), random.Random(f"read {tilt}"), ground="checked", tilt=tilt, turn=turn)
    Image.fromarray(photo.image).save(tmp_path / "photo.jpg", quality=85)
    read = read_page(tmp_path / "photo.jpg", 1)
    text = digits(read.text)
    wanted = [digits(value) for row in VALUES for value in row[1::2]]
    assert sum(value in text for value in wanted) >= len(wanted) - 1
