"""What happens to paper on its way: fax machines, flatbed scanners and phone cameras.

Images are gray arrays, 0 black; a fax comes out as bool, True black. All randomness comes from the
generator that is passed in.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from bots.sandbox.header import header_strip

Gray = NDArray[np.uint8]
Bits = NDArray[np.bool_]

FAX_DPI = 204
FAX_WIDTH = 1728
FINE, STANDARD = 196, 98


@dataclass(frozen=True)
class FaxLine:
    """A fax machine's condition, the same for all pages of one call."""

    vertical_dpi: int
    header: str
    noise: float
    threshold: int
    streak: int | None
    darkness: int
    fade: float
    wide: bool
    scale: float
    lost_lines: bool

    @classmethod
    def draw(cls, rng: random.Random, header: str, vertical_dpi: int) -> FaxLine:
        # Coarse rows thin out level strokes: machines darken a little when they send standard.
        lightest = 150 if vertical_dpi == FINE else 172
        return cls(
            vertical_dpi=vertical_dpi,
            header=header if rng.random() < 0.85 else "",
            noise=rng.choice((0, 0, 0.0003, 0.001, 0.002, 0.004)),
            threshold=rng.randrange(lightest, 199),  # darker than any shade of a cell
            streak=rng.randrange(120, FAX_WIDTH - 120) if rng.random() < 0.12 else None,
            darkness=rng.choice((-1, 0, 0, 0, 0, 1)),
            fade=rng.choice((0, 0, 0, 0.1, 0.2)),
            wide=rng.random() < 0.5,
            scale=rng.uniform(0.93, 0.99) if rng.random() < 0.25 else 1.0,
            lost_lines=rng.random() < 0.08,
        )


def skewed(image: Gray, degrees: float, scale: float = 1.0) -> Gray:
    """The image turned about its middle and scaled, same size, white where paper ends."""
    if abs(degrees) < 0.05 and scale == 1.0:
        return image
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    return np.asarray(
        cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255.0,)), np.uint8
    )


