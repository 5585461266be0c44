"""From the pixels of one page to what stands on it.

The way: true resolution, specks and streaks off, the fax header cut out, skew and orientation found,
one resampling to 300 dpi upright, rules off and used as cells, lines found, lines read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from ocr import barcodes, cleaning, header, mosaic, pdf, photo, skew, tesseract
from ocr.cells import find_cells
from ocr.opening import open_image
from ocr.orientation import on_its_head, plainly_upright, run_of_lines, sureness
from ocr.problems import TINY, UnreadableError
from ocr.raster import Gray, Mask, Raster
from ocr.reread import LineWords, reread
from ocr.resolution import true_resolution
from ocr.rules import find_rules, without_rules
from ocr.source import kind_of
from ocr.textlines import TextLine, find_lines
from ocr.types import Box, Cell, Line, PageRead, Word
from ocr.upright import WORK_DPI, placement, resample
from ocr.words import joined_words

BLANK_INK = 0.0006
DARK = 140
LYING_RUN = 0.85
AMBIGUOUS_RUN = 0.75
PAD = 6
SMOOTH = 1.2
MARGIN = 24
SMALLEST_SIDE = 32


@dataclass(frozen=True, slots=True)
class Sheet:
    """A cleaned page before turning. `header` is the fax machine's line at 300 dpi, or None."""

    gray: Gray
    ink: Mask
    dpi: tuple[float, float]
    bilevel: bool
    header: Gray | None


@dataclass(frozen=True, slots=True)
class Layout:
    """An upright page: as it is, its cells, its lines and their crops without rules."""

    page: Gray
    cells: tuple[Cell, ...]
    places: list[TextLine]
    crops: list[Gray]


@dataclass(frozen=True, slots=True)
class Reading:
    """A layout read: words by line, the fax machine's line, and how sure the reading is of itself."""

    layout: Layout
    rotation: int
    skew: float
    words: list[tuple[Word, ...]]
    top: str
    plain: bool
    sureness: float


def read_page(path: Path, number: int) -> PageRead:
    """Read page `number` (1-based) of a file, in this process.

    Raises `UnreadableError`. For files from outside use `ocr.children.PageReaders`, which does this in
    a child process with limits.
    """
    if kind_of(path) == "pdf":
        layer = pdf.read_text_layer(path, number)
        if layer is not None:
            return layer
    return read_raster(open_page(path, number), number)


def open_page(path: Path, number: int) -> Raster:
    """The pixels of a page, whatever the file's format."""
    if kind_of(path) == "pdf":
        return pdf.render(path, number)
    return open_image(path, number)


def read_raster(raster: Raster, number: int) -> PageRead:
    """Read a page from its pixels."""
    sheet = prepared(raster)
    share = cleaning.ink_share(sheet.ink)
    if share < BLANK_INK:
        place = placement(sheet.gray.shape, sheet.dpi, 0, 0.0)
        return PageRead(
            number=number,
            width=place.size[0],
            height=place.size[1],
            resolution=(WORK_DPI, WORK_DPI),
            engine="none",
            ink=round(share, 5),
        )
    run = run_of_lines(sheet.ink, sheet.dpi)
    reading = _read_turned(sheet, 0 if run >= LYING_RUN else 90)
    if not reading.plain and AMBIGUOUS_RUN < run < 1 / AMBIGUOUS_RUN:
        other = _read_turned(sheet, 90 if run >= LYING_RUN else 0)
        reading = max(reading, other, key=lambda r: r.sureness)
    layout = reading.layout
    return PageRead(
        number=number,
        width=layout.page.shape[1],
        height=layout.page.shape[0],
        lines=_as_lines(layout.places, reread(layout.crops, reading.words)),
        cells=layout.cells,
        barcodes=barcodes.find_barcodes(layout.page),
        rotation=reading.rotation,
        skew=round(reading.skew, 2),
        resolution=(WORK_DPI, WORK_DPI),
        engine=f"tesseract {tesseract.version()} {tesseract.LANGUAGES}",
        ink=round(share, 5),
        header=reading.top,
    )


def _read_turned(sheet: Sheet, rotation: int) -> Reading:
    """Read a sheet turned by 0 or 90 degrees, or by 180 more where it then reads better."""
    lying = rotation == 90
    angle, _ = skew.skew_angle(
        np.ascontiguousarray(np.rot90(sheet.ink, -1)) if lying else sheet.ink,
        sheet.dpi[::-1] if lying else sheet.dpi,
    )
    layout = laid_out(sheet, rotation, angle)
    words, top = _read_crops(layout, sheet.header)
    plain = plainly_upright(words)
    if not plain and on_its_head(layout.crops, words):
        rotation += 180
        layout = laid_out(sheet, rotation, angle)
        words, top = _read_crops(layout, sheet.header)
        plain = plainly_upright(words)
    return Reading(layout, rotation, angle, words, top, plain, sureness(words))


