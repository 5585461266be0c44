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
from ocr.raster import Gray, Mask
from ocr.skew import skew_angle
from ocr.types import Word

SURE = 0.8
PLAIN_SHARE = 0.5
PLAIN_WORDS = 4
SAMPLE = 8
_TELLING = re.compile(r"[가-힣]{2,}|\d{4,}")


def lines_run_down(ink: Mask, dpi: tuple[float, float]) -> bool:
    """Whether text lines run from top to bottom of the file's page (it lies on its side)."""
    glyphs = _glyphs(ink, dpi)
    across = skew_angle(glyphs, dpi)[1]
    down = skew_angle(np.ascontiguousarray(glyphs.T), (dpi[1], dpi[0]))[1]
    return down > 1.25 * across


def plainly_upright(words: Iterable[Word]) -> bool:
    """Whether a reading is one that only an upright page gives."""
    telling = [w for w in words if _TELLING.search(w.text)]
    sure = sum(w.confidence >= SURE for w in telling)
    return sure >= PLAIN_WORDS and sure >= PLAIN_SHARE * len(telling)


def on_its_head(crops: Sequence[Gray], seen: Sequence[Sequence[Word]]) -> bool:
    """Whether line crops read better turned by 180 degrees than they were `seen` as they are.

    Reads at most eight of them, the longest but no titles, once.
    """
    flat = [i for i, c in enumerate(crops) if c.shape[1] >= 1.5 * c.shape[0]]
    chosen = sorted(flat or range(len(crops)), key=lambda i: -min(crops[i].shape[1], 900))[:SAMPLE]
    turned = mosaic.read_crops([np.ascontiguousarray(np.rot90(crops[i], 2)) for i in chosen])
    return _sureness(turned) > _sureness([seen[i] for i in chosen])


def _sureness(lines: Sequence[Sequence[Word]]) -> float:
    words = [w for line in lines for w in line]
    return sum(w.confidence**2 * len(w.text) for w in words) + 3 * sum(
        w.confidence >= SURE and bool(_TELLING.search(w.text)) for w in words
    )


def _glyphs(ink: Mask, dpi: tuple[float, float]) -> Mask:
    """Only components of the size of a glyph or a syllable, so that rules and pictures have no say."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    width = stats[:, cv2.CC_STAT_WIDTH] / dpi[0]
    height = stats[:, cv2.CC_STAT_HEIGHT] / dpi[1]
    keep = (np.maximum(width, height) < 0.4) & (np.maximum(width, height) > 0.03)
    keep[0] = False
    return np.asarray(keep[labels]) if count > 1 else ink
