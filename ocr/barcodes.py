"""Barcodes on a page, by zxing-cpp."""

from __future__ import annotations

import zxingcpp

from ocr.raster import Gray
from ocr.types import Barcode, Box


def find_barcodes(gray: Gray) -> tuple[Barcode, ...]:
    """Every symbol that decodes, on an upright image of equal resolution in both axes (read at 204 x 196 dpi,
    and at 204 x 98 once the rows are doubled)."""
    found = []
    for result in zxingcpp.read_barcodes(gray, try_rotate=False, try_downscale=False, try_invert=False):
        place = result.position
        xs = [p.x for p in (place.top_left, place.top_right, place.bottom_left, place.bottom_right)]
        ys = [p.y for p in (place.top_left, place.top_right, place.bottom_left, place.bottom_right)]
        found.append(
            Barcode(str(result.format), result.text, Box(min(xs), min(ys), max(xs) + 1, max(ys) + 1))
        )
    return tuple(found)
