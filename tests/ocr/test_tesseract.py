"""The engine by pytesseract: words with places, and an end to what takes too long."""

from __future__ import annotations

import numpy as np
import pytest

from ocr import tesseract
from ocr.problems import NO_ENGINE, TIMEOUT, UnreadableError
from tests.ocr import paper


def test_words_come_with_places_and_confidence() -> None:
    sheet = np.asarray(paper.form(150))
    found = tesseract.words(sheet, dpi=150)
    assert len(found) > 5
    height, width = sheet.shape
    for word in found:
        assert 0 <= word.left < word.right <= width
        assert 0 <= word.top < word.bottom <= height
        assert 0 <= word.confidence <= 1


def test_a_run_that_takes_too_long_is_ended() -> None:
    long = np.tile(np.asarray(paper.form(200)), (1, 2))
    with pytest.raises(UnreadableError) as caught:
        tesseract.words(long, dpi=200, timeout=0.05)
    assert caught.value.code == TIMEOUT


def test_a_missing_language_is_a_missing_engine() -> None:
    with pytest.raises(UnreadableError) as caught:
        tesseract.words(np.full((50, 200), 255, np.uint8), languages="xxx")
    assert caught.value.code == NO_ENGINE