def laid_out(sheet: Sheet, rotation: int, angle: float) -> Layout:
    """Turn a sheet upright and find its cells and lines."""
    place = placement(sheet.gray.shape, sheet.dpi, rotation, angle)
    page = resample(sheet.gray, place)
    top, bottom, left, right = _inked(page < DARK)
    part = page[top:bottom, left:right]
    dark = part < DARK
    rules = find_rules(dark, WORK_DPI, "across" if rotation in (0, 180) else "down")
    cells = find_cells(rules, (right - left, bottom - top), WORK_DPI)
    plain = without_rules(part, dark, rules, WORK_DPI)
    places = find_lines(plain < DARK, cells, WORK_DPI)
    if sheet.bilevel:  # the steps of one-bit strokes mislead the recogniser more than blur does
        plain = np.asarray(cv2.GaussianBlur(plain, (0, 0), SMOOTH), dtype=np.uint8)
    crops = [_crop(plain, p) for p in places]
    cells = tuple(replace(c, box=_shifted(c.box, left, top)) for c in cells)
    places = [TextLine(_shifted(p.box, left, top), p.cell) for p in places]
    return Layout(page, cells, places, crops)


def _inked(dark: Mask) -> tuple[int, int, int, int]:
    """Top, bottom, left, right of what is printed, with a margin: the rest costs time for nothing."""
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if rows.size == 0:
        return 0, dark.shape[0], 0, dark.shape[1]
    return (
        max(0, int(rows[0]) - MARGIN),
        min(dark.shape[0], int(rows[-1]) + MARGIN),
        max(0, int(columns[0]) - MARGIN),
        min(dark.shape[1], int(columns[-1]) + MARGIN),
    )


def _shifted(box: Box, right: int, down: int) -> Box:
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def prepared(raster: Raster) -> Sheet:
    """Clean a page in the pixels of its file: light, specks, streaks, header. Raises tiny."""
    height, width = raster.gray.shape
    if min(height, width) < SMALLEST_SIDE:
        raise UnreadableError(TINY, f"{width} x {height} pixels")
    gray, dpi = raster.gray, raster.dpi
    if raster.photo:
        flat = photo.flattened(gray)
        if flat is not gray:
            gray, dpi = flat, (0.0, 0.0)
    dpi = true_resolution(gray.shape[1], gray.shape[0], dpi, raster.bilevel)
    if not raster.bilevel:
        gray = cleaning.even_light(gray, min(dpi))
    ink = cleaning.ink_mask(gray)
    scale = 1.0 if raster.bilevel else max(1.0, min(dpi) / 150) ** 2
    cleaned = cleaning.without_specks(cleaning.without_borders(ink, dpi), scale)
    if raster.bilevel:
        cleaned = cleaning.without_streaks(cleaned)
    gray = gray.copy()
    gray[ink & ~cleaned] = 255
    band = header.find_header(cleaned, dpi)
    strip = None
    if band is not None:
        strip = header.cut_out(gray, band, dpi, WORK_DPI)
        cleaned[band.top : band.bottom] = False
        gray[band.top : band.bottom] = 255
    return Sheet(gray, cleaned, dpi, raster.bilevel, strip)


def upright_image(path: Path, number: int, read: PageRead) -> Image.Image:
    """The cleaned upright page for a review screen, in the coordinates of `read`."""
    if read.engine == "text_layer":
        raster = pdf.render(path, number)
        return Image.fromarray(raster.gray).resize((read.width, read.height), Image.Resampling.LANCZOS)
    sheet = prepared(open_page(path, number))
    place = placement(sheet.gray.shape, sheet.dpi, read.rotation, read.skew)
    return Image.fromarray(resample(sheet.gray, place))


def _read_crops(layout: Layout, strip: Gray | None) -> tuple[list[tuple[Word, ...]], str]:
    """Words of each line, and the text of the fax machine's line, by one run of the engine."""
    extra = [] if strip is None else [np.pad(strip, PAD, constant_values=255)]
    found = mosaic.read_crops([*layout.crops, *extra])
    top = " ".join(w.text for w in joined_words(found.pop())) if extra else ""
    return found, top


def _as_lines(places: list[TextLine], found: list[LineWords]) -> tuple[Line, ...]:
    lines = []
    for place, read in zip(places, found, strict=True):
        words = tuple(Word(w.text, _moved(w, place), w.confidence, w.handwritten) for w in read.words)
        if words:
            lines.append(Line(words, place.box, place.cell, read.alternatives))
    return tuple(lines)


def _crop(page: Gray, place: TextLine) -> Gray:
    box = place.box
    part = page[box.top : box.bottom, box.left : box.right]
    return np.pad(part, PAD, constant_values=255)


def _moved(word: Word, place: TextLine) -> Box:
    right, down = place.box.left - PAD, place.box.top - PAD
    box = word.box
    return Box(max(0, box.left + right), max(0, box.top + down), box.right + right, box.bottom + down)
