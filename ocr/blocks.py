"""A page as blocks: cells with their lines, and lines that stand free; who is whose neighbour."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ocr.types import Box, Cell, Line, PageRead, Word

# Colons part a label from its value, and so do signs that a poor colon is read as between a word and a
# number; so does the border between digits and a word where a blank was lost.
_BORDER = re.compile(
    r"([:：]+|(?<=[가-힣]{2})[ㆍ·.;'](?=[0-9]{3}))"
    r"|(?<=[0-9])(?=[가-힣]{2})|(?<=[가-힣]{2})(?=[0-9]{2})|(?<=[)）])(?=[가-힣])"
)
_FULL_WIDTH = {n: n - 0xFEE0 for n in range(0xFF01, 0xFF5F)}
_LEAST_TEETH = 5
_SHARED_SIDE = 0.5  # share of the smaller side that neighbours must have in common


@dataclass(frozen=True)
class Token:
    """A word or a part of one; `after_colon`: a colon stood before it, `glued`: nothing did."""

    text: str
    box: Box
    confidence: float
    handwritten: bool
    after_colon: bool = False
    glued: bool = False


@dataclass(frozen=True)
class Block:
    """A cell (perhaps empty) or a free line."""

    lines: tuple[Line, ...]
    box: Box
    cell: Cell | None = None

    @cached_property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @cached_property
    def compact(self) -> str:
        return "".join(c for c in self.text if c.isalnum())


@dataclass(frozen=True)
class Layout:
    """The blocks of a page in reading order."""

    page: PageRead
    blocks: tuple[Block, ...]

    @cached_property
    def line_height(self) -> float:
        """Usual height of a line in pixels."""
        heights = sorted(ln.box.height for b in self.blocks for ln in b.lines)
        return float(heights[len(heights) // 2]) if heights else 1.0

    def right_of(self, block: Block) -> Block | None:
        """The next block to the right on the same height; of a cell, only within its table."""
        near = [b for b in self.blocks if b is not block and _beside(block, b)]
        return min(near, key=lambda b: b.box.left, default=None)

    def below(self, block: Block) -> Block | None:
        """The next block below that shares its width; of a cell, only within its table."""
        near = [b for b in self.blocks if b is not block and _under(block, b)]
        near = [b for b in near if b.box.top - block.box.bottom < 3 * self.line_height]
        return min(near, key=lambda b: (b.box.top, b.box.left), default=None)

    def row_of(self, block: Block) -> list[Block]:
        """The cells of the same row of its table, left to right; of a free line, itself."""
        if block.cell is None:
            return [block]
        cell = block.cell
        row = [b for b in self.blocks if b.cell and (b.cell.table, b.cell.row) == (cell.table, cell.row)]
        return sorted(row, key=lambda b: b.box.left)


def layout(page: PageRead) -> Layout:
    """Sort the lines of a page into its cells; boxes of one character each become one line."""
    in_cell: dict[int, list[Line]] = {}
    free: list[Block] = []
    for line in page.lines:
        if line.cell is None:
            free.append(Block((line,), line.box))
        else:
            in_cell.setdefault(line.cell, []).append(line)
    cells = [Block(tuple(in_cell.get(i, ())), cell.box, cell) for i, cell in enumerate(page.cells)]
    cells, combs = join_combs(cells)
    return Layout(page, tuple(sorted([*free, *cells, *combs], key=lambda b: (b.box.top, b.box.left))))


def join_combs(cells: list[Block]) -> tuple[list[Block], list[Block]]:
    """Rows of boxes that hold one character each, as forms have them for numbers, as free lines.

    Returns the other cells and the lines. A gap between boxes becomes a hyphen; an empty box within
    is passed over.
    """
    rows: dict[tuple[int, int], list[Block]] = {}
    for block in cells:
        if block.cell:
            rows.setdefault((block.cell.table, block.cell.row), []).append(block)
    joined_cells: set[int] = set()
    combs: list[Block] = []
    for row in rows.values():
        for teeth in _teeth(sorted(row, key=lambda b: b.box.left)):
            combs.append(_comb(teeth))
            joined_cells |= {id(b) for b in teeth}
    return [b for b in cells if id(b) not in joined_cells], combs


def _teeth(row: list[Block]) -> Iterator[list[Block]]:
    """Runs of neighbouring narrow boxes of which most hold one character."""
    run: list[Block] = []
    for block in [*row, None]:
        narrow = block is not None and block.box.width < 1.6 * block.box.height and len(block.compact) <= 2
        if narrow and block and (not run or block.box.left - run[-1].box.right < 2 * block.box.width):
            run.append(block)
            continue
        if len(run) >= _LEAST_TEETH and sum(bool(b.compact) for b in run) >= 0.7 * len(run):
            yield run
        run = [block] if narrow and block else []


def _comb(teeth: list[Block]) -> Block:
    text, words, box = "", [], teeth[0].box
    for before, block in zip([teeth[0], *teeth], teeth, strict=False):
        if block.box.left - before.box.right > 0.5 * block.box.width:
            text += "-"
        text += _tooth(block.compact)
        words += [w for line in block.lines for w in line.words]
        box = box.union(block.box)
    confidence = min(w.confidence for w in words)
    word = Word(text, box, confidence, any(w.handwritten for w in words))
    return Block((Line((word,), box),), box)


def _tooth(text: str) -> str:
    """The one character of a box; a second one is a side of the box that was read along."""
    if len(text) < 2:
        return text
    rest = [c for c in text if c not in "1lIi|!"]
    return rest[0] if rest else "1"


def tokens(line: Line) -> tuple[Token, ...]:
    """The words of a line, parted at colons; a part's box is cut from its word's by characters."""
    out: list[Token] = []
    colon = False
    for word in line.words:
        glued, start = False, 0
        for part in _BORDER.split(word.text.translate(_FULL_WIDTH)):
            if not part:
                continue
            end = start + len(part)
            if (part[0] in ":：ㆍ·.;'" and len(part) == 1) or set(part) <= set(":："):
                colon, glued = True, False
            else:
                box = _part(word, start, end)
                out.append(Token(part, box, word.confidence, word.handwritten, colon, glued))
                colon, glued = False, True
            start = end
    return tuple(out)


def joined(parts: Sequence[Token]) -> str:
    """The text of tokens, with blanks where the paper has them."""
    return "".join(t.text if t.glued or i == 0 else f" {t.text}" for i, t in enumerate(parts))


def _part(word: Word, start: int, end: int) -> Box:
    n, box = len(word.text), word.box
    if (start, end) == (0, n):
        return box
    left = box.left + box.width * start // n
    return Box(left, box.top, box.left + box.width * end // n, box.bottom)


def _overlap(a0: int, a1: int, b0: int, b1: int) -> float:
    return (min(a1, b1) - max(a0, b0)) / max(1, min(a1 - a0, b1 - b0))


def _same_table(a: Block, b: Block) -> bool:
    return a.cell is None or (b.cell is not None and b.cell.table == a.cell.table)


def _beside(a: Block, b: Block) -> bool:
    tolerance = a.box.height // 2
    return (
        (b.cell is None or _same_table(a, b))
        and b.box.left >= a.box.right - tolerance
        and _overlap(a.box.top, a.box.bottom, b.box.top, b.box.bottom) >= _SHARED_SIDE
    )


def _under(a: Block, b: Block) -> bool:
    tolerance = a.box.height // 2
    return (
        _same_table(a, b)
        and b.box.top >= a.box.bottom - tolerance
        and _overlap(a.box.left, a.box.right, b.box.left, b.box.right) >= _SHARED_SIDE
    )
