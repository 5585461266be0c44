"""Measures how the reader misreads, on a labelled set, and writes `confusions.yaml`.

    python -m ocr.linking.measure SET [SET ...] [--pages FOLDER ...]

SET holds `truth.jsonl` and the deliveries. Pages already read are taken from FOLDER
(`0001-1.json`: delivery, page), one folder per SET, and kept there; without a folder every page is
read. Use sets that are for tuning. What was measured is mixed with what was assumed before anything was
(`confusions_assumed.yaml`), which counts as much as `--assumed` readings.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ocr.linking import normal
from ocr.linking.channel import compare
from ocr.types import DocumentRead, PageRead

_FILE = Path(__file__).with_name("confusions.yaml")
_ASSUMED = Path(__file__).with_name("confusions_assumed.yaml")
_CONDITIONS = {
    "text_pdf": "text",
    "scan_pdf": "scan",
    "fax_fine": "fax_fine",
    "fax_std": "fax_std",
    "photo": "photo",
}
_QUANTILES = 5
_LEAST_CONFIDENCES = 8


@dataclass
class Seen:
    """The readings of one field under one condition."""

    total: int = 0
    missing: int = 0
    right: list[float] = field(default_factory=list)
    wrong: list[float] = field(default_factory=list)
    levels: Counter[str] = field(default_factory=Counter)


def normalise(name: str, text: str) -> str:
    """A field's value in the form in which linking compares it."""
    if name == "name":
        return normal.name(text)
    if name == "rrn":
        return normal.rrn_pattern(text)
    if name == "receipt_no":
        return normal.receipt(text)
    if name in ("company", "bank"):
        return normal.company(text)
    return normal.address(text) if name == "address" else normal.digits(text)


def observe(
    truth: Mapping[str, Any],
    documents: Sequence[DocumentRead],
    seen: dict[tuple[str, str], Seen],
    digits: dict[str, Counter[str]],
) -> None:
    """Adds one delivery: each part of the truth against the document that holds its first page."""
    by_page = {n: d for d in documents for n in d.pages}
    for part in truth["parts"]:
        read = by_page.get(part["pages"][0])
        condition = "hand" if part.get("handwritten") else _CONDITIONS.get(truth["media"], "scan")
        for name, true in part["fields"].items():
            s = seen[condition, name]
            s.total += 1
            value = read.fields.get(name) if read is not None else None
            got = normalise(name, value.value) if value is not None else ""
            if value is None or not got:
                s.missing += 1
            elif got == normalise(name, true):
                s.right.append(value.confidence)
            else:
                s.wrong.append(value.confidence)
                _note(name, got, normalise(name, true), s, digits)


def _note(name: str, got: str, true: str, s: Seen, digits: dict[str, Counter[str]]) -> None:
    level = compare(name, got, true).name
    s.levels["gap" if level == "part" else level] += 1
    if level in ("confusable", "one_digit"):
        for a, b in zip(got, true, strict=True):
            if a != b:
                digits[b][a] += 1


def blended(
    before: Mapping[str, Any],
    seen: Mapping[tuple[str, str], Seen],
    digits: Mapping[str, Counter[str]],
    assumed: float,
) -> dict[str, Any]:
    """`before` with what was seen; fields that no truth tells of stay as they were."""
    conditions = {}
    for condition, c in before["conditions"].items():
        fields = {}
        for name, old in c["fields"].items():
            s = seen.get((condition, name))
            fields[name] = _figures(old, s, assumed) if s is not None and s.total else dict(old)
        conditions[condition] = {"share": c["share"], "fields": fields}
    counts = {d: dict(sorted(n.items())) for d, n in sorted(digits.items())}
    return {"version": before["version"], "source": "measured", "conditions": conditions, "digits": counts}


def _figures(old: Mapping[str, Any], s: Seen, assumed: float) -> dict[str, Any]:
    read = len(s.right) + len(s.wrong)
    wrong = sum(s.levels[lv] for lv in old["levels"])
    return {
        "n": s.total,
        "missing": round((s.missing + assumed * old["missing"]) / (s.total + assumed), 4),
        "right": round((len(s.right) + assumed * old["right"]) / (read + assumed), 4),
        "levels": {
            lv: round((s.levels[lv] + 10 * share) / (wrong + 10), 4) for lv, share in old["levels"].items()
        },
        "confidence_right": _quantiles(s.right) or list(old["confidence_right"]),
        "confidence_wrong": _quantiles(s.wrong) or list(old["confidence_wrong"]),
    }


def _quantiles(values: Sequence[float]) -> list[float]:
    if len(values) < _LEAST_CONFIDENCES:
        return []
    ordered = sorted(values)
    return [round(ordered[round(i * (len(ordered) - 1) / (_QUANTILES - 1))], 3) for i in range(_QUANTILES)]


def _deliveries(folder: Path, kept: Path | None) -> Iterator[tuple[dict[str, Any], tuple[DocumentRead, ...]]]:
    from ocr.documents import understand
    from ocr.page import read_page

    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        file = folder / truth["file"]
        pages = []
        for n in sorted(n for part in truth["parts"] for n in part["pages"]):
            cached = kept / f"{file.stem}-{n}.json" if kept is not None else None
            if cached is not None and cached.exists():
                pages.append(PageRead.from_dict(json.loads(cached.read_text(encoding="utf-8"))))
                continue
            pages.append(read_page(file, n))
            if cached is not None:
                cached.write_text(json.dumps(pages[-1].to_dict(), ensure_ascii=False), encoding="utf-8")
        yield truth, understand(pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--pages", nargs="*", type=Path, default=[])
    parser.add_argument("--assumed", type=float, default=20.0)
    args = parser.parse_args()
    seen: dict[tuple[str, str], Seen] = defaultdict(Seen)
    digits: dict[str, Counter[str]] = defaultdict(Counter)
    for i, folder in enumerate(args.sets):
        for truth, documents in _deliveries(folder, args.pages[i] if i < len(args.pages) else None):
            observe(truth, documents, seen, digits)
    before = yaml.safe_load(_ASSUMED.read_text(encoding="utf-8"))
    found = blended(before, seen, digits, args.assumed)
    _FILE.write_text(
        yaml.safe_dump(found, allow_unicode=True, sort_keys=False, default_flow_style=None, width=120),
        encoding="utf-8",
    )
    for (condition, name), s in sorted(seen.items()):
        print(
            f"{condition:9} {name:12} n {s.total:4} missing {s.missing:3} right {len(s.right):4} {dict(s.levels)}"
        )


if __name__ == "__main__":
    main()
