"""One resampling from the pixels of the file to the upright, level page of equal resolution."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.raster import Gray

WORK_DPI = 300.0


@dataclass(frozen=True, slots=True)
class Placement:
    """Affine map of source pixels to work pixels, and the size (width, height) of the work image."""

    matrix: NDArray[np.float64]
    size: tuple[int, int]


def placement(
    shape: tuple[int, int], dpi: tuple[float, float], rotation: int, skew: float, work_dpi: float = WORK_DPI
) -> Placement:
    """The map that makes an image of `shape` (height, width) square in resolution, turns it clockwise
    by `rotation` (0, 90, 180, 270) and levels lines that fall by `skew` degrees in the file."""
    height, width = shape
    across, down = work_dpi / dpi[0], work_dpi / dpi[1]
    scaled_w, scaled_h = width * across, height * down
    scale = np.array([[across, 0, 0], [0, down, 0], [0, 0, 1]], dtype=np.float64)
    level = np.vstack([cv2.getRotationMatrix2D((scaled_w / 2, scaled_h / 2), skew, 1.0), [0, 0, 1]])
    turn = {
        0: np.eye(3),
        90: np.array([[0, -1, scaled_h], [1, 0, 0], [0, 0, 1]], dtype=np.float64),
        180: np.array([[-1, 0, scaled_w], [0, -1, scaled_h], [0, 0, 1]], dtype=np.float64),
        270: np.array([[0, 1, 0], [-1, 0, scaled_w], [0, 0, 1]], dtype=np.float64),
    }[rotation]
    size = (round(scaled_w), round(scaled_h)) if rotation in (0, 180) else (round(scaled_h), round(scaled_w))
    return Placement((turn @ level @ scale)[:2], size)


def resample(gray: Gray, place: Placement) -> Gray:
    """The page image after `place`; what lies outside the file is white."""
    interpolation = cv2.INTER_CUBIC if abs(place.matrix).max() >= 0.9 else cv2.INTER_AREA
    warped = cv2.warpAffine(
        gray, place.matrix, place.size, flags=interpolation, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return np.asarray(warped, dtype=np.uint8)
