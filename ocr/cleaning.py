"""Taking off what the line, the scanner and the camera added: specks, streaks, uneven light."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Gray, Mask

# A speck of line noise is one or two pixels; a full stop at 204 x 98 dpi is three or more.
SPECK_PIXELS = 2
LONELY_PIXELS = 5
STREAK_SHARE = 0.85


def even_light(gray: Gray, dpi: float) -> Gray:
    """Divide by the local paper white, so that shadows, gray fills and vignettes become white.

    The paper is estimated as the local maximum over 0.12 inch (wider than any stroke), smoothed, on
    an image reduced to about 60 dpi. Text on a gray fill keeps its contrast.
    """
    shrink = max(1.0, dpi / 60.0)
    small = cv2.resize(gray, None, fx=1 / shrink, fy=1 / shrink, interpolation=cv2.INTER_AREA)
    reach = max(3, int(0.12 * dpi / shrink) | 1)
    paper = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    paper = cv2.medianBlur(paper, 5)
    paper = cv2.GaussianBlur(paper, (0, 0), reach / 4)
    full = cv2.resize(paper, (gray.shape[1], gray.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(gray, np.maximum(full, 1), scale=255), dtype=np.uint8)


def ink_mask(gray: Gray) -> Mask:
    """Dark pixels, by Otsu's threshold held within 90..200 so that a blank page stays blank."""
    level, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(gray < min(max(level, 90.0), 200.0))


def without_specks(ink: Mask, scale: float = 1.0) -> Mask:
    """Drop connected components of up to two pixels, and slightly larger ones that stand alone.

    `scale` multiplies the pixel counts (area) for images finer than a fax. Components, never a
    median filter: that one eats thin strokes (measured: numbers found .075 against .935).
    """
    stats, labels = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)[2:0:-1]
    area = stats[:, cv2.CC_STAT_AREA]
    small = area <= LONELY_PIXELS * scale
    small[0] = False
    if not small.any():
        return ink
    # Ink is a few hundredths of a page: its pixels by their places, not the whole page again and again.
    places = np.flatnonzero(ink)
    component = labels.ravel()[places]
    of_small = small[component]
    kept = ink.copy()
    kept.ravel()[places[of_small]] = False
    lonely = np.flatnonzero(small & (area > SPECK_PIXELS * scale))
    if lonely.size:
        staying = np.zeros(len(area), dtype=bool)
        staying[lonely] = _near_ink(kept, stats[lonely], int(4 * max(1.0, scale**0.5)))
        kept.ravel()[places[staying[component]]] = True
    return kept


def _near_ink(ink: Mask, boxes: NDArray[Any], reach: int) -> Mask:
    """Of components (rows of OpenCV's statistics) which have ink within `reach` rows, twice as many columns."""
    height, width = ink.shape
    total = cv2.integral(ink.view(np.uint8))
    left, top, across, down = (boxes[:, i] for i in range(4))
    right = np.minimum(left + across + 2 * reach, width)
    bottom = np.minimum(top + down + reach, height)
    left, top = np.maximum(left - 2 * reach, 0), np.maximum(top - reach, 0)
    return np.asarray(total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left] > 0)


def without_borders(ink: Mask, dpi: tuple[float, float]) -> Mask:
    """Drop black bands and corners at the edges of a page (a lid left open, a sheet laid askew).

    Bands are solid: what a closing's opposite with a kernel wider than any stroke leaves, where it
    touches the edge of the page, and what hangs on it by less than a stroke.
    """
    height, width = ink.shape
    edges = (ink[:3], ink[-3:], ink[:, :3], ink[:, -3:])
    if max(float(edge.mean()) for edge in edges) < 0.02:
        return ink
    across, down = max(3, round(0.06 * dpi[0])), max(3, round(0.06 * dpi[1]))
    framed = cv2.copyMakeBorder(
        ink.astype(np.uint8), down, down, across, across, cv2.BORDER_CONSTANT, value=1
    )
    solid = cv2.morphologyEx(framed, cv2.MORPH_OPEN, np.ones((down, across), np.uint8))
    labels = cv2.connectedComponents(solid, connectivity=8)[1]
    band = (labels == labels[0, 0])[down : down + height, across : across + width]
    if not band.any():
        return ink
    reach = np.ones((2 * (down // 3) + 1, 2 * (across // 3) + 1), np.uint8)
    return np.asarray(ink & ~cv2.dilate(band.astype(np.uint8), reach).astype(bool))


def without_streaks(ink: Mask) -> Mask:
    """Drop thin vertical lines that run over the whole height of a fax (dirt on the sender's glass).

    Only pixels whose horizontal run is not much wider than the streak go, so text it crosses stays.
    """
    height = ink.shape[0]
    columns = np.flatnonzero(ink.sum(axis=0) >= STREAK_SHARE * height)
    if columns.size == 0:
        return ink
    cleaned = ink.copy()
    for run in np.split(columns, np.flatnonzero(np.diff(columns) > 1) + 1):
        if run.size > 8:
            continue  # a black border, not a streak
        left, right = int(run[0]), int(run[-1]) + 1
        pad = 2
        before = ink[:, max(0, left - pad) : left].any(axis=1)
        after = ink[:, right : right + pad].any(axis=1)
        cleaned[~(before & after), left:right] = False
        # The streak's own ragged edge: stubs beside it that touch nothing further out.
        for side in (left - 1, right):
            further = side - 1 if side < left else side + 1
            if 0 <= further < ink.shape[1] and 0 <= side < ink.shape[1]:
                cleaned[~ink[:, further], side] = False
    return cleaned


def ink_share(ink: Mask) -> float:
    """Share of dark pixels inside the page, its outer 3 % (scanner edges, shadows) left out."""
    height, width = ink.shape
    inner = ink[int(height * 0.03) : int(height * 0.97) or 1, int(width * 0.03) : int(width * 0.97) or 1]
    return float(inner.mean()) if inner.size else 0.0
