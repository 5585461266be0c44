"""Fit the weights of doubt to papers whose truth is known, and choose when a field is doubtful.

    python -m ocr.calibrate SET [SET ...] --pages FOLDER [--pages FOLDER ...] [--write]

A SET holds deliveries/ and truth.jsonl (as `python -m bots.sandbox.generate OUT --split tune` makes it);
its pages are read, or taken from the FOLDER of the same place where they were kept before (NNNN-P.json).
Logistic regression, drawn towards the weights in use: where the sets say little, those stay. Never
give it sets that results are measured on.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.catalogue import default_catalogue
from ocr.documents import find
from ocr.doubt import FILE, weights
from ocr.findings import features
from ocr.types import PageRead

PULL = 1.5  # how strongly weights are drawn towards those in use: as if from so many examples
MOST_SILENT = 0.004  # share of undoubted fields that may be wrong
LEAST_LIMIT = 0.9  # a few hundred fields cannot vouch for less, on fonts that are not among them
_STEPS = 40


@dataclass(frozen=True)
class Example:
    """A field as found: what doubt weighs, and whether it was read right."""

    kind: str
    features: Mapping[str, float]
    right: bool


def plain(value: object) -> str:
    """Digits, Latin letters and Hangul of a value, as the labelled sets' scorer compares them."""
    return re.sub(r"[^0-9A-Za-z가-힣]", "", str(value or ""))


def examples(folder: Path, kept: Path) -> Iterator[Example]:
    """The examples of one labelled set."""
    catalogue = default_catalogue()
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        pages = list(_pages(folder / truth["file"], truth, kept))
        by_page = {p.page.number: found for found in find(pages, catalogue) for p in found.group.pages}
        for part in truth["parts"]:
            found = by_page.get(part["pages"][0])
            if found is None or found.group.type != part["type"]:
                continue
            for name, value in part["fields"].items():
                if name in found.findings:
                    f = found.findings[name]
                    yield Example(f.kind, features(f), plain(f.value) == plain(value))


def _pages(delivery: Path, truth: Mapping[str, Any], kept: Path) -> Iterator[PageRead]:
    kept.mkdir(parents=True, exist_ok=True)
    for number in range(1, max(p for part in truth["parts"] for p in part["pages"]) + 1):
        file = kept / f"{delivery.stem}-{number}.json"
        if not file.exists():
            from ocr.page import read_page

            file.write_text(json.dumps(read_page(delivery, number).to_dict()), encoding="utf-8")
        yield PageRead.from_dict(json.loads(file.read_text(encoding="utf-8")))


def fit(found: list[Example], start: Mapping[str, float]) -> dict[str, float]:
    """Weights that make the examples likely and lie near `start`, by Newton's method."""
    names = sorted({n for e in found for n in e.features} | set(start))
    x = np.array([[e.features.get(n, 0.0) for n in names] for e in found])
    y = np.array([float(e.right) for e in found])
    origin = np.array([start.get(n, 0.0) for n in names])
    w = origin.copy()
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        gradient = x.T @ (y - p) - PULL * (w - origin)
        curvature = (x.T * (p * (1 - p))) @ x + PULL * np.eye(len(names))
        w = w + np.linalg.solve(curvature, gradient)
    return {n: round(float(v), 4) for n, v in zip(names, w, strict=True)}


def doubtful_below(found: list[Example], fitted: Mapping[str, float]) -> float:
    """The least chance at which a field may pass without doubt, so that few of those are wrong."""
    chances = _chances(found, fitted)
    wrong = np.array([not e.right for e in found])
    for limit in np.arange(LEAST_LIMIT, 0.995, 0.01):
        passed = chances >= limit
        if passed.any() and wrong[passed].mean() <= MOST_SILENT:
            return round(float(limit), 3)
    return 0.99


def _chances(found: list[Example], fitted: Mapping[str, float]) -> NDArray[np.float64]:
    totals = np.array([sum(fitted.get(n, 0.0) * v for n, v in e.features.items()) for e in found])
    result: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(totals, -30, 30)))
    return result


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", type=Path, nargs="+")
    parser.add_argument("--pages", type=Path, action="append", required=True)
    parser.add_argument("--write", action="store_true", help="replace ocr/doubt.json")
    args = parser.parse_args()
    found = [e for s, kept in zip(args.sets, args.pages, strict=True) for e in examples(s, kept)]
    fitted = fit(found, weights()["weights"])
    limit = doubtful_below(found, fitted)
    chances = _chances(found, fitted)
    for low, high in (
        (0, 0.5),
        (0.5, 0.8),
        (0.8, 0.9),
        (0.9, 0.95),
        (0.95, 0.98),
        (0.98, 0.995),
        (0.995, 1.01),
    ):
        inside = [e for e, p in zip(found, chances, strict=True) if low <= p < high]
        if inside:
            print(
                f"chance {low:.3f}-{high:.3f}: {len(inside):5} fields, right {np.mean([e.right for e in inside]):.3f}"
            )
    right = [p for e, p in zip(found, chances, strict=True) if e.right]
    wrong = [p for e, p in zip(found, chances, strict=True) if not e.right]
    print(f"doubtful below {limit}: needless {np.mean(np.array(right) < limit):.3f}, ", end="")
    print(
        f"wrong and not doubted {sum(p >= limit for p in wrong)} of {len(wrong)} wrong, {len(found)} fields"
    )
    for name, value in sorted(fitted.items(), key=lambda x: -abs(x[1])):
        print(f"  {name:16} {value:+.3f}")
    if args.write:
        data = {"weights": fitted, "doubtful_below": {"any": limit}}
        FILE.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
