"""The line recogniser against Tesseract, on the same crops in fonts that training never saw.

    python -m tests.benchmarks.linereader --fonts FOLDER [--count 60] [--seed 11] [--json FILE]

FOLDER needs the held-out fonts of `ocr.linereader.fonts.HELD_OUT`. Tesseract reads the crops as the
reader's own pages do (`ocr.mosaic`, kor+eng). Blanks do not count.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ocr.linereader.heldout import NUMBERS, TestLine, distance, held_out_lines
from ocr.linereader.reader import LineReader
from ocr.mosaic import read_crops

Read = Callable[[list[TestLine]], list[str]]


def with_tesseract(tests: list[TestLine]) -> list[str]:
    """What the pages' own way reads, 40 lines a sheet."""
    texts: list[str] = []
    for start in range(0, len(tests), 40):
        rows = read_crops([t.line.image for t in tests[start : start + 40]])
        texts += ["".join(w.text for w in row) for row in rows]
    return texts


def freely(tests: list[TestLine]) -> list[str]:
    """The recogniser, told nothing."""
    return [r.text for r in LineReader.load().read([t.line.image for t in tests])]


def told_the_field(tests: list[TestLine]) -> list[str]:
    """The recogniser, told which field it reads (numbers and names; anything else freely)."""
    kinds = [t.line.kind if t.line.kind in (*NUMBERS, "name") else None for t in tests]
    return [r.text for r in LineReader.load().read([t.line.image for t in tests], kinds)]


def table(tests: list[TestLine], texts: list[str]) -> dict[str, dict[str, float]]:
    """By group: CER, and the share of numbers, names and other lines read exactly."""
    wrong: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    exact: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for test, text in zip(tests, texts, strict=True):
        truth, got = test.line.text.replace(" ", ""), text.replace(" ", "")
        wrong[test.group][0] += distance(truth, got)
        wrong[test.group][1] += len(truth)
        exact[test.group][test.what].append(truth == got)
    return {
        group: {"cer": a / max(1, b)} | {what: float(np.mean(v)) for what, v in exact[group].items()}
        for group, (a, b) in wrong.items()
    }


def main() -> None:
    """Print the comparison, and write it where asked."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--fonts", type=Path, required=True)
    p.add_argument("--count", type=int, default=60, help="lines a group")
    p.add_argument("--seed", type=int, default=11)
    p.add_argument("--json", type=Path)
    a = p.parse_args()
    tests = held_out_lines(a.fonts, a.count, a.seed)
    LineReader.load().read([tests[0].line.image])
    result: dict[str, dict[str, dict[str, float]]] = {}
    ways: dict[str, Read] = {
        "tesseract": with_tesseract,
        "line reader": freely,
        "told the field": told_the_field,
    }
    for name, read in ways.items():
        start = time.perf_counter()
        result[name] = table(tests, read(tests))
        print(f"{name}: {(time.perf_counter() - start) / len(tests) * 1000:.1f} ms a line")
        for group, row in result[name].items():
            print(f"   {group:14}" + "  ".join(f"{k} {v:.3f}" for k, v in row.items()))
    if a.json:
        a.json.write_text(json.dumps(result, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
