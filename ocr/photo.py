"""Photos of a page: finding the sheet, flattening its perspective."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Gray

SMALLEST_SHARE = 0.35
A4_RATIO = 11.69 / 8.27
STEP_REACH = 6  # pixels of an image of 800: beyond the blur of the closing
LEAST_STEP = 12.0  # of 255 grays


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
    best_step = LEAST_STEP
    least = SMALLEST_SHARE * small.shape[0] * small.shape[1]
    otsu, _ = cv2.threshold(smooth, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    masks = [(smooth > level).astype(np.uint8) for level in (otsu * 0.8, otsu, 90.0, 120.0)]
    edges = cv2.dilate(cv2.Canny(smooth, 30, 90), np.ones((3, 3), np.uint8))
    masks.append(1 - (edges > 0).astype(np.uint8))
    for mask in masks:
        outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for outline in outlines:
            hull = cv2.convexHull(outline)
            area = cv2.contourArea(hull)
            if area <= least or area > 0.985 * small.size:
                continue
            quad = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
            if (
                len(quad) == 4
                and cv2.contourArea(quad) > 0.9 * area
                and cv2.contourArea(outline) > 0.85 * area
            ):
                corners = quad.reshape(4, 2).astype(np.float64)
                if (step := _least_step(smooth, corners)) > best_step:
                    best, best_step = corners, step
    return None if best is None else _clockwise(best / scale)


def _least_step(gray: NDArray[Any], corners: NDArray[np.float64]) -> float:
    """How much brighter it is within a four-sided outline than without, on the side where it is least so.

    Of several outlines the true one has a step along all of its length; one that cuts a corner of the
    sheet or takes in a corner of the table has not. Sides along the edge of the image tell nothing.
    """
    height, width = gray.shape
    middle = corners.mean(axis=0)
    steps = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = a + np.linspace(0.04, 0.96, 40)[:, None] * (b - a)
        normal = np.array([b[1] - a[1], a[0] - b[0]]) / max(1e-6, float(np.linalg.norm(b - a)))
        if float(normal @ (middle - a)) < 0:
            normal = -normal
        inner, outer = (np.rint(along + by * normal).astype(int) for by in (STEP_REACH, -STEP_REACH))
        seen = ((outer >= 0) & (outer < (width, height)) & (inner >= 0) & (inner < (width, height))).all(
            axis=1
        )
        if seen.sum() < 10:
            continue
        inside = gray[inner[seen, 1], inner[seen, 0]].astype(np.float64)
        outside = gray[outer[seen, 1], outer[seen, 0]].astype(np.float64)
        steps.append(float(np.percentile(inside - outside, 15)))
    return min(steps, default=0.0)


def _clockwise(points: NDArray[np.float64]) -> NDArray[np.float64]:
    total = points.sum(axis=1)
    slant = points[:, 0] - points[:, 1]
    return np.stack(
        [points[total.argmin()], points[slant.argmax()], points[total.argmax()], points[slant.argmin()]]
    )
