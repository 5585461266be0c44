"""A crop of any height, dark on light, made into the network's input: 32 rows, 0 paper to 1 ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Ink = NDArray[np.uint8]  # 0 paper, 255 ink

HEIGHT = 32  # rows of a normalised line
MARGIN = 3  # rows of paper above and below the ink, of the 32
FRAME = 4  # columns a frame of the network's output
SIDE = 6  # columns of paper left and right
MAX_WIDTH = 1600  # columns; longer lines are squeezed


def ink_of(image: Gray) -> Ink:
    """Paper to 0 and ink to 255 by the crop's own levels; the shade of a photo is divided out."""
    low, paper = (float(v) for v in np.percentile(image, (0.5, 80)))
    if paper < 235:  # gray paper: shade may differ along the line
        step = max(3, image.shape[0] // 2 | 1)
        light = cv2.dilate(image, np.ones((step, step), np.uint8))
        light = cv2.blur(light, (step * 2 + 1, step * 2 + 1))
        image = np.asarray(cv2.divide(image, np.maximum(light, 40), scale=255), np.uint8)
        low, paper = (float(v) for v in np.percentile(image, (0.5, 80)))
    contrast = max(paper - low, 48.0)
    ink = (paper - image.astype(np.float32)) * (255.0 / contrast)
    return np.asarray(np.clip(ink, 0, 255), np.uint8)


def text_rows(ink: Ink) -> tuple[int, int]:
    """First and last + 1 row of the text: rows with more ink than lone specks leave.

    What a neighbouring line or a rule left at the very edge is cut off when a gap of paper
    separates it and the text beyond is much taller.
    """
    profile = (ink > 100).sum(axis=1).astype(np.float32)
    if profile.max(initial=0) < 1:
        return 0, ink.shape[0]
    body = np.sort(profile)[-max(1, len(profile) // 4) :].mean()
    filled = profile > max(0.06 * body, 0.5)
    runs = _runs(filled)
    tallest = max(runs, key=lambda r: (r[1] - r[0], float(profile[r[0] : r[1]].sum())))
    first, last = tallest
    height = last - first
    for start, stop in runs:
        near = start - last if start >= last else first - stop
        at_edge = start == 0 or stop == len(profile)
        if near < 0.35 * height and not (at_edge and stop - start < 0.3 * height):
            first, last = min(first, start), max(last, stop)
    least = ink.shape[0] // 5
    if last - first < least:  # a dash, a dot: keep its surroundings
        grow = (least - (last - first) + 1) // 2
        first, last = max(0, first - grow), min(ink.shape[0], last + grow)
    return first, last


def _runs(filled: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], filled.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def text_columns(ink: Ink) -> tuple[int, int]:
    """First and last + 1 column with ink."""
    columns = np.flatnonzero((ink > 100).sum(axis=0) > 0)
    if not len(columns):
        return 0, ink.shape[1]
    return int(columns[0]), int(columns[-1]) + 1


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised line and where it was: column x of `ink` is column `left + (x - SIDE) / scale` of the crop."""

    ink: Ink
    left: int
    scale: float


def placed(image: Gray) -> Normal:
    """The crop's text, scaled so that its ink is 26 of 32 rows high: (32, width), 0 to 255."""
    ink = ink_of(image)
    top, bottom = text_rows(ink)
    left, right = text_columns(ink[top:bottom])
    ink = ink[top:bottom, left:right]
    rows = HEIGHT - 2 * MARGIN
    scale = rows / ink.shape[0]
    width = int(np.clip(round(ink.shape[1] * scale), 1, MAX_WIDTH - 2 * SIDE))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(ink, (width, rows), interpolation=how), np.uint8)
    return Normal(np.pad(small, ((MARGIN, MARGIN), (SIDE, SIDE))), left, width / ink.shape[1])


def normalise(image: Gray) -> Ink:
    """`placed` without the place."""
    return placed(image).ink
