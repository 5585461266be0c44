"""A second reading where the first is unsure or a digit matters: other scale, softer edges.

One more run of the engine for the whole page. Where the two differ the surer one stands and the other
is kept beside it, so that whoever knows what may stand there (a check digit, a list of banks) can choose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr import mosaic
from ocr.raster import Gray
from ocr.types import Word
from ocr.words import joined_words

SURE = 0.78
SURE_OF_NUMBER = 0.905
SOFT = 2.2
GLYPH = 38
_NUMBER = re.compile(r"\d[\d\s.,\-~]{4,}")
_SIGNS = re.compile(r"[^0-9A-Za-z가-힣]")


@dataclass(frozen=True, slots=True)
class LineWords:
    """The words of a line (boxes in the crop's pixels) and what else it may say, with confidences."""

    words: tuple[Word, ...]
    alternatives: tuple[tuple[str, float], ...] = ()


def reread(crops: Sequence[Gray], first: Sequence[tuple[Word, ...]]) -> list[LineWords]:
    """Join the words of each line, and read once more the lines that deserve it."""
    lines = [LineWords(joined_words(words)) for words in first]
    doubtful = [i for i, line in enumerate(lines) if _deserves(line.words)]
    if not doubtful:
        return lines
    seconds = mosaic.read_crops([_softened(crops[i]) for i in doubtful], glyph=GLYPH)
    for index, words in zip(doubtful, seconds, strict=True):
        lines[index] = better(lines[index].words, joined_words(words))
    return lines


def better(first: tuple[Word, ...], second: tuple[Word, ...]) -> LineWords:
    """The surer of two readings of the same pixels, the other as an alternative where it differs."""
    if not second:
        return LineWords(first)
    if not first:
        return LineWords(second)
    one, other = (first, second) if certainty(first) >= certainty(second) else (second, first)
    if same_text(text_of(one), text_of(other)):
        return LineWords(one)
    return LineWords(one, ((text_of(other), round(certainty(other), 3)),))


def text_of(words: Sequence[Word]) -> str:
    """The line's text."""
    return " ".join(w.text for w in words)


def same_text(one: str, other: str) -> bool:
    """Whether two readings agree in letters and digits."""
    return _SIGNS.sub("", one) == _SIGNS.sub("", other)


def certainty(words: Sequence[Word]) -> float:
    """Confidence of a line: its weakest word counts half, the mean by length the other half."""
    if not words:
        return 0.0
    length = sum(len(w.text) for w in words)
    mean = sum(w.confidence * len(w.text) for w in words) / length
    return (mean + min(w.confidence for w in words)) / 2


def _deserves(words: tuple[Word, ...]) -> bool:
    if not words:
        return True
    limit = SURE_OF_NUMBER if _NUMBER.search(text_of(words)) else SURE
    return min(w.confidence for w in words) < limit


def _softened(crop: Gray) -> Gray:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), SOFT), dtype=np.uint8)
