"""A mail drawn as pages, so that a person who is asked about it sees on the desk what it says.

The words go along with their places: numbers of persons are covered on the desk as on any page.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from bots.setting_up.programs import korean_fonts
from ocr.types import Box, Line, PageRead, Word

ENGINE = "mail"
WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dpi
_MARGIN, _LEADING, _SIZE = 90, 40, 26
_LINES = (HEIGHT - 2 * _MARGIN) // _LEADING
MOST_PAGES = 5


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its picture as PNG and what stands where on it."""

    png: bytes
    read: PageRead


def sheets(lines: Sequence[str]) -> list[Sheet]:
    """The first `MOST_PAGES` pages of a mail; none where the machine has no Korean font."""
    font = _font()
    if font is None:
        return []
    rows = [row for line in lines for row in _rows(line, font)][: _LINES * MOST_PAGES]
    pages = [rows[start : start + _LINES] for start in range(0, len(rows), _LINES)]
    return [_sheet(number, page, font) for number, page in enumerate(pages, 1)]


@cache
def _font() -> ImageFont.FreeTypeFont | None:
    fonts = sorted(korean_fonts(), key=lambda path: (path.name != "NanumGothic.ttf", path.name))
    return ImageFont.truetype(str(fonts[0]), _SIZE) if fonts else None


def _rows(line: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    """A line broken where the page ends, at a blank where there is one."""
    rest = "".join(c if c.isprintable() else " " for c in line)
    while True:
        fits = _how_much_fits(rest, font)
        if fits >= len(rest):
            yield rest
            return
        cut = rest.rfind(" ", fits // 2, fits) + 1 or fits
        yield rest[:cut].rstrip()
        rest = rest[cut:]


def _how_much_fits(text: str, font: ImageFont.FreeTypeFont) -> int:
    room = WIDTH - 2 * _MARGIN
    some = text[:200]
    low, high = 1, len(some)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if font.getlength(some[:middle]) <= room else (low, middle - 1)
    return max(low, 1)


def _sheet(number: int, rows: Sequence[str], font: ImageFont.FreeTypeFont) -> Sheet:
    image = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(image)
    lines = []
    for place, row in enumerate(rows):
        top = _MARGIN + place * _LEADING
        pen.text((_MARGIN, top), row, 0, font=font)
        if words := list(_words(row, top, font)):
            box = Box(words[0].box.left, top, words[-1].box.right, top + _LEADING)
            lines.append(Line(tuple(words), box))
    target = io.BytesIO()
    image.save(target, "PNG")
    read = PageRead(number, WIDTH, HEIGHT, tuple(lines), resolution=(150.0, 150.0), engine=ENGINE)
    return Sheet(target.getvalue(), read)


def _words(row: str, top: int, font: ImageFont.FreeTypeFont) -> Iterator[Word]:
    start = 0
    for part in row.split(" "):
        if part:
            left = _MARGIN + int(font.getlength(row[:start]))
            right = _MARGIN + int(font.getlength(row[: start + len(part)])) + 1
            yield Word(part, Box(left, top, right, top + _LEADING), 1.0)
        start += len(part) + 1
