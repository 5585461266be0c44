"""Lines in fonts never trained on, and the error on them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ocr.linereader.confidence import Calibration
from ocr.linereader.lines import LineMaker, SyntheticLine
from ocr.linereader.network import LineNetwork
from ocr.linereader.reader import LineReader
from ocr.linereader.weights import folded

NUMBERS = ("phone", "rrn", "account", "business_no", "receipt_no")
GROUPS = ("fine", "standard", "scan", "hand fine", "hand standard")


@dataclass(frozen=True)
class TestLine:
    """A held-out line; `group` is its medium, "hand " before where the font is handwriting."""

    line: SyntheticLine
    group: str
    what: str  # "number", "name" or "other"


def held_out_lines(fonts: Path, count: int, seed: int = 2026) -> list[TestLine]:
    """`count` lines a group, a third each numbers, names, and others; the same for the same fonts."""
    maker = LineMaker(fonts, seed, held_out=True)
    lines = []
    for group in GROUPS:
        for i in range(count):
            what = ("number", "name", "other")[i % 3]
            kind = {
                "number": NUMBERS[i // 3 % 5],
                "name": "name",
                "other": ("company", "address", "bank", "label")[i // 3 % 4],
            }[what]
            line = maker.line(kind, group.split()[-1], group.startswith("hand"))
            lines.append(TestLine(line, group, what))
    return lines


def distance(a: str, b: str) -> int:
    """Edit distance."""
    row = list(range(len(b) + 1))
    for i, ca in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, cb in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (ca != cb))
    return row[-1]


def score(pairs: list[tuple[TestLine, str]]) -> dict[str, float]:
    """Blanks ignored: `cer` over all, and by group the share of numbers and names read exactly, and CER."""
    wrong: dict[str, int] = defaultdict(int)
    length: dict[str, int] = defaultdict(int)
    exact: dict[str, list[float]] = defaultdict(list)
    for test, read in pairs:
        truth, got = test.line.text.replace(" ", ""), read.replace(" ", "")
        for key in ("cer", f"{test.group}/cer"):
            wrong[key] += distance(truth, got)
            length[key] += len(truth)
        exact[f"{test.group}/{test.what}"].append(truth == got)
    result = {k: wrong[k] / max(1, length[k]) for k in wrong}
    return result | {k: float(np.mean(v)) for k, v in exact.items()}


def measure(network: LineNetwork, tests: list[TestLine]) -> dict[str, float]:
    """`score` of free reading with a network still in training."""
    readings = LineReader(folded(network), Calibration()).read([t.line.image for t in tests])
    return score([(t, r.text) for t, r in zip(tests, readings, strict=True)])
