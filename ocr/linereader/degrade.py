"""What faxes, scanners and telephones do to a line, and what the reader's cleaning leaves of that.

Every function takes and gives gray uint8, dark on light. `MEDIA` are the ways a line may come.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.linereader.drawing import DPI

Gray = NDArray[np.uint8]
FAX_X = 204.0  # dots per inch across, always
FAX_FINE = 196.0
FAX_STANDARD = 98.0


def turned(image: Gray, r: random.Random) -> Gray:
    """A remainder of skew, another width, as deskewing and non-square dots leave them."""
    height, width = image.shape
    angle = np.tan(np.radians(r.gauss(0, 0.25)))
    stretch = r.uniform(0.9, 1.1)
    matrix = np.array([[stretch, 0, 0], [angle * stretch, 1, -angle * width / 2]], np.float32)
    bent = cv2.warpAffine(
        image, matrix, (int(width * stretch) + 1, height), flags=cv2.INTER_LINEAR, borderValue=255
    )
    return np.asarray(bent, np.uint8)


def surroundings(image: Gray, r: random.Random) -> Gray:
    """Rules of the form, mostly taken out again, and bits of the lines above and below."""
    kind = r.random()
    if kind > 0.45:
        return image
    image = image.copy()
    height, width = image.shape
    thick = r.randint(1, 4)
    if kind < 0.15:  # a horizontal rule, whole or in pieces, just off the text
        y = r.choice([r.randint(0, height // 6), r.randint(height * 5 // 6, height - 1)])
        x = 0
        while x < width:
            length = r.randint(10, width)
            if r.random() < 0.5:
                image[y : y + thick, x : x + length] = 0
            x += length
    elif kind < 0.28:  # a vertical rule beside it
        x = r.choice([r.randint(0, 12), width - 1 - r.randint(0, 12)])
        a, b = sorted((r.randint(0, height), r.randint(0, height)))
        image[a:b, max(0, x) : x + thick] = 0
    elif kind < 0.38:  # a rule taken out of the text's feet: a white cut
        y = r.randint(height * 6 // 10, height * 8 // 10)
        a = r.randint(0, width)
        image[y : y + thick, a : a + r.randint(width // 8, width)] = 255
    else:  # feet of the line above or heads of the line below
        piece = image[height // 3 : height // 3 + r.randint(3, 10)]
        if r.random() < 0.5:
            image[: len(piece)] = np.minimum(image[: len(piece)], np.roll(piece, r.randint(0, width), 1))
        else:
            image[-len(piece) :] = np.minimum(image[-len(piece) :], np.roll(piece, r.randint(0, width), 1))
    return image


def one_bit(image: Gray, r: random.Random, vertical: float) -> Gray:
    """As a fax machine scans it: 204 dots across, `vertical` dots down, black or white."""
    height, width = image.shape
    columns = max(4, round(width * FAX_X / DPI))
    how = r.random()
    if vertical < FAX_FINE and how < 0.35:  # scanned fine, every second row sent
        fine = one_bit(image, r, FAX_FINE)
        start = r.randint(0, 1)
        if r.random() < 0.3 and len(fine) > 2:
            both = fine[: len(fine) // 2 * 2]
            return np.minimum(both[0::2], both[1::2])
        return np.ascontiguousarray(fine[start::2])
    rows = max(4, round(height * vertical / DPI))
    if r.random() < 0.25:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), r.uniform(0.5, 1.6)), np.uint8)
    filter_ = cv2.INTER_AREA if how < 0.85 else cv2.INTER_NEAREST
    small = cv2.resize(image, (columns, rows), interpolation=filter_)
    level = r.choice([r.randint(110, 200), r.randint(128, 180)])
    return np.where(small < level, 0, 255).astype(np.uint8)


def noisy(image: Gray, r: random.Random, generator: np.random.Generator) -> Gray:
    """Pepper and salt, streaks and lost rows of a bad line."""
    height, width = image.shape
    if r.random() < 0.38:
        image = image.copy()
        share = r.choice([0.002, 0.006, 0.012, 0.02])
        count = int(height * width * share)
        image[generator.integers(0, height, count), generator.integers(0, width, count)] = 0
        if r.random() < 0.5:
            image[generator.integers(0, height, count), generator.integers(0, width, count)] = 255
        if r.random() < 0.3:  # larger specks
            for _ in range(r.randint(1, 3)):
                y, x = r.randrange(height), r.randrange(width)
                image[y : y + 2, x : x + r.randint(1, 3)] = 0
    if r.random() < 0.08:
        image = image.copy()
        for _ in range(r.randint(1, 2)):
            y, a = r.randrange(height), r.randrange(width)
            image[y, a : a + r.randint(width // 10 + 1, width)] = r.choice([0, 255, 255])
    if r.random() < 0.06:  # rows lost or sent twice
        y = r.randrange(height)
        image = (
            np.delete(image, y, 0) if r.random() < 0.5 and height > 8 else np.insert(image, y, image[y], 0)
        )
    return np.ascontiguousarray(image)


def without_specks(image: Gray, largest: int = 2) -> Gray:
    """Components of up to `largest` dark pixels taken out, as the reader does."""
    count, marks, stats, _ = cv2.connectedComponentsWithStats((image < 128).astype(np.uint8), connectivity=8)
    small = stats[:count, cv2.CC_STAT_AREA] <= largest
    small[0] = False
    return np.where(small[marks], 255, image).astype(np.uint8)


def _squared(image: Gray, r: random.Random, vertical: float) -> Gray:
    """Both axes to 300 or 400 dots per inch, as readers do."""
    height, width = image.shape
    dpi = r.choice([300, 300, 400])
    size = (max(4, round(width * dpi / FAX_X)), max(4, round(height * dpi / vertical)))
    filter_ = r.choice([cv2.INTER_LANCZOS4, cv2.INTER_LANCZOS4, cv2.INTER_CUBIC, cv2.INTER_LINEAR])
    return np.asarray(cv2.resize(image, size, interpolation=filter_), np.uint8)


def fax(image: Gray, r: random.Random, generator: np.random.Generator, vertical: float = FAX_FINE) -> Gray:
    """A fax line after the reader's cleaning."""
    image = noisy(one_bit(surroundings(turned(image, r), r), r, vertical), r, generator)
    if r.random() < 0.75:
        image = without_specks(image)
    return _squared(image, r, vertical)


