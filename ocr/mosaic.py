"""Many line crops on one sheet, so that one run of tesseract reads them all.

Every crop is scaled to the same glyph height and set in a single column with blank paper between,
which leaves the engine's layout analysis nothing to get wrong; words come back by their row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr import tesseract
from ocr.raster import Gray
from ocr.types import Box, Word

GLYPH_PIXELS = 44
GAP = 30
MARGIN = 24
WIDEST = 3200
HIGHEST = 16_000


@dataclass(frozen=True, slots=True)
class _Row:
    top: int
    bottom: int
    scale: float


def read_crops(
    crops: Sequence[Gray],
    *,
    languages: str = tesseract.LANGUAGES,
    psm: int = 6,
    glyph: int = GLYPH_PIXELS,
    timeout: float = 100.0,
) -> list[tuple[Word, ...]]:
    """Words of each line crop (gray, dark on light, trimmed to its line), boxes in the crop's pixels."""
    found: list[tuple[Word, ...]] = []
    sheet: list[Gray] = []
    height = 0
    start = 0
    for index, crop in enumerate(crops):
        fitted = _fitted(crop, glyph)
        if height + fitted.shape[0] > HIGHEST and sheet:
            found.extend(_read_sheet(sheet, crops[start:index], languages, psm, timeout))
            sheet, height, start = [], 0, index
        sheet.append(fitted)
        height += fitted.shape[0] + GAP
    if sheet:
        found.extend(_read_sheet(sheet, crops[start:], languages, psm, timeout))
    return found


def _fitted(crop: Gray, glyph: int) -> Gray:
    scale = min(glyph / max(1, crop.shape[0]), WIDEST / max(1, crop.shape[1]))
    size = (max(1, round(crop.shape[1] * scale)), max(1, round(crop.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 0.8 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, size, interpolation=how), dtype=np.uint8)


def _read_sheet(
    fitted: Sequence[Gray], crops: Sequence[Gray], languages: str, psm: int, timeout: float
) -> list[tuple[Word, ...]]:
    width = max(f.shape[1] for f in fitted) + 2 * MARGIN
    height = sum(f.shape[0] + GAP for f in fitted) + GAP
    sheet = np.full((height, width), 255, np.uint8)
    rows: list[_Row] = []
    top = GAP
    for line, crop in zip(fitted, crops, strict=True):
        sheet[top : top + line.shape[0], MARGIN : MARGIN + line.shape[1]] = line
        rows.append(_Row(top, top + line.shape[0], line.shape[1] / max(1, crop.shape[1])))
        top += line.shape[0] + GAP
    words: list[list[Word]] = [[] for _ in rows]
    for raw in tesseract.words(sheet, languages=languages, psm=psm, timeout=timeout):
        middle = (raw.top + raw.bottom) / 2
        index = min(range(len(rows)), key=lambda i: max(rows[i].top - middle, middle - rows[i].bottom, 0.0))
        row = rows[index]
        box = Box(
            max(0, round((raw.left - MARGIN) / row.scale)),
            max(0, round((raw.top - row.top) / row.scale)),
            max(1, round((raw.right - MARGIN) / row.scale)),
            max(1, round((raw.bottom - row.top) / row.scale)),
        )
        words[index].append(Word(raw.text, box, raw.confidence))
    return [tuple(sorted(found, key=lambda w: w.box.left)) for found in words]
