"""Text drawn in a font as a form printer or a hand would: gray, dark on light, about 400 dpi."""

from __future__ import annotations

import functools
import random
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ocr.linereader.fonts import Font, load

Gray = NDArray[np.uint8]
DPI = 400


@functools.lru_cache(maxsize=200_000)
def has_glyph(path: Path, char: str) -> bool:
    """Whether the font draws the character otherwise than its missing-glyph box."""
    if char == " ":
        return True
    font = load(path, 24)
    mask = font.getmask(char)
    return mask.getbbox() is not None and bytes(mask) != _missing(path)


@functools.lru_cache(maxsize=400)
def _missing(path: Path) -> bytes:
    return bytes(load(path, 24).getmask("\uf8f7"))


def can_draw(font: Font, text: str) -> bool:
    """Whether every character of the text has a glyph in the font."""
    return all(has_glyph(font.path, c) for c in set(text))


def points(r: random.Random, hand: bool) -> float:
    """A type size of forms: mostly 9 to 12 point; handwriting is larger, its fonts draw small."""
    return (
        r.uniform(12, 22) if hand else r.choice([r.uniform(8.5, 12), r.uniform(8.5, 12), r.uniform(10, 16)])
    )


def draw(text: str, font: Font, r: random.Random) -> Gray:
    """The text on one line with a wide margin: uint8, 0 is full ink."""
    hand = font.hand is True
    size = max(12, round(points(r, hand) / 72 * DPI / 2) * 2)
    face = load(font.path, size)
    shown = _widened(text, r)
    apart = hand or r.random() < 0.15
    image = _letter_by_letter(shown, face, size, r, hand) if apart else _at_once(shown, face, size)
    if hand:
        image = _wavy(image, size, r)
    return _weighted(image, r, hand)


def _widened(text: str, r: random.Random) -> str:
    if " " in text and r.random() < 0.15:
        return text.replace(" ", " " * r.randint(2, 5))
    return text


def _at_once(text: str, face: ImageFont.FreeTypeFont, size: int) -> Gray:
    box = face.getbbox(text)
    margin = size // 2
    canvas = Image.new("L", (int(box[2] - box[0]) + 2 * margin, int(box[3] - box[1]) + 2 * margin), 255)
    ImageDraw.Draw(canvas).text((margin - box[0], margin - box[1]), text, font=face, fill=0)
    return np.asarray(canvas)


def _letter_by_letter(
    text: str, face: ImageFont.FreeTypeFont, size: int, r: random.Random, hand: bool
) -> Gray:
    tracking = r.uniform(-0.04, 0.12) if hand else r.uniform(-0.03, 0.35) * r.random()
    up = r.uniform(0, 0.05) if hand else 0.0
    slope = r.uniform(-0.02, 0.02) if hand else 0.0
    faces = [face]
    if hand:
        faces = [ImageFont.truetype(face.path, max(10, int(size * s))) for s in (0.9, 1.0, 1.1)]
    width = int(sum(face.getlength(c) for c in text) * 1.12 + (len(text) * 0.36 + 2) * size)
    canvas = Image.new("L", (width, size * 3), 255)
    pen = ImageDraw.Draw(canvas)
    x = size * 0.5
    for c in text:
        one = r.choice(faces)
        y = size * 0.8 + r.gauss(0, up) * size + slope * x
        if c != " ":
            pen.text((x, y), c, font=one, fill=0)
        x += one.getlength(c) + tracking * size + (r.gauss(0, 0.02) * size if hand else 0)
    ink = np.asarray(canvas)
    rows = np.flatnonzero(ink.min(axis=1) < 128)
    columns = np.flatnonzero(ink.min(axis=0) < 128)
    if not len(rows):
        return ink
    margin = size // 2
    core = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.pad(core, margin, constant_values=255)


def _wavy(image: Gray, size: int, r: random.Random) -> Gray:
    """Bend the drawing a little, slowly along both axes, so that no letter comes twice the same."""
    height, width = image.shape
    x = np.arange(width, dtype=np.float32)
    y = np.arange(height, dtype=np.float32)
    bend = size * r.uniform(0.0, 0.06)
    turn = [r.uniform(0, 6.28) for _ in range(4)]
    slow = size * r.uniform(1.0, 3.0)
    dx = bend * (np.sin(y / (slow * 0.5) + turn[0])[:, None] + np.sin(x / slow + turn[1])[None, :])
    dy = bend * (np.sin(x / slow + turn[2])[None, :] + np.sin(x / (slow * 0.4) + turn[3])[None, :] * 0.5)
    slant = r.uniform(-0.2, 0.2)
    map_x = (x[None, :] + dx + slant * (y[:, None] - height / 2)).astype(np.float32)
    map_y = (y[:, None] + dy + np.zeros_like(map_x)).astype(np.float32)
    bent = cv2.remap(image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return np.asarray(bent, np.uint8)


def _weighted(image: Gray, r: random.Random, hand: bool) -> Gray:
    """A thicker or thinner pen or toner."""
    kind = r.random()
    kernel = np.ones((2, 2), np.uint8) if r.random() < 0.6 else np.ones((3, 3), np.uint8)
    if kind < (0.3 if hand else 0.12):
        return np.asarray(cv2.erode(image, kernel), np.uint8)  # of a light image: more ink
    if kind > 0.95:
        return np.asarray(cv2.dilate(image, np.ones((2, 2), np.uint8)), np.uint8)
    return image
