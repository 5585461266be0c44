"""The line that a sending fax machine prints across the top: date, from, to, page.

It is printed after scanning: level and upright whichever way the paper lay, so it is taken off before
the page is turned.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.raster import Gray, Mask

HIGHEST_BAND = 0.45  # inch from the top edge
TALLEST = 0.24
_PAGE = re.compile(r"(?i)(?:\bP\s*[.,:]?\s*\d|\d{1,3}\s*/\s*\d{1,3}\b|PAGE)")
_TIME = re.compile(r"\d{1,2}\s*[:;.]\s*\d{2}|\d{2,4}\s*[-./]\s*\d{1,2}\s*[-./]\s*\d{1,2}|20\d\d")
_WORD = re.compile(r"(?i)FR[O0]M|\bT[O0]\b|FAX|TEL|\bTX\b|\bRX\b|I[O0]\s*:")


@dataclass(frozen=True, slots=True)
class Band:
    """Rows `top` to `bottom` (file pixels) that may be such a line, and its columns."""

    top: int
    bottom: int
    left: int
    right: int


def find_header(ink: Mask, dpi: tuple[float, float]) -> Band | None:
    """A single flat line near the top edge with blank paper below it, or None."""
    reach = int((HIGHEST_BAND + 0.2) * dpi[1])
    top = ink[:reach]
    if not top.any():
        return None
    profile = top.sum(axis=1) > max(2, 0.002 * ink.shape[1])
    dark = np.flatnonzero(profile)
    if dark.size == 0:
        return None
    first = int(dark[0])
    needed = max(2, int(0.06 * dpi[1]))
    bottom = None
    run = 0
    for row in range(first, len(profile)):
        run = 0 if profile[row] else run + 1
        if run >= needed:
            bottom = row - run + 1
            break
    if bottom is None or bottom > HIGHEST_BAND * dpi[1]:
        return None
    if not 0.03 * dpi[1] <= bottom - first <= TALLEST * dpi[1]:
        return None
    columns = np.flatnonzero(ink[first:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    if right - left < 0.12 * ink.shape[1]:
        return None
    return Band(first, bottom, left, right)


def cut_out(gray: Gray, band: Band, dpi: tuple[float, float], work_dpi: float) -> Gray:
    """The band at equal resolution."""
    part = gray[max(0, band.top - 1) : band.bottom + 1, max(0, band.left - 2) : band.right + 2]
    size = (round(part.shape[1] * work_dpi / dpi[0]), round(part.shape[0] * work_dpi / dpi[1]))
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def looks_like_header(text: str) -> bool:
    """Whether a line reads like a machine's: two of date or time, FROM/TO/FAX, page number."""
    signs = [bool(_TIME.search(text)), bool(_WORD.search(text)), bool(_PAGE.search(text))]
    digits = sum(c.isdigit() for c in text)
    return sum(signs) >= 2 or (any(signs) and digits >= 10)
