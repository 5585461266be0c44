"""The engine by its library and by its program: the same words, and an end to what takes too long."""

from __future__ import annotations

import numpy as np
import pytest

from ocr.problems import TIMEOUT, UnreadableError
from ocr.tesseract import LANGUAGES, by_library, by_program
from ocr.tesseract_library import Engine, load
from tests.ocr import paper


@pytest.fixture(scope="module")
def library() -> Engine:
    found = load(LANGUAGES)
    if found is None:
        pytest.skip("no tesseract library of this version")
    return found


def test_library_and_program_read_the_same_in_any_order(library: Engine) -> None:
    sheet = np.asarray(paper.form(150))
    half = sheet[: sheet.shape[0] // 2]
    read = [by_library(library, image, psm=6, dpi=150, timeout=60) for image in (sheet, half, sheet)]
    told = [by_program(i, languages=LANGUAGES, psm=6, dpi=150, timeout=60) for i in (sheet, half)]
    assert len(read[0]) > 5
    assert read == [told[0], told[1], told[0]]


def test_the_library_stops_in_time_and_reads_on(library: Engine) -> None:
    long = np.tile(np.asarray(paper.form(200)), (1, 2))
    with pytest.raises(UnreadableError) as caught:
        by_library(library, long, psm=6, dpi=200, timeout=0.05)
    assert caught.value.code == TIMEOUT
    assert by_library(library, np.asarray(paper.form(150)), psm=6, dpi=150, timeout=60)


def test_without_the_models_there_is_no_library() -> None:
    assert load("xxx") is None
