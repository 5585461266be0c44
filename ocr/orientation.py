"""Which way up a page lies."""

from __future__ import annotations

from ocr.raster import Gray, Mask


def turned_upright(gray: Gray, ink: Mask, dpi: tuple[float, float], angle: float) -> tuple[int, float]:
    return 0, angle
