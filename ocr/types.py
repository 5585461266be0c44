"""The values that pass between the stages of reading.

Coordinates are pixels of the upright, cleaned page image (`PageRead.width` x `PageRead.height`);
the origin is the upper left corner. Confidences are between 0 and 1. Everything here can be
turned into JSON and back with `to_dict` and `from_dict`, so that a read page may cross a process
or be kept beside its original.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, right, bottom in pixels; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def center(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def contains(self, x: float, y: float) -> bool:
        return self.left <= x < self.right and self.top <= y < self.bottom


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without a blank, as an engine read it."""

    text: str
    box: Box
    confidence: float
    handwritten: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one base line, left to right. `cell` is an index into `PageRead.cells`, or None."""

    words: tuple[Word, ...]
    box: Box
    cell: int | None = None
    # Other readings of the same pixels (second pass, other engine), with their confidence.
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def text(self) -> str:
        return " ".join(w.text for w in self.words)

    @property
    def confidence(self) -> float:
        return min((w.confidence for w in self.words), default=0.0)

    @property
    def handwritten(self) -> bool:
        return any(w.handwritten for w in self.words)


@dataclass(frozen=True, slots=True)
class Cell:
    """A rectangle that form rules enclose; `row` and `column` count within its `table`."""

    box: Box
    table: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Barcode:
    """A decoded symbol: its format as zxing names it, and its text."""

    format: str
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page as read: lines in reading order, the cells of its tables, its barcodes.

    number        1-based place in the delivery
    width, height of the upright cleaned image, in pixels
    rotation      degrees clockwise that the page had to be turned by: 0, 90, 180 or 270
    resolution    dots per inch of the upright image, horizontal and vertical after correction
    engine        "text_layer" or "tesseract 5.3.0 kor+eng", ...
    ink           share of dark pixels after cleaning; a blank page has next to none
    header        the line that a fax machine printed at the edge (date, FROM, TO, page), or ""
    problem       why the page could not be read (a code of `ocr.problems`), or None
    """

    number: int
    width: int
    height: int
    lines: tuple[Line, ...] = ()
    cells: tuple[Cell, ...] = ()
    barcodes: tuple[Barcode, ...] = ()
    rotation: int = 0
    skew: float = 0.0
    resolution: tuple[float, float] = (0.0, 0.0)
    engine: str = ""
    ink: float = 0.0
    header: str = ""
    handwritten: bool = False
    problem: str | None = None

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> PageRead:
        lines = tuple(
            Line(
                words=tuple(
                    Word(w["text"], Box(**w["box"]), w["confidence"], w["handwritten"]) for w in ln["words"]
                ),
                box=Box(**ln["box"]),
                cell=ln["cell"],
                alternatives=tuple((t, c) for t, c in ln["alternatives"]),
            )
            for ln in d["lines"]
        )
        cells = tuple(Cell(Box(**c["box"]), c["table"], c["row"], c["column"]) for c in d["cells"])
        barcodes = tuple(Barcode(b["format"], b["text"], Box(**b["box"])) for b in d["barcodes"])
        rest = {k: v for k, v in d.items() if k not in ("lines", "cells", "barcodes")}
        rest["resolution"] = tuple(rest["resolution"])
        return cls(lines=lines, cells=cells, barcodes=barcodes, **rest)


@dataclass(frozen=True, slots=True)
class FieldValue:
    """What the paper says in one field.

    value         normalised (`960121-1021413`, `010-1234-5678`), never taken from a record on file
    raw           the characters as read, before mending
    confidence    calibrated chance that `value` is right
    doubtful      the reader is not sure; a person should look
    notes         why it was mended or doubted, as short codes (`check_digit`, `mended`, `handwritten`)
    """

    name: str
    value: str
    raw: str
    confidence: float
    doubtful: bool
    page: int
    box: Box | None = None
    handwritten: bool = False
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> FieldValue:
        box = Box(**d["box"]) if d["box"] else None
        return cls(**{**d, "box": box, "notes": tuple(d["notes"])})


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """Consecutive pages of a delivery that belong together, with a type and fields.

    type          a code of `config/forms/` ("ub_application", ...), "fax_cover", "other" or "blank"
    fields        at most one value per name
    people        further persons that the paper names (workers of a payroll), each as
                  {"name": FieldValue, "rrn": FieldValue, ...}; the first is the main one if known
    """

    pages: tuple[int, ...]
    type: str
    type_confidence: float
    fields: dict[str, FieldValue] = field(default_factory=dict)
    people: tuple[dict[str, FieldValue], ...] = ()
    handwritten: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> DocumentRead:
        return cls(
            pages=tuple(d["pages"]),
            type=d["type"],
            type_confidence=d["type_confidence"],
            fields={k: FieldValue.from_dict(v) for k, v in d["fields"].items()},
            people=tuple({k: FieldValue.from_dict(v) for k, v in p.items()} for p in d["people"]),
            handwritten=d["handwritten"],
        )


@dataclass(frozen=True, slots=True)
class DeliveryRead:
    """All of a delivery as read. `problem` is a code of `ocr.problems` when nothing could be read."""

    pages: tuple[PageRead, ...]
    documents: tuple[DocumentRead, ...]
    problem: str | None = None
    detail: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "pages": [p.to_dict() for p in self.pages],
            "documents": [d.to_dict() for d in self.documents],
            "problem": self.problem,
            "detail": self.detail,
        }

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> DeliveryRead:
        return cls(
            tuple(PageRead.from_dict(p) for p in d["pages"]),
            tuple(DocumentRead.from_dict(x) for x in d["documents"]),
            d["problem"],
            d["detail"],
        )
