"""Photos of a page: finding the sheet, flattening its perspective."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.outlines import SIDE, Quad, outlines
from ocr.raster import Gray

STEP_REACH = 6  # pixels of an image of 800: beyond the blur of the closing
DEPTH = 22  # pixels; so far within a side it is still the same paper
LEAST_STEP = 0.055  # of the paper's own brightness, however dark the shadow that it lies in
MOST_CHANGE = 0.12  # of its brightness, from a side to `DEPTH` within
ENOUGH_SIDES, FEWEST_SIDES = 3, 2  # with two in sight, the others along the edge, only for want of better
SAMPLES = 60  # along a side
A4_RATIO = 11.69 / 8.27
_DIMMEST = 25.0


def flattened(gray: Gray, guide: Gray | None = None) -> Gray:
    """The sheet alone, seen from straight above; the image as it is when no outline shows.

    The result has the proportions of A4 when the sheet's own are near them (a photo has no scale). `guide`
    as for `sheet_corners`.
    """
    corners = sheet_corners(gray, guide)
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


def darkest_channel(colours: NDArray[np.uint8]) -> Gray:
    """A guide for `sheet_corners` from a picture in colour (height x width x 3): small, and dark wherever
    there is colour, for paper is bright in every channel."""
    scale = min(1.0, SIDE / max(colours.shape[:2]))
    small = cv2.resize(colours, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(small.min(axis=2), dtype=np.uint8)


def sheet_corners(gray: Gray, guide: Gray | None = None) -> Quad | None:
    """Corners of a bright four-sided sheet on a darker ground, clockwise from the upper left, or None.

    guide  the same picture in other grays, of any size, in which the sheet may stand out better

    Of all outlines that may be the sheet's the one counts whose sides are clearest and whose area is largest.
    """
    scale = SIDE / max(gray.shape)
    views = [_smoothed(image) for image in (gray, guide) if image is not None]
    height, width = views[0].shape
    views = [view if view.shape == (height, width) else _as_large(view, (width, height)) for view in views]
    best: Quad | None = None
    best_score = (0, 0.0)
    for quad in outlines(views):
        sides, clear = max(_clearness(view, quad) for view in views)
        score = (min(sides, ENOUGH_SIDES), clear * float(cv2.contourArea(quad.astype(np.float32))) ** 0.5)
        if sides >= FEWEST_SIDES and score > best_score:
            best, best_score = quad, score
    return None if best is None else _clockwise(best / scale)


def _smoothed(image: Gray) -> Gray:
    """The picture `SIDE` pixels large, without what is printed on the sheet."""
    scale = SIDE / max(image.shape)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    return np.asarray(cv2.GaussianBlur(closed, (5, 5), 0), dtype=np.uint8)


def _as_large(view: Gray, size: tuple[int, int]) -> Gray:
    return np.asarray(cv2.resize(view, size), dtype=np.uint8)


def _clearness(gray: Gray, corners: Quad) -> tuple[int, float]:
    """How many sides of a four-sided outline are seen to be a sheet's, and how clearly it is one: up to 1.

    (0, 0) where a side is none. A side is one if along nearly all of its length it is brighter within than
    without, and within goes on as it began: an outline that cuts a corner of the sheet, or takes in a piece of
    the table, has not that all along. Sides along the edge of the image tell nothing and count little.
    """
    middle = corners.mean(axis=0)
    steps = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = a + np.linspace(0.04, 0.96, SAMPLES)[:, None] * (b - a)
        normal = np.array([b[1] - a[1], a[0] - b[0]]) / max(1e-6, float(np.linalg.norm(b - a)))
        if float(normal @ (middle - a)) < 0:
            normal = -normal
        inner, outer, deep = (
            np.rint(along + by * normal).astype(int) for by in (STEP_REACH, -STEP_REACH, DEPTH)
        )
        seen = _within(inner, gray) & _within(outer, gray) & _within(deep, gray)
        if seen.sum() < SAMPLES // 5:
            continue
        inside, outside, within = (
            gray[places[seen, 1], places[seen, 0]].astype(np.float64) for places in (inner, outer, deep)
        )
        paper = np.maximum(inside, _DIMMEST)
        step = float(np.percentile((inside - outside) / paper, 15))
        if step < LEAST_STEP or float(np.median(np.abs(inside - within) / paper)) > MOST_CHANGE:
            return 0, 0.0
        steps.append(step)
    unseen = (4 - len(steps)) * 0.5 * LEAST_STEP**0.5
    return len(steps), float((sum(step**0.5 for step in steps) + unseen) / 4)


def _within(places: NDArray[np.int_], gray: Gray) -> NDArray[np.bool_]:
    return np.asarray(((places >= 0) & (places < gray.shape[::-1])).all(axis=1))


def _clockwise(points: Quad) -> Quad:
    """From the corner nearest to the upper left."""
    away = points - points.mean(axis=0)
    ordered = points[np.argsort(np.arctan2(away[:, 1], away[:, 0]))]
    return np.asarray(np.roll(ordered, -int(ordered.sum(axis=1).argmin()), axis=0))
