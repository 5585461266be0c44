"""Pages of a PDF: the text layer where there is a good one, else pixels."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pdfplumber
import pypdfium2 as pdfium

from ocr.cells import find_cells
from ocr.problems import MALFORMED, TOO_LARGE, UnreadableError
from ocr.raster import Gray, Raster
from ocr.rules import Rule, Rules
from ocr.textlines import TextLine, in_reading_order
from ocr.types import Box, Cell, Line, PageRead, Word

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font without a box

POINTS = 72.0
LAYER_DPI = 200.0
RENDER_DPI = 300.0
ENOUGH_CHARACTERS = 50
LARGEST_SIDE = 12_000
MOST_OBJECTS = 100_000
_GOOD = re.compile(r"[가-힣A-Za-z0-9.,:;()\[\]/%\-·~'\"「」『』○●□■☐☑①-⑳]")
_BROKEN = re.compile(r"[\ufffd\ue000-\uf8ff\u0000-\u0008]|\(cid:\d+\)")


def read_text_layer(path: Path, number: int) -> PageRead | None:
    """Page `number` (1-based) from its text layer, or None where there is no good one.

    A layer is good with 50 characters or more, nearly all of them letters, digits and signs that
    Korean papers use, and not hidden behind a picture of the whole page (a scanner's own OCR).
    """
    try:
        with pdfplumber.open(path, pages=[number]) as document:
            if not document.pages or not _layer_is_good(document.pages[0]):
                return None
            return _from_layer(document.pages[0], number)
    except MemoryError:
        raise
    except Exception:  # pdfminer raises whatever a damaged file leads it to; pixels may still be had
        return None


def _layer_is_good(page: Any) -> bool:
    if len(page.chars) > MOST_OBJECTS:
        return False
    text = "".join(c["text"] for c in page.chars)
    solid = re.sub(r"\s", "", text)
    if len(solid) < ENOUGH_CHARACTERS or _BROKEN.search(solid):
        return False
    if len(_GOOD.findall(solid)) < 0.9 * len(solid):
        return False
    if _stacked(page.chars):
        return False
    area = float(page.width) * float(page.height)
    covered = max(((i["x1"] - i["x0"]) * (i["bottom"] - i["top"]) for i in page.images), default=0.0)
    hidden = sum(1 for c in page.chars if c.get("rendering_mode") == 3 or not c.get("upright", True))
    return bool(covered < 0.5 * area and hidden < 0.5 * len(page.chars))


def _stacked(chars: Sequence[dict[str, Any]]) -> bool:
    """Whether many characters lie on one spot: a layer that was not placed."""
    spots = {(round(c["x0"]), round(c["top"])) for c in chars if c["text"].strip()}
    solid = sum(1 for c in chars if c["text"].strip())
    return len(spots) < 0.5 * solid


def _from_layer(page: Any, number: int) -> PageRead:
    scale = LAYER_DPI / POINTS
    width, height = round(float(page.width) * scale), round(float(page.height) * scale)
    rules = _page_rules(page, scale)
    cells = find_cells(rules, (width, height), LAYER_DPI)
    words = [
        Word(
            w["text"],
            Box(
                int(w["x0"] * scale),
                int(w["top"] * scale),
                int(w["x1"] * scale) + 1,
                int(w["bottom"] * scale) + 1,
            ),
            1.0,
        )
        for w in page.dedupe_chars().extract_words(
            x_tolerance_ratio=0.25, y_tolerance=3, keep_blank_chars=False
        )
    ]
    dark = sum(w.box.width * w.box.height for w in words) / max(1, width * height)
    return PageRead(
        number=number,
        width=width,
        height=height,
        lines=_lines(words, cells),
        cells=cells,
        resolution=(LAYER_DPI, LAYER_DPI),
        engine="text_layer",
        ink=round(dark * 0.2, 5),
    )


def _lines(words: Sequence[Word], cells: Sequence[Cell]) -> tuple[Line, ...]:
    by_cell: dict[int | None, list[Word]] = {}
    smallest = sorted(range(len(cells)), key=lambda i: cells[i].box.width * cells[i].box.height)
    for word in words:
        home = next((i for i in smallest if cells[i].box.contains(*word.box.center)), None)
        by_cell.setdefault(home, []).append(word)
    rows: dict[TextLine, tuple[Word, ...]] = {}
    for home, members in by_cell.items():
        for row in _rows(members):
            box = row[0].box
            for word in row[1:]:
                box = box.union(word.box)
            rows[TextLine(box, home)] = tuple(row)
    return tuple(Line(rows[t], t.box, t.cell) for t in in_reading_order(rows, cells))


def _rows(words: Sequence[Word]) -> list[list[Word]]:
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box.center[1]):
        if rows:
            last = rows[-1][-1].box
            shared = min(last.bottom, word.box.bottom) - max(last.top, word.box.top)
            if shared >= 0.5 * min(last.height, word.box.height):
                rows[-1].append(word)
                continue
        rows.append([word])
    return [sorted(row, key=lambda w: w.box.left) for row in rows]


def _page_rules(page: Any, scale: float) -> Rules:
    """Lines, the sides of rectangles, and thin rectangles drawn as lines."""
    horizontal: set[tuple[float, float, float]] = set()
    vertical: set[tuple[float, float, float]] = set()
    for edge in page.edges[:MOST_OBJECTS]:
        x0, x1, top, bottom = (float(edge[k]) * scale for k in ("x0", "x1", "top", "bottom"))
        if edge["orientation"] == "h" and x1 - x0 > 0.1 * LAYER_DPI:
            horizontal.add((x0, x1, (top + bottom) / 2))
        elif edge["orientation"] == "v" and bottom - top > 0.1 * LAYER_DPI:
            vertical.add((top, bottom, (x0 + x1) / 2))
    nothing = np.zeros((0, 0), dtype=bool)
    return Rules(_as_rules(horizontal), _as_rules(vertical), nothing)


def _as_rules(found: set[tuple[float, float, float]]) -> tuple[Rule, ...]:
    return tuple(Rule(a, b, at, at, b - a, b - a, ()) for a, b, at in sorted(found))


def render(path: Path, number: int) -> Raster:
    """Page `number` as pixels: at the resolution of its one large picture where it has one, else 300 dpi."""
    document = pdfium.PdfDocument(str(path))
    try:
        page = document[number - 1]
        width, height = page.get_size()
        if min(width, height) <= 0:
            raise UnreadableError(MALFORMED, f"page {number} has no size")
        scale, scanned, one_bit = _native_scale(page, width, height)
        if max(width, height) * scale > LARGEST_SIDE:
            scale = LARGEST_SIDE / max(width, height)
        if min(width, height) * scale < 16:
            raise UnreadableError(TOO_LARGE, f"page {number} measures {width:.0f} x {height:.0f} points")
        bitmap = page.render(scale=scale, grayscale=True)
        gray = np.ascontiguousarray(
            bitmap.to_numpy()[:, :, 0] if bitmap.to_numpy().ndim == 3 else bitmap.to_numpy()
        )
        dpi = (scale * POINTS, scale * POINTS)
        if one_bit:  # drawing softens the steps between black and white; a fax is read with its steps
            return Raster(np.where(gray > 127, 255, 0).astype(np.uint8), dpi, bilevel=True)
        return Raster(gray.copy(), dpi, bilevel=False, photo=scanned)
    finally:
        document.close()


def picture(path: Path, number: int, size: tuple[int, int]) -> Gray:
    """Page `number` drawn `size` (width, height) pixels large, for a screen."""
    document = pdfium.PdfDocument(str(path))
    try:
        page = document[number - 1]
        width, height = page.get_size()
        bitmap = page.render(scale=max(size[0] / width, size[1] / height), grayscale=True).to_numpy()
        gray = bitmap[:, :, 0] if bitmap.ndim == 3 else bitmap
        return np.array(cv2.resize(gray, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    finally:
        document.close()


def _native_scale(page: Any, width: float, height: float) -> tuple[float, bool, bool]:
    """Pixels per point of the picture that fills the page, whether there is one, and whether it has one bit
    a pixel (a copier's scan) and no other picture lies on it."""
    best, bits = 0.0, []
    for item in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) < 0.5 * width * height:
            continue
        across, down = item.get_px_size()
        long, short = max(across, down), min(across, down)
        shown_long, shown_short = max(right - left, top - bottom), min(right - left, top - bottom)
        best = max(best, long / shown_long, short / shown_short)
        bits.append(item.get_metadata().bits_per_pixel)
    if best:
        return min(max(best, 100 / POINTS), 600 / POINTS), True, bits == [1]
    return RENDER_DPI / POINTS, False, False
