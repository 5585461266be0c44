"""From the pixels of one page to what stands on it.

The way: true resolution, specks and streaks off, the fax header cut out, skew and orientation found,
one resampling to 300 dpi upright, rules off and used as cells, lines found, lines read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from ocr import barcodes, cleaning, mosaic, pdf, skew, tesseract
from ocr.header import looks_like_header
from ocr.layout import PAD, Layout, as_lines, laid_out
from ocr.opening import open_image
from ocr.orientation import TELLING, legibility, on_its_head, plainly_upright, run_of_lines, sureness
from ocr.preview import PREVIEW_DPI, preview_png
from ocr.raster import Gray, Raster
from ocr.reread import reread
from ocr.resolution import true_resolution
from ocr.sheet import Sheet, prepared
from ocr.source import kind_of
from ocr.types import PageRead, Word
from ocr.upright import WORK_DPI, placement, resample
from ocr.words import joined_words

BLANK_INK = 0.0006
LYING_RUN = 0.85
AMBIGUOUS_RUN = 0.75
HANDWRITTEN_SHARE = 0.2
LETTERS = 30


@dataclass(frozen=True, slots=True)
class Reading:
    """A layout read: words by line, the fax machine's line, and how sure it is of itself per letter."""

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
    return _read(path, number)[0]


def read_page_and_preview(path: Path, number: int) -> tuple[PageRead, bytes]:
    """`read_page`, and the upright page as a small PNG (see `ocr.preview`), in one pass."""
    read, upright = _read(path, number)
    if upright is not None:
        return read, preview_png(upright, WORK_DPI)
    scale = PREVIEW_DPI / pdf.LAYER_DPI
    size = (round(read.width * scale), round(read.height * scale))
    return read, preview_png(pdf.picture(path, number, size), PREVIEW_DPI)


def _read(path: Path, number: int) -> tuple[PageRead, Gray | None]:
    """A page, and its upright image if its pixels were what was read."""
    if kind_of(path) == "pdf":
        layer = pdf.read_text_layer(path, number)
        if layer is not None:
            drawn = pdf.picture(path, number, (layer.width, layer.height))
            return replace(layer, barcodes=barcodes.find_barcodes(drawn)), None
    return read_raster(open_page(path, number), number)


def open_page(path: Path, number: int) -> Raster:
    """The pixels of a page, whatever the file's format."""
    if kind_of(path) == "pdf":
        return pdf.render(path, number)
    return open_image(path, number)


def read_raster(raster: Raster, number: int) -> tuple[PageRead, Gray]:
    """Read a page from its pixels; with it comes the upright cleaned image."""
    codes = barcodes.own_codes(raster)
    if codes.is_sheet:
        return _separator_sheet(raster, codes, number)
    sheet = prepared(raster)
    share = cleaning.ink_share(sheet.ink)
    if share < BLANK_INK:
        place = placement(sheet.gray.shape, sheet.dpi, 0, 0.0)
        blank = PageRead(
            number=number,
            width=place.size[0],
            height=place.size[1],
            resolution=(WORK_DPI, WORK_DPI),
            engine="none",
            ink=round(share, 5),
        )
        return blank, resample(sheet.gray, place)
    reading = _read_sheet(sheet)
    if reading.top and not looks_like_header(reading.top):
        # What was cut out belongs to the paper: read it where it stands.
        reading = _read_sheet(prepared(raster, cut_header=False))
    layout = reading.layout
    symbols = barcodes.find_barcodes(layout.page)
    lines = as_lines(layout.places, reread(layout.crops, reading.words))
    read = PageRead(
        number=number,
        width=layout.page.shape[1],
        height=layout.page.shape[0],
        lines=lines,
        cells=layout.cells,
        barcodes=(*symbols, *codes.missing_from(symbols)),
        rotation=reading.rotation,
        skew=round(reading.skew, 2),
        resolution=(WORK_DPI, WORK_DPI),
        engine=f"tesseract {tesseract.version()} {tesseract.LANGUAGES}",
        ink=round(share, 5),
        header=reading.top,
        handwritten=sum(line.handwritten for line in lines) >= HANDWRITTEN_SHARE * max(1, len(lines)),
    )
    return read, layout.page


def _separator_sheet(raster: Raster, codes: barcodes.OwnCodes, number: int) -> tuple[PageRead, Gray]:
    """A sheet that the center lays between letters: its codes say all there is to know."""
    height, width = raster.gray.shape
    dpi = true_resolution(width, height, raster.dpi, raster.bilevel)
    place = placement(raster.gray.shape, dpi, codes.rotation, 0.0)
    upright = resample(raster.gray, place)
    symbols = barcodes.find_barcodes(upright)
    read = PageRead(
        number=number,
        width=place.size[0],
        height=place.size[1],
        barcodes=symbols if len(symbols) >= barcodes.CODES_OF_A_SHEET else codes.all,
        rotation=codes.rotation,
        resolution=(WORK_DPI, WORK_DPI),
        engine="barcodes",
        ink=round(cleaning.ink_share(raster.gray < 128), 5),
    )
    return read, upright


def _read_sheet(sheet: Sheet) -> Reading:
    """Read a sheet the way its lines run, and the other way where that is not plain."""
    run = run_of_lines(sheet.ink, sheet.dpi)
    reading = _read_turned(sheet, 0 if run >= LYING_RUN else 90)
    if reading.plain or not AMBIGUOUS_RUN < run < 1 / AMBIGUOUS_RUN:
        return reading
    other = _read_turned(sheet, 90 if run >= LYING_RUN else 0)
    here, there = legibility(reading.layout.crops), legibility(other.layout.crops)
    if abs(here - there) >= TELLING:
        return reading if here > there else other
    return max(reading, other, key=lambda r: r.sureness)


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
    letters = sum(len(w.text) for line in words for w in line)
    return Reading(layout, rotation, angle, words, top, plain, sureness(words) / max(LETTERS, letters))


def upright_image(path: Path, number: int, read: PageRead) -> Image.Image:
    """The cleaned upright page for a review screen, in the coordinates of `read`."""
    if read.engine == "text_layer":
        return Image.fromarray(pdf.picture(path, number, (read.width, read.height)))
    sheet = prepared(open_page(path, number), cut_header=bool(read.header))
    place = placement(sheet.gray.shape, sheet.dpi, read.rotation, read.skew)
    return Image.fromarray(resample(sheet.gray, place))


def _read_crops(layout: Layout, strip: Gray | None) -> tuple[list[tuple[Word, ...]], str]:
    """Words of each line, and the text of the fax machine's line, by one run of the engine."""
    extra = [] if strip is None else [np.pad(strip, PAD, constant_values=255)]
    found = mosaic.read_crops([*layout.crops, *extra])
    top = " ".join(w.text for w in joined_words(found.pop())) if extra else ""
    return found, top
