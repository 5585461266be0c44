"""A page in the pixels of its file, cleaned: even light, no specks, streaks, borders, no fax header."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr import cleaning, header, photo
from ocr.problems import TINY, UnreadableError
from ocr.raster import Gray, Mask, Raster
from ocr.resolution import true_resolution
from ocr.upright import WORK_DPI

SMALLEST_SIDE = 32
FINEST = 400.0  # dpi; finer scans gain nothing and cost four times the work


@dataclass(frozen=True, slots=True)
class Sheet:
    """A cleaned page before turning. `header` is the fax machine's line at 300 dpi, or None."""

    gray: Gray
    ink: Mask
    dpi: tuple[float, float]
    bilevel: bool
    header: Gray | None


def prepared(raster: Raster, cut_header: bool = True) -> Sheet:
    """Clean a page in the pixels of its file: light, specks, streaks, header. Raises tiny."""
    height, width = raster.gray.shape
    if min(height, width) < SMALLEST_SIDE:
        raise UnreadableError(TINY, f"{width} x {height} pixels")
    gray, dpi = raster.gray, raster.dpi
    if raster.photo:
        flat = photo.flattened(gray, raster.guide)
        if flat is not gray:
            gray, dpi = flat, (0.0, 0.0)
    dpi = true_resolution(gray.shape[1], gray.shape[0], dpi, raster.bilevel)
    bilevel = raster.bilevel
    if min(dpi) > FINEST:
        gray, dpi, bilevel = _coarser(gray, dpi), (WORK_DPI, WORK_DPI), False
    if not bilevel:
        gray = cleaning.even_light(gray, min(dpi))
    ink = cleaning.ink_mask(gray)
    scale = 1.0 if bilevel else max(1.0, min(dpi) / 150) ** 2
    cleaned = cleaning.without_specks(cleaning.without_borders(ink, dpi), scale)
    if bilevel:
        cleaned = cleaning.without_streaks(cleaned)
    gray = gray.copy()
    gray[ink & ~cleaned] = 255
    band = header.find_header(cleaned, dpi) if cut_header else None
    strip = None
    if band is not None:
        strip = header.cut_out(gray, band, dpi, WORK_DPI)
        cleaned[band.top : band.bottom] = False
        gray[band.top : band.bottom] = 255
    return Sheet(gray, cleaned, dpi, bilevel, strip)


def _coarser(gray: Gray, dpi: tuple[float, float]) -> Gray:
    size = (round(gray.shape[1] * WORK_DPI / dpi[0]), round(gray.shape[0] * WORK_DPI / dpi[1]))
    return np.asarray(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