def fax_standard(image: Gray, r: random.Random, generator: np.random.Generator) -> Gray:
    """The same at 204 x 98."""
    return fax(image, r, generator, FAX_STANDARD)


def _scaled(image: Gray, scale: float, filter_: int) -> Gray:
    return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=filter_), np.uint8)


def _jpeg(image: Gray, r: random.Random, low: int, high: int) -> Gray:
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, r.randint(low, high)])
    assert done
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def scan(image: Gray, r: random.Random, generator: np.random.Generator) -> Gray:
    """A flatbed scan at 150 to 300 dpi, gray or black and white, JPEG."""
    image = surroundings(turned(image, r), r)
    scale = r.uniform(150, 320) / DPI
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if r.random() < 0.3:
        small = cv2.GaussianBlur(small, (0, 0), r.uniform(0.4, 1.0))
    ink, paper = r.randint(0, 90), r.randint(200, 255)
    tone = (ink + small.astype(np.float32) * ((paper - ink) / 255)) + generator.normal(
        0, r.uniform(0, 8), small.shape
    )
    out = _jpeg(np.clip(tone, 0, 255).astype(np.uint8), r, 30, 90)
    if r.random() < 0.25:
        out = np.where(out < r.randint(ink + 50, paper - 30), 0, 255).astype(np.uint8)
    back = r.choice([1.0, 1.0, 1 / scale])
    return out if back == 1.0 else _scaled(out, back, cv2.INTER_LANCZOS4)


def photo(image: Gray, r: random.Random, generator: np.random.Generator) -> Gray:
    """A telephone's picture: shade, blur, noise, JPEG."""
    image = turned(image, r)
    scale = r.uniform(130, 300) / DPI
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), r.uniform(0.3, 1.2))
    height, width = small.shape
    shade = np.linspace(r.uniform(0.55, 1), r.uniform(0.55, 1), width)[None, :]
    shade = shade * np.linspace(r.uniform(0.85, 1), r.uniform(0.85, 1), height)[:, None]
    ink, paper = r.randint(20, 100), r.randint(190, 250)
    tone = (ink + small.astype(np.float32) * ((paper - ink) / 255)) * shade
    tone += generator.normal(0, r.uniform(1, 10), small.shape)
    return _jpeg(np.clip(tone, 0, 255).astype(np.uint8), r, 25, 85)


def clean(image: Gray, r: random.Random, generator: np.random.Generator) -> Gray:
    """Hardly touched: a rendered PDF."""
    scale = r.choice([1.0, 0.75, 0.5])
    return image if scale == 1.0 else _scaled(image, scale, cv2.INTER_AREA)


Medium = Callable[[Gray, random.Random, np.random.Generator], Gray]
MEDIA: dict[str, Medium] = {
    "fine": fax,
    "standard": fax_standard,
    "scan": scan,
    "photo": photo,
    "clean": clean,
}
SHARES = {"fine": 34, "standard": 36, "scan": 15, "photo": 10, "clean": 5}
