"""Read pages made by hand: lines of text, and tables of cells, for what comes after recognition."""

from __future__ import annotations

from collections.abc import Sequence

from ocr.types import Box, Cell, Line, PageRead, Word

HEIGHT = 40
WIDTH, LENGTH = 2400, 3400


def line(text: str, left: int, top: int, *, height: int = HEIGHT, sure: float = 0.93, cell: int | None = None,
         others: Sequence[tuple[str, float]] = ()) -> Line:  # fmt: skip
    """A line whose words are as wide as they are long."""
    words, x = [], left
    for word in text.split():
        width = max(8, len(word) * height * 7 // 10)
        words.append(Word(word, Box(x, top, x + width, top + height), sure))
        x += width + height // 3
    return Line(tuple(words), Box(left, top, max(x, left + 1), top + height), cell, tuple(others))


class Sheet:
    """Builds a page from the top down."""

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.lines: list[Line] = []
        self.cells: list[Cell] = []
        self.top = 200
        self.tables = 0

    def title(self, text: str, sure: float = 0.93) -> Sheet:
        self.lines.append(line(text, 800, self.top, height=70, sure=sure))
        self.top += 160
        return self

    def text(self, text: str, left: int = 200, sure: float = 0.93) -> Sheet:
        self.lines.append(line(text, left, self.top, sure=sure))
        self.top += 80
        return self

    def table(self, rows: Sequence[Sequence[str]], sure: float = 0.93) -> Sheet:
        for r, row in enumerate(rows):
            width = 2000 // len(row)
            for c, text in enumerate(row):
                left = 200 + c * width
                box = Box(left, self.top, left + width, self.top + 100)
                self.cells.append(Cell(box, self.tables, r, c))
                if text:
                    self.lines.append(
                        line(text, left + 20, self.top + 30, sure=sure, cell=len(self.cells) - 1)
                    )
            self.top += 100
        self.tables += 1
        self.top += 60
        return self

    def page(self, engine: str = "tesseract") -> PageRead:
        return PageRead(
            self.number, WIDTH, LENGTH, tuple(self.lines), tuple(self.cells), resolution=(300.0, 300.0),
            engine=engine, ink=0.02,
        )  # fmt: skip
