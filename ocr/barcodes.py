"""Barcodes on a page, by zxing-cpp."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp

from config.case_code import CodeKind, read_code
from ocr.raster import Gray, Raster
from ocr.types import Barcode, Box

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_SOFT = 1.2  # pixels; closes the gaps that a worn drum or a one-bit scan leaves in modules
CODES_OF_A_SHEET = 3
"""A page with so many copies of one separator code is a separator sheet; it bears five."""


@dataclass(frozen=True, slots=True)
class OwnCodes:
    """The center's own codes on a page as it lies in the file.

    texts      one for each symbol
    rotation   0 or 90: degrees clockwise by which the page is to be turned so that the symbols stand upright
               or on their heads
    """

    texts: tuple[str, ...]
    rotation: int

    @property
    def is_sheet(self) -> bool:
        """Whether the page is a separator sheet, which needs no reading."""
        copies = Counter(t for t in self.texts if (c := read_code(t)) and c.kind == CodeKind.SEPARATOR)
        return max(copies.values(), default=0) >= CODES_OF_A_SHEET

    @property
    def all(self) -> tuple[Barcode, ...]:
        """One for each symbol, without a place."""
        return tuple(Barcode("QR Code", text, Box(0, 0, 0, 0)) for text in self.texts)

    def missing_from(self, found: tuple[Barcode, ...]) -> tuple[Barcode, ...]:
        """Those that were not found again on the upright page, without a place."""
        there = {symbol.text for symbol in found}
        return tuple(
            Barcode("QR Code", t, Box(0, 0, 0, 0)) for t in dict.fromkeys(self.texts) if t not in there
        )


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


def own_codes(raster: Raster) -> OwnCodes:
    """The center's own codes, before anything is cleaned or turned: whichever way the page lies, skewed, pale.

    Of the page as it is and a softened copy, the one in which more of them are read.
    """
    gray = _square(raster)
    best: list[tuple[str, int]] = []
    for image in (gray, cv2.GaussianBlur(gray, (0, 0), _SOFT)):
        results = zxingcpp.read_barcodes(image, formats=_QR, try_invert=False)
        found = [(r.text, r.orientation) for r in results if read_code(r.text) is not None]
        best = max(best, found, key=len)
    lying = sum(45 <= turned % 180 < 135 for _, turned in best)
    return OwnCodes(tuple(text for text, _ in best), 90 if 2 * lying > len(best) else 0)


def _square(raster: Raster) -> Gray:
    """With equal resolution in both axes, as far as the file tells them."""
    across, down = raster.dpi
    if min(across, down) <= 0 or 0.9 < across / down < 1.1:
        return raster.gray
    height, width = raster.gray.shape
    size = (width, round(height * across / down)) if across > down else (round(width * down / across), height)
    return np.asarray(cv2.resize(raster.gray, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
