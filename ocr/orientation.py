"""Which way up a page lies: 0, 90, 180 or 270 degrees clockwise to turn it upright.

Whether its lines run across or down shows in the row profile of its glyphs. Whether it stands on its
head does not show in any profile; the recogniser knows: upside down it is sure of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import cv2
import numpy as np

from ocr import mosaic
from ocr.lines import opinions
from ocr.raster import Gray, Mask
from ocr.types import Word

WORD_CLOSING = 4  # pixels at 100 dpi
SURE = 0.8
PLAIN_SHARE = 0.5
PLAIN_WORDS = 4
SAMPLE = 8
TELLING = 0.08  # difference of legibility
_TELLING = re.compile(r"[가-힣]{2,}|\d{4,}")


def run_of_lines(ink: Mask, dpi: tuple[float, float]) -> float:
    """How much wider than tall the words of the file's page are: above 1 its lines run across, below
    1 they run down (it lies on its side), near 1 it is not known.

    Glyphs of a word stand closer than lines do, so a small closing joins words and not lines.
    """
    size = (max(1, round(ink.shape[1] * 100 / dpi[0])), max(1, round(ink.shape[0] * 100 / dpi[1])))
    small = (cv2.resize(ink.astype(np.uint8) * 255, size, interpolation=cv2.INTER_AREA) > 40).astype(np.uint8)
    joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((WORD_CLOSING, WORD_CLOSING), np.uint8))
    stats = cv2.connectedComponentsWithStats(joined, connectivity=8)[2][1:]
    width = stats[:, cv2.CC_STAT_WIDTH].astype(np.float64)
    height = stats[:, cv2.CC_STAT_HEIGHT].astype(np.float64)
    word = (
        (np.minimum(width, height) >= 5)
        & (np.minimum(width, height) <= 45)
        & (np.maximum(width, height) >= 8)
    )
    if not word.any():
        return 1.0
    weight = np.sqrt(width[word] * height[word])
    return float(np.exp((np.log(width[word] / height[word]) * weight).sum() / weight.sum()))


def plainly_upright(lines: Iterable[Sequence[Word]]) -> bool:
    """Whether a reading is one that only an upright page gives."""
    telling = [w for words in lines for w in words if _TELLING.search(w.text)]
    sure = sum(w.confidence >= SURE for w in telling)
    return sure >= PLAIN_WORDS and sure >= PLAIN_SHARE * len(telling)


def on_its_head(crops: Sequence[Gray], seen: Sequence[Sequence[Word]]) -> bool:
    """Whether line crops read better turned by 180 degrees than as they are, where tesseract has `seen` them.

    The line recogniser tells; only where it does not, tesseract reads the turned crops as well. At
    most eight of them are asked for, the longest but no titles.
    """
    chosen = _sample(crops)
    turned = [np.ascontiguousarray(np.rot90(crops[i], 2)) for i in chosen]
    here, there = legibility([crops[i] for i in chosen]), legibility(turned)
    if abs(here - there) >= TELLING:
        return there > here
    return sureness(mosaic.read_crops(turned)) > sureness([seen[i] for i in chosen])


def legibility(crops: Sequence[Gray]) -> float:
    """How much of a sample of line crops the line recogniser has as words and numbers, by how sure it is
    of their characters: 0 to 1, 0 without it. Single characters tell nothing: many look like others turned.
    """
    told = [r for r in opinions([crops[i] for i in _sample(crops)]) if r is not None and r.char_confidences]
    total = sum(len(r.text) - r.text.count(" ") for r in told)
    sure = sum(sum(r.char_confidences[m.start() : m.end()]) for r in told for m in _TELLING.finditer(r.text))
    return sure / total if total else 0.0


def _sample(crops: Sequence[Gray]) -> list[int]:
    flat = [i for i, c in enumerate(crops) if c.shape[1] >= 1.5 * c.shape[0]]
    return sorted(flat or range(len(crops)), key=lambda i: -min(crops[i].shape[1], 900))[:SAMPLE]


def sureness(lines: Sequence[Sequence[Word]]) -> float:
    """How much was read, by how sure it is; to compare readings of the same pixels."""
    words = [w for line in lines for w in line]
    return sum(w.confidence**2 * len(w.text) for w in words) + 3 * sum(
        w.confidence >= SURE and bool(_TELLING.search(w.text)) for w in words
    )
