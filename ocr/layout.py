"""An upright page: its cells, its lines, and a crop of each line with the rules taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.cells import find_cells
from ocr.raster import Gray, Mask
from ocr.reread import LineWords
from ocr.rules import find_rules, without_rules
from ocr.sheet import Sheet
from ocr.textlines import TextLine, find_lines
from ocr.types import Box, Cell, Line, Word
from ocr.upright import WORK_DPI, placement, resample

DARK = 140  # of a one-bit page resampled: half of what is between ink and paper
PALEST = 178  # small print in gray, on a page in shades
PAD = 6
SMOOTH = 1.2
MARGIN = 24


@dataclass(frozen=True, slots=True)
class Layout:
    """An upright page: as it is, its cells, its lines and their crops without rules."""

    page: Gray
    cells: tuple[Cell, ...]
    places: list[TextLine]
    crops: list[Gray]


def laid_out(sheet: Sheet, rotation: int, angle: float) -> Layout:
    """Turn a sheet upright and find its cells and lines."""
    place = placement(sheet.gray.shape, sheet.dpi, rotation, angle)
    page = resample(sheet.gray, place)
    level = DARK if sheet.bilevel else ink_level(page)
    top, bottom, left, right = _inked(page < level)
    part = page[top:bottom, left:right]
    dark = part < level
    rules = find_rules(dark, WORK_DPI, "across" if rotation in (0, 180) else "down")
    cells = find_cells(rules, (right - left, bottom - top), WORK_DPI)
    plain = without_rules(part, dark, rules, WORK_DPI)
    places = find_lines(plain < level, cells, WORK_DPI)
    if sheet.bilevel:  # the steps of one-bit strokes mislead the recogniser more than blur does
        plain = np.asarray(cv2.GaussianBlur(plain, (0, 0), SMOOTH), dtype=np.uint8)
    outside = plain.copy()
    for cell in cells:  # boxes within a line of text are read by themselves
        box = cell.box
        outside[box.top : box.bottom, box.left : box.right] = 255
    crops = [_crop(outside if p.cell is None else plain, p) for p in places]
    cells = tuple(replace(c, box=_shifted(c.box, left, top)) for c in cells)
    places = [TextLine(_shifted(p.box, left, top), p.cell) for p in places]
    return Layout(page, cells, places, crops)


def ink_level(page: Gray) -> float:
    """Below what gray a pixel of an evenly lit page in shades is ink: well under the paper's own noise,
    so that thin gray print counts."""
    sample = page[::4, ::4]
    paper = float(np.median(sample))
    noise = 1.48 * float(np.median(np.abs(sample.astype(np.float32) - paper)))
    return min(max(paper - 6 * noise - 20, DARK), PALEST)


def _inked(dark: Mask) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of what is printed, with a margin: the rest costs time for nothing."""
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if rows.size == 0:
        return 0, dark.shape[0], 0, dark.shape[1]
    return (
        max(0, int(rows[0]) - MARGIN),
        min(dark.shape[0], int(rows[-1]) + MARGIN),
        max(0, int(columns[0]) - MARGIN),
        min(dark.shape[1], int(columns[-1]) + MARGIN),
    )


def _shifted(box: Box, right: int, down: int) -> Box:
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def as_lines(places: Sequence[TextLine], found: Sequence[LineWords]) -> tuple[Line, ...]:
    """Lines on the page from the words read in their crops; lines without words are left out."""
    lines = []
    for place, read in zip(places, found, strict=True):
        words = tuple(Word(w.text, _moved(w, place), w.confidence, w.handwritten) for w in read.words)
        if words:
            lines.append(Line(words, place.box, place.cell, read.alternatives))
    return tuple(lines)


def _crop(page: Gray, place: TextLine) -> Gray:
    box = place.box
    part = page[box.top : box.bottom, box.left : box.right]
    return np.pad(part, PAD, constant_values=255)


def _moved(word: Word, place: TextLine) -> Box:
    right, down = place.box.left - PAD, place.box.top - PAD
    box = word.box
    return Box(max(0, box.left + right), max(0, box.top + down), box.right + right, box.bottom + down)