def turned(image: Gray, degrees: int) -> Gray:
    """The image turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(image, -(degrees // 90)))


def fax_page(image: Gray, line: FaxLine, number: int, rng: random.Random, upside_down: bool) -> Bits:
    """A page as it leaves the receiving machine. `image` is at 204 dpi both ways."""
    degrees = rng.gauss(0, 0.55) if rng.random() < 0.7 else rng.uniform(-2, 2)
    image = skewed(image, degrees, line.scale)
    if upside_down:
        image = turned(image, 180)
    if line.wide:  # the machine always sends 1728 dots
        image = _to_width(image, FAX_WIDTH)
    height, width = round(image.shape[0] * line.vertical_dpi / FAX_DPI), image.shape[1]
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.int16)
    noise = np.random.default_rng(rng.randrange(2**32))
    if line.fade:
        small += (_clouds(noise, height, width) * 90 * line.fade).astype(np.int16)
    bits = small < line.threshold
    if line.darkness:
        bits = _thicker(bits) if line.darkness > 0 else bits & (noise.random(bits.shape, np.float32) > 0.03)
    bits = _noisy(bits, line, noise)
    if line.lost_lines:
        for _ in range(int(noise.integers(1, 6))):
            at, lost = int(noise.integers(0, height - 12)), int(noise.integers(1, 4))
            bits[at : at + lost] = bits[at - 1] if noise.random() < 0.6 else False
    if line.header:
        strip = header_strip(f"{line.header}  P.{number}", width, line.vertical_dpi)
        bits[6 : 6 + len(strip)] = strip
    return bits


def _to_width(image: Gray, width: int) -> Gray:
    missing = width - image.shape[1]
    if missing <= 0:
        return image[:, :width]
    return cv2.copyMakeBorder(
        image, 0, 0, missing // 2, missing - missing // 2, cv2.BORDER_CONSTANT, value=(255.0,)
    ).astype(np.uint8)


def _clouds(noise: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    """Slow changes of brightness over a page, from -0.2 to 1."""
    coarse = noise.random((9, 7), np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _thicker(bits: Bits) -> Bits:
    grown = bits.copy()
    grown[:, 1:] |= bits[:, :-1]
    return grown


def _noisy(bits: Bits, line: FaxLine, noise: np.random.Generator) -> Bits:
    height, width = bits.shape
    if line.noise:
        count = int(line.noise * bits.size)
        bits[noise.integers(0, height, count), noise.integers(0, width, count)] = True
        blots = count // 12
        ys, xs = noise.integers(0, height - 2, blots), noise.integers(0, width - 2, blots)
        bits[ys, xs + 1] = bits[ys + 1, xs] = bits[ys, xs] = True
        gaps = noise.random((height // 3 + 1, width // 5 + 1), np.float32) < line.noise * 4
        bits &= ~np.repeat(np.repeat(gaps, 3, 0), 5, 1)[:height, :width]
    if line.streak is not None and line.streak < width - 3:
        bits[:, line.streak : line.streak + int(noise.integers(1, 3))] = True
    return bits


def scan_page(image: Gray, rng: random.Random, degrees: int) -> Gray:
    """A flatbed's or feeder's page: skewed, grainy, sometimes dark or with the paper's shade."""
    image = skewed(image, rng.gauss(0, 0.5) if rng.random() < 0.75 else rng.uniform(-2, 2))
    noise = np.random.default_rng(rng.randrange(2**32))
    height, width = image.shape
    grain = noise.normal(0, rng.choice((1.5, 3, 6)), (height // 2 + 1, width // 2 + 1)).astype(np.float32)
    paper = rng.uniform(238, 255) / 255
    ink = rng.choice((0, 0, 25, 50))
    out = image.astype(np.float32) * ((paper * 255 - ink) / 255) + ink
    out += np.asarray(cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    if rng.random() < 0.2:
        out += (_clouds(noise, height, width) - 0.5) * 24
    if rng.random() < 0.1:  # the feeder's shadow at one edge
        out[:, : int(width * 0.01)] *= 0.4
    if rng.random() < 0.25:
        out = np.asarray(cv2.GaussianBlur(out, (3, 3), 0), np.float32)
    return turned(np.clip(out, 0, 255).astype(np.uint8), degrees)


def photo_page(image: Gray, rng: random.Random) -> NDArray[np.uint8]:
    """A phone's picture of the page on a table, in colour: perspective, shade, blur."""
    height, width = image.shape
    noise = np.random.default_rng(rng.randrange(2**32))
    edge = 0.05
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inner = corners * (1 - 2 * edge) + np.array([width * edge, height * edge], np.float32)
    moved = (inner + noise.uniform(-0.03, 0.03, (4, 2)) * np.array([width, height])).astype(np.float32)
    table = float(noise.integers(30, 190))
    warp = cv2.getPerspectiveTransform(corners, moved)
    flat = cv2.warpPerspective(
        image, warp, (width, height), flags=cv2.INTER_AREA, borderValue=(table,)
    ).astype(np.float32)
    falloff = np.linspace(noise.uniform(0.6, 1), noise.uniform(0.75, 1), width, dtype=np.float32)[None, :]
    falloff = (
        falloff
        * np.linspace(noise.uniform(0.75, 1), noise.uniform(0.65, 1), height, dtype=np.float32)[:, None]
    )
    if rng.random() < 0.4:  # the photographer's own shadow
        falloff = falloff * _shadow(noise, height, width)
    flat = flat * falloff
    if rng.random() < 0.5:
        flat = np.asarray(cv2.GaussianBlur(flat, (0, 0), rng.uniform(0.4, 1.1)), np.float32)
    flat += cv2.resize(
        noise.normal(0, 4, (height // 2 + 1, width // 2 + 1)).astype(np.float32), (width, height)
    )
    tint = np.array([rng.uniform(0.95, 1), rng.uniform(0.93, 1), rng.uniform(0.82, 1)], np.float32)
    return np.asarray(np.clip(flat[:, :, None] * tint, 0, 255), np.uint8)


def _shadow(noise: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    mask = np.ones((60, 42), np.float32)
    points = (noise.random((4, 2)) * np.array([42, 60])).astype(np.int32)
    cv2.fillConvexPoly(mask, cv2.convexHull(points), (float(noise.uniform(0.6, 0.8)),))
    mask = np.asarray(cv2.GaussianBlur(mask, (0, 0), 3), np.float32)
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
