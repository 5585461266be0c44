"""How far a page lies askew, from the sharpness of its row profile."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Mask

WIDEST = 6.0
WORKING_DPI = 100.0


def skew_angle(ink: Mask, dpi: tuple[float, float]) -> tuple[float, float]:
    """Degrees that the lines fall to the right (image y downwards), and the sharpness reached.

    The mask may have unequal resolutions; the angle is that on paper. Coarse steps of half a degree,
    then 0.1, then 0.02. Turning the page by this angle counter-clockwise makes its lines level.
    """
    ys, xs = _points(ink, dpi)
    if xs.size < 50:
        return 0.0, 0.0
    best, score = 0.0, -1.0
    for span, step in ((WIDEST, 0.5), (0.5, 0.1), (0.1, 0.02)):
        for angle in np.arange(best - span, best + span + step / 2, step):
            found = _sharpness(xs, ys, float(angle))
            if found > score:
                score, top = found, float(angle)
        best = top
    return best, score


def _points(ink: Mask, dpi: tuple[float, float]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    width = max(1, round(ink.shape[1] * WORKING_DPI / dpi[0]))
    height = max(1, round(ink.shape[0] * WORKING_DPI / dpi[1]))
    small = cv2.resize(ink.astype(np.uint8) * 255, (width, height), interpolation=cv2.INTER_AREA)
    ys, xs = np.nonzero(small > 60)
    if xs.size > 60_000:
        chosen = slice(None, None, xs.size // 60_000 + 1)
        ys, xs = ys[chosen], xs[chosen]
    return ys.astype(np.float32), xs.astype(np.float32)


def _sharpness(xs: NDArray[np.float32], ys: NDArray[np.float32], angle: float) -> float:
    rows = ys - xs * np.float32(np.tan(np.radians(angle)))
    rows -= rows.min()
    profile = np.bincount(rows.astype(np.int32)).astype(np.float64)
    return float(((profile[1:] - profile[:-1]) ** 2).sum() / xs.size)
