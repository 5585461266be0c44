"""Where the lines of text lie: within each cell, and on the rest of the page.

Tesseract's layout analysis loses half of a form, its recogniser does not; so lines are found here,
from the ink that is left when the rules are gone, and each is read by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.raster import Mask
from ocr.types import Box, Cell

USUAL_HEIGHT = 0.13  # inch: Hangul of about 10 point, when the page itself tells nothing
CELL_MARGIN = 0.012
CROSSED = 2.2  # higher than this, in usual glyphs, a line may be several that a signature or seal joins
PICTURE = 3.2  # glyphs wide or high, what hangs together is no letter
SOLID = 0.6  # of its box is ink, as of no letter
UNEVEN = 1.7  # times as high as its neighbour, a piece higher than two glyphs stands in no line with it
TALLEST = 3.5  # a line's height in usual glyphs: a title of three times the size, a little skewed


@dataclass(frozen=True, slots=True)
class TextLine:
    """The place of a line; `cell` indexes the page's cells, or None."""

    box: Box
    cell: int | None


def find_lines(ink: Mask, cells: Sequence[Cell], dpi: float) -> list[TextLine]:
    """Lines of a page from its ink without rules, in reading order.

    Works on half the resolution, where lines are as plain to see, at a quarter of the work.
    """
    half = (max(1, ink.shape[1] // 2), max(1, ink.shape[0] // 2))
    rest = cv2.resize(ink.astype(np.uint8) * 255, half, interpolation=cv2.INTER_AREA) > 60
    halved = [replace(c, box=_scaled(c.box, 0.5)) for c in cells]
    found = [TextLine(_scaled(f.box, 2), f.cell) for f in _find(rest, halved, dpi / 2)]
    return in_reading_order(found, cells)


def _scaled(box: Box, by: float) -> Box:
    return Box(round(box.left * by), round(box.top * by), round(box.right * by), round(box.bottom * by))


def _find(rest: Mask, cells: Sequence[Cell], dpi: float) -> list[TextLine]:
    """Lines within cells, smallest cell first, then those outside; `rest` is used up."""
    height = _glyph_height(rest, dpi)
    found: list[TextLine] = []
    order = sorted(range(len(cells)), key=lambda i: cells[i].box.width * cells[i].box.height)
    for index in order:
        box = cells[index].box
        inset = max(2, round(CELL_MARGIN * dpi))
        inner = Box(box.left + inset, box.top + inset, box.right - inset, box.bottom - inset)
        part = rest[inner.top : inner.bottom, inner.left : inner.right]
        for line in _lines_of(part, height):
            shifted = Box(
                line.left + inner.left, line.top + inner.top, line.right + inner.left, line.bottom + inner.top
            )
            found.append(TextLine(shifted, index))
        rest[max(0, box.top - 2) : box.bottom + 2, max(0, box.left - 2) : box.right + 2] = False
    found.extend(TextLine(box, None) for box in _lines_of(rest, height))
    return found


def in_reading_order(lines: Iterable[TextLine], cells: Sequence[Cell]) -> list[TextLine]:
    """Top to bottom; a table stands where its first cell does, its cells row by row."""
    tops: dict[int, int] = {}
    for cell in cells:
        tops[cell.table] = min(tops.get(cell.table, cell.box.top), cell.box.top)

    def key(line: TextLine) -> tuple[int, int, int, int, int, int]:
        if line.cell is None:
            return line.box.top, -1, 0, 0, line.box.top, line.box.left
        cell = cells[line.cell]
        return tops[cell.table], cell.table, cell.row, cell.box.left, line.box.top, line.box.left

    return sorted(lines, key=key)


def _glyph_height(ink: Mask, dpi: float) -> float:
    stats = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)[2][1:]
    heights = stats[:, cv2.CC_STAT_HEIGHT]
    heights = heights[(heights > 0.05 * dpi) & (heights < 0.3 * dpi)]
    if heights.size < 12:
        return USUAL_HEIGHT * dpi
    return float(np.percentile(heights, 70))


def _lines_of(ink: Mask, glyph: float) -> list[Box]:
    """Boxes of the text lines of a region, top to bottom."""
    if ink.size == 0 or not ink.any():
        return []
    ink = _without_pictures(ink, glyph)
    joined = cv2.morphologyEx(
        ink.astype(np.uint8),
        cv2.MORPH_CLOSE,
        np.ones((max(1, round(0.15 * glyph)), max(3, round(1.1 * glyph))), np.uint8),
    )
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    amount = np.bincount(labels[ink], minlength=count)
    pieces = [
        Box(left, top, left + width, top + height)
        for (left, top, width, height, _), dark in zip(stats[1:].tolist(), amount[1:], strict=True)
        if dark >= 4 and max(width, height) >= 0.15 * glyph
    ]
    parted = [_parted(ink, piece, glyph) for piece in pieces]
    pieces = [part for parts, _ in parted for part in parts]
    # A portrait or a seal is taller than any line; joined to the lines beside it, it would swallow them.
    tall = [piece for piece in pieces if piece.height > TALLEST * glyph]
    tall += [large for _, larges in parted for large in larges]
    lines = _in_rows([piece for piece in pieces if piece.height <= TALLEST * glyph], glyph) + tall
    return [b for b in lines if b.height >= 0.45 * glyph and b.width >= 0.3 * glyph]


def _without_pictures(ink: Mask, glyph: float) -> Mask:
    """The ink less what hangs together over more than letters do: portraits, frames, seals."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    short, long = np.minimum(width, height), np.maximum(width, height)
    solid = stats[:, cv2.CC_STAT_AREA] >= SOLID * width * height
    large = (long >= PICTURE * glyph) & (short >= 2.2 * glyph) | (short >= 1.4 * glyph) & solid
    large[0] = False
    return np.asarray(ink & ~large[labels]) if large.any() else ink


def _parted(ink: Mask, piece: Box, glyph: float) -> tuple[list[Box], list[Box]]:
    """A piece, or the parts of lines in it and what joins them: strokes larger than letters, as of a
    signature or a seal."""
    if piece.height <= CROSSED * glyph:
        return [piece], []
    part = ink[piece.top : piece.bottom, piece.left : piece.right].astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    large = (stats[:, cv2.CC_STAT_WIDTH] >= 2 * glyph) & (stats[:, cv2.CC_STAT_HEIGHT] >= 1.5 * glyph)
    large[0] = False
    if not large.any():
        return [piece], []
    rest = part * ~large[labels]
    reach = np.ones((1, max(3, round(1.1 * glyph))), np.uint8)
    joined = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, reach)
    found = [_shifted_box(s, piece) for s in cv2.connectedComponentsWithStats(joined)[2][1:].tolist()]
    found = [b for b in found if max(b.width, b.height) >= 0.15 * glyph]
    if not any(b.width >= 3 * glyph and 0.5 * glyph <= b.height <= 1.7 * glyph for b in found):
        return [piece], []
    return found, [_shifted_box(s, piece) for s in stats[large].tolist()]


def _shifted_box(stats: Sequence[int], within: Box) -> Box:
    left, top, width, height = stats[0] + within.left, stats[1] + within.top, stats[2], stats[3]
    return Box(left, top, left + width, top + height)


def _in_rows(pieces: list[Box], glyph: float) -> list[Box]:
    """Join pieces that share a row: large ones first, small ones (hyphens, dots) to the row they lie in."""
    rows: list[Box] = []
    for piece in sorted(pieces, key=lambda b: -b.height * min(b.width, 6 * glyph)):
        for i, row in enumerate(rows):
            shared = min(piece.bottom, row.bottom) - max(piece.top, row.top)
            smaller = min(piece.height, row.height)
            taller = max(piece.height, row.height)
            if taller > 2 * glyph and taller > UNEVEN * smaller:
                continue
            if shared >= 0.5 * smaller and taller <= 2.6 * max(smaller, 0.5 * glyph):
                rows[i] = row.union(piece)
                break
        else:
            rows.append(piece)
    rows.sort(key=lambda b: b.top)
    merged: list[Box] = []
    for row in rows:
        if merged and _same_line(merged[-1], row, glyph):
            merged[-1] = merged[-1].union(row)
        else:
            merged.append(row)
    return merged


def _same_line(upper: Box, lower: Box, glyph: float) -> bool:
    """Rows that overlap, or a flat part of a glyph (the bar of ㅗ, a hyphen) close to its line."""
    shared = min(upper.bottom, lower.bottom) - max(upper.top, lower.top)
    smaller = min(upper.height, lower.height)
    if shared >= 0.5 * smaller:
        return True
    beside = min(upper.right, lower.right) - max(upper.left, lower.left)
    together = max(upper.bottom, lower.bottom) - min(upper.top, lower.top)
    return smaller < 0.55 * glyph and beside > 0 and -shared <= 0.25 * glyph and together <= 1.5 * glyph
