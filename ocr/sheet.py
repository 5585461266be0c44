"""A page in the pixels of its file, cleaned: even light, no specks, streaks, borders, no fax header."""

from __future__ import annotations

from dataclasses import dataclass

from ocr import cleaning, header, photo
from ocr.problems import TINY, UnreadableError
from ocr.raster import Gray, Mask, Raster
from ocr.resolution import true_resolution
from ocr.upright import WORK_DPI

SMALLEST_SIDE = 32


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
        flat = photo.flattened(gray)
        if flat is not gray:
            gray, dpi = flat, (0.0, 0.0)
    dpi = true_resolution(gray.shape[1], gray.shape[0], dpi, raster.bilevel)
    if not raster.bilevel:
        gray = cleaning.even_light(gray, min(dpi))
    ink = cleaning.ink_mask(gray)
    scale = 1.0 if raster.bilevel else max(1.0, min(dpi) / 150) ** 2
    cleaned = cleaning.without_specks(cleaning.without_borders(ink, dpi), scale)
    if raster.bilevel:
        cleaned = cleaning.without_streaks(cleaned)
    gray = gray.copy()
    gray[ink & ~cleaned] = 255
    band = header.find_header(cleaned, dpi) if cut_header else None
    strip = None
    if band is not None:
        strip = header.cut_out(gray, band, dpi, WORK_DPI)
        cleaned[band.top : band.bottom] = False
        gray[band.top : band.bottom] = 255
    return Sheet(gray, cleaned, dpi, raster.bilevel, strip)
