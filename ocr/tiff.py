"""Looking into a TIFF before opening it: pages, sizes, and whether the fax data is all there.

Decoders fill in rows that a broken transmission never brought and say nothing, so the coded data
itself is asked: every row of T.4 begins with an end-of-line code, and every blank row of T.6 costs a bit.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ocr import problems
from ocr.problems import UnreadableError
from ocr.raster import Gray

COMPRESSION, FILL_ORDER, ORIENTATION, OFFSETS, ROWS_PER_STRIP, COUNTS = 259, 266, 274, 273, 278, 279
G3, G4 = 3, 4
# Quarter turns counter-clockwise that undo what the decoder did for the orientation tag.
_TURNS_BACK = {3: 2, 6: 1, 8: 3}
# Of the page's rows; a fax may lose a few lines at its end and still be read.
MOST_MISSING = 0.10


def check(path: Path, most_pages: int, most_pixels: int) -> int:
    """Number of pages. Raises `UnreadableError`: malformed, truncated, too_many_pages, too_large, tiny."""
    size = path.stat().st_size
    number = 0
    try:
        with Image.open(path) as image:
            while True:
                number += 1
                if number > most_pages:
                    raise UnreadableError(problems.TOO_MANY_PAGES, f"more than {most_pages} pages")
                _check_directory(image, number, size, most_pixels)
                try:
                    image.seek(number)
                except EOFError:
                    return number
    except (OSError, SyntaxError, ValueError, KeyError, TypeError) as error:
        raise UnreadableError(problems.MALFORMED, f"page {number}: {type(error).__name__}") from None


def _check_directory(image: Image.Image, number: int, file_size: int, most_pixels: int) -> None:
    width, height = image.size
    if width * height > most_pixels:
        raise UnreadableError(problems.TOO_LARGE, f"page {number} has {width} x {height} pixels")
    if min(width, height) < 32:
        raise UnreadableError(problems.TINY, f"page {number} has {width} x {height} pixels")
    for offset, count in _strips(image):
        if offset + count > file_size:
            raise UnreadableError(problems.TRUNCATED, f"page {number} reaches past the end of the file")


def missing_rows(path: Path, image: Image.Image, gray: Gray) -> int:
    """Rows of a fax page that its data does not hold; 0 for other compressions.

    `image` stands at the page, `gray` is what the decoder made of it.
    """
    tags = image.tag_v2  # type: ignore[attr-defined]
    compression = tags.get(COMPRESSION)
    if compression not in (G3, G4):
        return 0
    gray = np.rot90(gray, _TURNS_BACK.get(tags.get(ORIENTATION, 1), 0))
    rows_per_strip = int(tags.get(ROWS_PER_STRIP, gray.shape[0]))
    missing = 0
    with path.open("rb") as file:
        for index, (offset, count) in enumerate(_strips(image)):
            file.seek(offset)
            bits = _bits(file.read(count), int(tags.get(FILL_ORDER, 1)))
            rows = gray[index * rows_per_strip : (index + 1) * rows_per_strip]
            missing += _missing_g3(bits, len(rows)) if compression == G3 else _missing_g4(bits, rows)
    return missing


def _strips(image: Image.Image) -> list[tuple[int, int]]:
    tags = image.tag_v2  # type: ignore[attr-defined]
    return list(zip(tags.get(OFFSETS, ()), tags.get(COUNTS, ()), strict=False))


def _bits(data: bytes, fill_order: int) -> NDArray[np.uint8]:
    return np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little" if fill_order == 2 else "big")


def _missing_g3(bits: NDArray[np.uint8], rows: int) -> int:
    """Rows less end-of-line codes (eleven zeros or more, then a one); without any, unknown, hence 0."""
    ones = np.flatnonzero(bits)
    found = int((np.diff(ones, prepend=-1) >= 12).sum())
    return max(0, rows - found) if found else 0


def _missing_g4(bits: NDArray[np.uint8], rows: Gray) -> int:
    """Rows of one colour at the end that no one-bit in the data stands for.

    A row like the one above it costs a bit `1` at least; what never came, decoders leave white or black.
    """
    last = int(rows[-1, 0]) if rows.size else 255
    other = np.flatnonzero((rows != last).any(axis=1))
    blank = len(rows) - (int(other[-1]) + 1 if other.size else 0)
    ones = np.flatnonzero(bits)
    if ones.size == 0:
        return len(rows)
    end = ones.size
    # The end-of-block code: twice eleven zeros and a one.
    while end > 1 and ones[end - 1] - ones[end - 2] >= 12:
        end -= 1
    steps = np.flatnonzero(np.diff(ones[:end]) != 1)
    run = end - (int(steps[-1]) + 1 if steps.size else 0)
    return max(0, blank - run - 2)
