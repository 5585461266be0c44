"""Four-sided outlines in a picture that may be a sheet's: of bright areas, and of long straight edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Gray

Quad = NDArray[np.float64]
Point = NDArray[np.float64]

SIDE = 800  # pixels of the longer side of the picture in which the sheet is looked for
SMALLEST_SHARE, LARGEST_SHARE = 0.35, 0.985
MOST_LINES = 7  # in each direction
MOST_OUTSIDE = 0.12  # of the picture, by which a corner may lie beyond its edge
_ALIGNED, _APART = 0.9975, 6.0  # cosine, pixels: pieces of one line
_SLOPING = 0.5  # cosine of the most acute corner that perspective makes of a right one
_SHORTENED = 0.5  # of the opposite side


@dataclass
class _Straight:
    """A long straight edge: points `p` with `normal @ p == offset`, and the ends of its pieces."""

    normal: Point
    offset: float
    length: float
    ends: list[Point]


def outlines(views: Sequence[Gray]) -> Iterator[Quad]:
    """Convex outlines of four corners (4 x 2 pixels) in any of `views`, each once.

    Shadows cut a sheet's area in pieces but leave its edges; a pattern beneath it hides its edges but not
    its area: so both are looked for.
    """
    known: set[tuple[int, ...]] = set()
    for view in views:
        for quad in (*_of_areas(view), *_of_edges(view)):
            key = tuple(np.rint(quad.ravel() / 3).astype(int))
            if key not in known:
                known.add(key)
                yield quad


def _of_areas(view: Gray) -> Iterator[Quad]:
    otsu, _ = cv2.threshold(view, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    masks = [(view > level).astype(np.uint8) for level in (otsu * 0.8, otsu, 90.0, 120.0)]
    edges = cv2.dilate(cv2.Canny(view, 30, 90), np.ones((3, 3), np.uint8))
    masks.append(1 - (edges > 0).astype(np.uint8))
    for mask in masks:
        for outline in cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)[0]:
            hull = cv2.convexHull(outline)
            area = cv2.contourArea(hull)
            if area <= SMALLEST_SHARE * mask.size or cv2.contourArea(outline) <= 0.85 * area:
                continue
            quad = cv2.approxPolyDP(hull, 0.03 * cv2.arcLength(hull, True), True)
            if len(quad) == 4 and cv2.contourArea(quad) > 0.9 * area and _fits(quad, view):
                yield quad.reshape(4, 2).astype(np.float64)


def _of_edges(view: Gray) -> Iterator[Quad]:
    for low, high in ((30, 90), (12, 36)):
        lines = _straight_lines(np.asarray(cv2.Canny(view, low, high), dtype=np.uint8))
        across = [line for line in lines if abs(line.normal[1]) > abs(line.normal[0])][:MOST_LINES]
        down = [line for line in lines if abs(line.normal[1]) <= abs(line.normal[0])][:MOST_LINES]
        for top, bottom in combinations(across, 2):
            for left, right in combinations(down, 2):
                quad = _meeting(((top, left), (top, right), (bottom, right), (bottom, left)))
                if quad is not None and _near(quad, view) and _fits(quad, view) and _is_sheet_like(quad):
                    yield quad


def _straight_lines(edges: NDArray[np.uint8]) -> list[_Straight]:
    """Pieces of one line taken together, the longest first."""
    shortest = 0.16 * min(edges.shape)
    found = cv2.HoughLinesP(edges, 1, np.pi / 360, 60, minLineLength=shortest, maxLineGap=14)
    pieces = np.zeros((0, 2, 2)) if found is None else found.reshape(-1, 2, 2).astype(np.float64)
    lines: list[_Straight] = []
    for a, b in sorted(pieces, key=lambda ends: -float(np.linalg.norm(ends[1] - ends[0]))):
        length = float(np.linalg.norm(b - a))
        normal = np.array([a[1] - b[1], b[0] - a[0]]) / length
        for line in lines:
            if abs(normal @ line.normal) > _ALIGNED and all(
                abs(line.normal @ end - line.offset) < _APART for end in (a, b)
            ):
                line.length += length
                line.ends += [a, b]
                break
        else:
            lines.append(_Straight(normal, float(normal @ a), length, [a, b]))
    lines.sort(key=lambda line: -line.length)
    for line in lines[: 4 * MOST_LINES]:
        along, down, x, y = cv2.fitLine(np.array(line.ends, np.float32), cv2.DIST_L2, 0, 0.01, 0.01).ravel()
        line.normal = np.array([-down, along], np.float64)
        line.offset = float(line.normal @ np.array([x, y], np.float64))
    return lines[: 4 * MOST_LINES]


def _meeting(pairs: Sequence[tuple[_Straight, _Straight]]) -> Quad | None:
    """Where each pair of lines meets, None if one pair runs nearly alongside."""
    corners = []
    for a, b in pairs:
        (ax, ay), (bx, by) = a.normal, b.normal
        turned = ax * by - ay * bx
        if abs(turned) < 0.2:
            return None
        corners.append(((a.offset * by - ay * b.offset) / turned, (ax * b.offset - a.offset * bx) / turned))
    return np.array(corners, np.float64)


def _near(quad: Quad, view: Gray) -> bool:
    height, width = view.shape
    beyond = MOST_OUTSIDE * max(height, width)
    return bool(((quad > -beyond) & (quad < (width + beyond, height + beyond))).all())


def _fits(quad: NDArray[np.generic], view: Gray) -> bool:
    share = cv2.contourArea(np.asarray(quad, dtype=np.float32)) / view.size
    return bool(SMALLEST_SHARE < share < LARGEST_SHARE)


def _is_sheet_like(quad: Quad) -> bool:
    """Convex, no corner very acute, no side much shorter than the one opposite."""
    if not cv2.isContourConvex(np.rint(quad).astype(np.int32)):
        return False
    sides = np.roll(quad, -1, axis=0) - quad
    lengths = np.linalg.norm(sides, axis=1)
    if lengths.min() < 1:
        return False
    units = sides / lengths[:, None]
    if np.abs((units * np.roll(units, -1, axis=0)).sum(axis=1)).max() > _SLOPING:
        return False
    pairs = np.sort(np.stack([lengths[:2], lengths[2:]]), axis=0)
    return bool((pairs[0] / pairs[1]).min() > _SHORTENED)
