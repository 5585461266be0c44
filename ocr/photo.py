"""Photos of a page: finding the sheet, flattening its perspective."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Gray

SMALLEST_SHARE = 0.35
A4_RATIO = 11.69 / 8.27


def flattened(gray: Gray) -> Gray:
    """The sheet alone, seen from straight above; the image as it is when no outline shows.

    The result has the proportions of A4 when the sheet's own are near them (a photo has no scale).
    """
    corners = sheet_corners(gray)
    if corners is None:
        return gray
    top_left, top_right, bottom_right, bottom_left = corners
    width = max(np.linalg.norm(top_right - top_left), np.linalg.norm(bottom_right - bottom_left))
    height = max(np.linalg.norm(bottom_left - top_left), np.linalg.norm(bottom_right - top_right))
    if 0.82 < height / width / A4_RATIO < 1.22:
        height = width * A4_RATIO
    elif 0.82 < width / height / A4_RATIO < 1.22:
        width = height * A4_RATIO
    size = (round(float(width)), round(float(height)))
    target = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    return np.asarray(cv2.warpPerspective(gray, matrix, size, flags=cv2.INTER_CUBIC), dtype=np.uint8)


def sheet_corners(gray: Gray) -> NDArray[np.float64] | None:
    """Corners of a bright four-sided sheet on a darker ground, clockwise from the upper left, or None."""
    scale = 800 / max(gray.shape)
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    smooth = cv2.GaussianBlur(closed, (5, 5), 0)
    best: NDArray[np.float64] | None = None
    best_area = SMALLEST_SHARE * small.shape[0] * small.shape[1]
    otsu, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    masks = [(smooth > level).astype(np.uint8) for level in (otsu * 0.8, otsu, 90.0, 120.0)]
    edges = cv2.dilate(cv2.Canny(smooth, 30, 90), np.ones((3, 3), np.uint8))
    masks.append(1 - (edges > 0).astype(np.uint8))
    for mask in masks:
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for outline in outlines:
            hull = cv2.convexHull(outline)
            area = cv2.contourArea(hull)
            if area <= best_area or area > 0.985 * small.size:
                continue
            quad = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
            if (
                len(quad) == 4
                and cv2.contourArea(quad) > 0.9 * area
                and cv2.contourArea(outline) > 0.85 * area
            ):
                best, best_area = quad.reshape(4, 2).astype(np.float64), area
    return None if best is None else _clockwise(best / scale)


def _clockwise(points: NDArray[np.float64]) -> NDArray[np.float64]:
    total = points.sum(axis=1)
    slant = points[:, 0] - points[:, 1]
    return np.stack(
        [points[total.argmin()], points[slant.argmax()], points[total.argmax()], points[slant.argmin()]]
    )
