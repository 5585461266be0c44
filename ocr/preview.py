"""The picture of a page that a review screen shows: small, in few grays, quick to make."""

from __future__ import annotations

import io

import cv2
import numpy as np
from PIL import Image

from ocr.raster import Gray

PREVIEW_DPI = 150.0
GRAYS = 16
PAPER = 235  # what is lighter counts as white: a scanner's noise costs ten times the bytes


def preview_png(upright: Gray, dpi: float) -> bytes:
    """PNG of an upright page at 150 dpi in 16 grays; `dpi` is the page's own resolution."""
    scale = PREVIEW_DPI / dpi
    size = (max(1, round(upright.shape[1] * scale)), max(1, round(upright.shape[0] * scale)))
    small = upright
    if size != upright.shape[::-1]:
        small = np.asarray(cv2.resize(upright, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    picture = Image.fromarray(np.asarray(cv2.LUT(small, _LEVELS), dtype=np.uint8))
    picture.putpalette([v for level in range(GRAYS) for v in 3 * [level * 255 // (GRAYS - 1)]])
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=3, bits=4)
    return buffer.getvalue()


def _levels() -> Gray:
    values = np.arange(256, dtype=np.float64)
    return np.where(values >= PAPER, GRAYS - 1, np.round(values / 255 * (GRAYS - 1))).astype(np.uint8)


_LEVELS = _levels()
