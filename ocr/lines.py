"""A line's own recogniser beside tesseract: it sees the same crops and says what it reads.

Two engines of different kind seldom make the same mistake, so where they agree the line is surer than
either, and where they do not both readings are kept.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

from ocr.linereader import LineReader, LineReaderError, LineReading
from ocr.raster import Gray
from ocr.types import Word

HANDWRITTEN = 0.65
TALLEST = 220  # pixels; what is higher is no line of text


@functools.cache
def reader() -> LineReader | None:
    """The line recogniser with one thread, or None where its weights are missing."""
    import torch

    torch.set_num_threads(1)
    try:
        return LineReader.load()
    except LineReaderError:
        return None


def opinions(crops: Sequence[Gray]) -> list[LineReading | None]:
    """What the line recogniser reads in each crop (gray, dark on light, rules removed), as one batch."""
    engine = reader()
    found: list[LineReading | None] = [None] * len(crops)
    if engine is None:
        return found
    fit = [i for i, crop in enumerate(crops) if 8 <= crop.shape[0] <= TALLEST and crop.shape[1] >= 8]
    for index, reading in zip(fit, engine.read([crops[i] for i in fit]), strict=True):
        found[index] = reading
    return found


def with_pen(words: Sequence[Word], reading: LineReading | None) -> tuple[Word, ...]:
    """The words marked as handwritten whose characters look so to the line recogniser."""
    if reading is None or not reading.char_handwritten:
        return tuple(words)
    marked = []
    for word in words:
        pens = [
            pen
            for pen, (left, right) in zip(reading.char_handwritten, reading.spans, strict=False)
            if word.box.left <= (left + right) / 2 < word.box.right
        ]
        marked.append(replace(word, handwritten=bool(pens) and sum(pens) / len(pens) >= HANDWRITTEN))
    return tuple(marked)


def own_words(reading: LineReading, height: int) -> tuple[Word, ...]:
    """The line recogniser's reading as words, in a crop `height` pixels high."""
    from ocr.types import Box

    width = max((right for _, right in reading.spans), default=1)
    return tuple(Word(w.text, Box(w.left, 0, w.right, height), w.confidence) for w in reading.words(width))
