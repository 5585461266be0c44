"""Where on a page numbers stand that are hidden, though they were misread or not read at all.

What was read as a number is covered by its own box. The doubtful ones, written by hand or too faint, are found
by their labels: the cell beside or below 주민등록번호, or the rest of the line behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from ocr.types import Box, Cell, Line, PageRead

Rectangle = tuple[int, int, int, int]

_LABELS = ("주민등록번호", "주민번호", "외국인등록번호", "계좌번호", "결제계좌", "여권번호")
_ALIKE = 75  # of 100: a label of six syllables may have lost one
_LONGEST_EXTRA = 6
_HEADING = 4
_HANGUL = re.compile("[가-힣]")
_BLANK = re.compile(r"\s+")


def beside_labels(read: PageRead) -> list[Rectangle]:
    """Rectangles, in pixels of the page as read, of the places that belong to such labels."""
    return [(b.left, b.top, b.right, b.bottom) for line in read.lines for b in _places(line, read)]


def _places(line: Line, read: PageRead) -> Iterator[Box]:
    end = _label_end(line)
    if end is None:
        return
    cell = read.cells[line.cell] if line.cell is not None and line.cell < len(read.cells) else None
    if cell is None and _are_headings(line, end):
        return
    if cell is None:
        yield Box(end, line.box.top, read.width, line.box.bottom)
        return
    right = _next_in_row(cell, read.cells)
    behind = "".join(word.text for word in line.words if word.box.left >= end)
    if behind and (right is None or any(c.isdigit() for c in behind)):
        yield Box(end, line.box.top, cell.box.right, line.box.bottom)
        return
    if right is not None and not _is_heading(right, read):
        yield right.box
    else:
        yield from (c.box for c in read.cells if _below(c, cell))


def _label_end(line: Line) -> int | None:
    """Where the label ends, in pixels from the left; None when the line has none."""
    so_far = ""
    for word in line.words:
        so_far += _BLANK.sub("", word.text)
        for label in _LABELS:
            if len(so_far) < len(label) - 1:
                continue
            tail = so_far[-(len(label) + _LONGEST_EXTRA) :]
            if fuzz.partial_ratio(label, tail) >= _ALIKE:
                return word.box.right if not any(c.isdigit() for c in word.text) else word.box.left
    return None


def _are_headings(line: Line, end: int) -> bool:
    """Whether words without a digit follow the label: the heads of a list, whose numbers stand elsewhere."""
    rest = "".join(word.text for word in line.words if word.box.left >= end)
    return len(_HANGUL.findall(rest)) >= _HEADING and not any(c.isdigit() for c in rest)


def _next_in_row(cell: Cell, cells: Sequence[Cell]) -> Cell | None:
    row = [c for c in cells if c.table == cell.table and c.row == cell.row and c.column > cell.column]
    return min(row, key=lambda c: c.column, default=None)


def _is_heading(cell: Cell, read: PageRead) -> bool:
    """Words without a digit beside a label: a row of column headings, not a label and its value."""
    words = "".join(
        line.text for line in read.lines if line.cell is not None and read.cells[line.cell] == cell
    )
    return bool(words.strip()) and not any(c.isdigit() for c in words)


def _below(other: Cell, cell: Cell) -> bool:
    center = (other.box.left + other.box.right) / 2
    return other.table == cell.table and other.row > cell.row and cell.box.left <= center < cell.box.right
