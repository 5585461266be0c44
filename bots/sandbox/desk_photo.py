"""A phone's picture of a page that lies on a desk: seen askew, turned, on any ground, under any light."""

from __future__ import annotations

import random
from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Colour = NDArray[np.uint8]
Matrix = NDArray[np.float64]

GROUNDS = ("plain", "wood", "checked", "striped", "speckled", "papers")
_DESK = 2.2  # the piece of desk that is drawn, in heights of the page


@dataclass(frozen=True)
class DeskPhoto:
    """`image` in colour; `corners` of the page in it, clockwise from the page's own upper left (4 x 2 pixels)."""

    image: Colour
    corners: NDArray[np.float64]
    ground: str
    tilt: float


def desk_photo(
    page: Gray, rng: random.Random, *, tilt: float | None = None, ground: str = "", turn: int = 0
) -> DeskPhoto:
    """Take a picture of `page` with a camera that is held `tilt` degrees askew (10 to 25 if not given).

    `turn`: degrees (0, 90, 180, 270) by which the page lies turned before the camera, beside a few more.
    """
    noise = np.random.default_rng(rng.randrange(2**32))
    tilt = rng.uniform(10, 25) if tilt is None else tilt
    ground = ground or rng.choice(GROUNDS)
    height, width = page.shape
    camera, size = _camera(width, height, tilt, turn, rng)
    desk = _desk(ground, noise, round(_DESK * height / 4))
    scale = 4.0  # the desk is drawn coarser than the page
    middle = desk.shape[0] / 2
    to_page = np.array(
        [[scale, 0, width / 2 - middle * scale], [0, scale, height / 2 - middle * scale], [0, 0, 1]]
    )
    seen = cv2.warpPerspective(
        desk, camera @ to_page, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    ).astype(np.float32)
    paper = np.array([rng.uniform(0.93, 1), rng.uniform(0.94, 1), rng.uniform(0.9, 1)], np.float32)
    ink = cv2.warpPerspective(page, camera, size, flags=cv2.INTER_AREA, borderValue=(255.0,))
    mask = (cv2.warpPerspective(np.full_like(page, 255), camera, size, flags=cv2.INTER_AREA) / 255.0).astype(
        np.float32
    )
    cast = _cast_shadow(mask, rng)
    sheet = ink.astype(np.float32)[:, :, None] * paper
    image = seen * cast[:, :, None] * (1 - mask[:, :, None]) + sheet * mask[:, :, None]
    image *= _light(noise, rng, size)[:, :, None]
    image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.3, 0.8)), np.float32)
    image += noise.normal(0, rng.choice((2, 4, 6)), image.shape).astype(np.float32)
    outline = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    corners = cv2.perspectiveTransform(outline[None], camera)[0]
    return DeskPhoto(np.clip(image, 0, 255).astype(np.uint8), corners, ground, tilt)


def _camera(
    width: int, height: int, tilt: float, turn: int, rng: random.Random
) -> tuple[Matrix, tuple[int, int]]:
    """The map from pixels of the page to pixels of the picture, and the picture's size."""
    yaw, towards = radians(turn + rng.uniform(-8, 8)), radians(rng.uniform(0, 360))
    lean = radians(tilt)
    axis = np.array([cos(towards), sin(towards), 0.0])
    rotation = cv2.Rodrigues(axis * lean)[0] @ cv2.Rodrigues(np.array([0.0, 0.0, yaw]))[0]
    lying = turn % 180 == 90
    across, down = (height, width) if lying else (width, height)
    focal = 1.2 * max(width, height)
    distance = focal / rng.uniform(0.8, 0.95)
    centre = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]], np.float64)
    plane = np.column_stack([rotation[:, 0], rotation[:, 1], [0.0, 0.0, distance]])
    frame = (round(across * rng.uniform(1.05, 1.2)), round(down * rng.uniform(1.03, 1.15)))
    lens = np.array([[focal, 0, frame[0] / 2], [0, focal, frame[1] / 2], [0, 0, 1]], np.float64)
    return lens @ plane @ centre, frame


def _desk(ground: str, noise: np.random.Generator, side: int) -> NDArray[np.float32]:
    """A square of the desk's top, 0 to 255, in colour."""
    base = (
        noise.uniform(30, 190, 3) if ground != "wood" else np.array([150, 105, 65]) * noise.uniform(0.5, 1.3)
    )
    top = np.ones((side, side, 3), np.float32) * base.astype(np.float32)
    if ground == "wood":
        grain = cv2.resize(
            noise.normal(0, 1, (90, 3)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC
        )
        fine = cv2.resize(noise.normal(0, 1, (side, 6)).astype(np.float32), (side, side))
        top *= (1 + 0.14 * grain + 0.05 * fine)[:, :, None]
    elif ground in ("checked", "striped"):
        step = int(noise.integers(side // 60, side // 12))
        ys, xs = np.mgrid[:side, :side] // step
        pattern = ((xs + ys) if ground == "checked" else xs) % 2
        other = noise.uniform(20, 200, 3).astype(np.float32)
        top = np.where(pattern[:, :, None] == 0, top, other).astype(np.float32)
    elif ground == "speckled":
        spots = cv2.resize(noise.normal(0, 1, (side // 5, side // 5)).astype(np.float32), (side, side))
        top *= (1 + 0.25 * spots)[:, :, None]
    elif ground == "papers":
        for _ in range(int(noise.integers(1, 4))):
            place, angle = noise.uniform(0.15, 0.85, 2) * side, float(noise.uniform(0, 180))
            rectangle = ((float(place[0]), float(place[1])), (side * 0.33, side * 0.45), angle)
            shade = float(noise.uniform(140, 215))
            cv2.fillPoly(top, [np.int32(cv2.boxPoints(rectangle))], (shade, shade, shade * 0.97))  # type: ignore[list-item]
    return np.clip(top + noise.normal(0, 3, top.shape).astype(np.float32), 0, 235).astype(np.float32)


def _cast_shadow(mask: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """The narrow shadow beside a sheet that does not lie quite flat."""
    reach = rng.uniform(2, 9)
    move = np.array([[1, 0, rng.uniform(-1, 1) * reach], [0, 1, rng.uniform(-1, 1) * reach]], np.float32)
    moved = cv2.warpAffine(mask, move, mask.shape[::-1])
    return np.asarray(1 - 0.35 * cv2.GaussianBlur(moved, (0, 0), reach / 2), np.float32)


def _light(noise: np.random.Generator, rng: random.Random, size: tuple[int, int]) -> NDArray[np.float32]:
    """Lamps and windows, and the shadows of a hand and a phone, over page and desk alike."""
    width, height = size
    across = np.linspace(noise.uniform(0.6, 1), noise.uniform(0.7, 1), width, dtype=np.float32)
    down = np.linspace(noise.uniform(0.7, 1), noise.uniform(0.6, 1), height, dtype=np.float32)
    light = across[None, :] * down[:, None]
    for _ in range(rng.choice((0, 1, 1, 2))):
        shade = np.ones((64, 64), np.float32)
        points = (noise.random((int(noise.integers(3, 6)), 2)) * 64).astype(np.int32)
        cv2.fillConvexPoly(shade, cv2.convexHull(points), (float(noise.uniform(0.5, 0.8)),))
        shade = np.asarray(cv2.GaussianBlur(shade, (0, 0), float(noise.uniform(0.8, 3))), np.float32)
        light = light * cv2.resize(shade, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(light, np.float32)
