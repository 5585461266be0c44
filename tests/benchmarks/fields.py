#!/usr/bin/env python3
"""Where reading loses: pages typed and fields read of a labelled set, by medium and by field.

    tests/benchmarks/fields.py SET [--pages FOLDER] [--verbose]

SET holds deliveries/ and truth.jsonl. With --pages, pages read before are taken from FOLDER
(NNNN-P.json, what PageRead.to_dict gives) instead of being read again; pages read now are kept there.
Compared as the labelled sets' scorer does: digits, Latin letters and Hangul, nothing else.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from ocr.documents import understand
from ocr.types import DocumentRead, PageRead


def norm(value: object) -> str:
    return re.sub(r"[^0-9A-Za-z가-힣]", "", str(value or ""))


def pages_of(delivery: Path, count: int, kept: Path | None) -> list[PageRead]:
    from ocr.page import read_page

    out = []
    for number in range(1, count + 1):
        file = kept / f"{delivery.stem}-{number}.json" if kept else None
        if file and file.exists():
            out.append(PageRead.from_dict(json.loads(file.read_text(encoding="utf-8"))))
            continue
        page = read_page(delivery, number)
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(page.to_dict(), ensure_ascii=False), encoding="utf-8")
        out.append(page)
    return out


class Tally:
    """Counts by group: pages and fields, right, wrong, doubted."""

    def __init__(self) -> None:
        self.groups: dict[str, Counter[str]] = {}

    def add(self, key: str, group: str) -> None:
        self.groups.setdefault(group, Counter())[key] += 1

    def line(self, group: str) -> str:
        c = self.groups[group]
        parts = [f"{group:28}"]
        if c["pages"]:
            parts.append(f"pages {c['pages']:4} typed {c['typed'] / c['pages']:.3f}")
        if c["fields"]:
            wrong_silent = c["fields"] - c["right"] - c["wrong_doubted"] - c["missing"]
            parts.append(
                f"fields {c['fields']:4} right {c['right'] / c['fields']:.3f} "
                f"needless doubt {c['doubt_right'] / max(1, c['right']):.3f} "
                f"missing {c['missing']} wrong doubted {c['wrong_doubted']} wrong silent {wrong_silent}"
            )
        return "  ".join(parts)


def compare(
    truth: dict[str, Any], documents: tuple[DocumentRead, ...], tally: Tally, verbose: bool, name: str
) -> None:
    by_page = {n: d for d in documents for n in d.pages}
    medium = truth["media"]
    for part in truth["parts"]:
        hand = bool(part.get("handwritten"))
        for page in part["pages"]:
            typed = by_page[page].type == part["type"]
            for group in ("all", f"medium {medium}", f"type {part['type']}"):
                tally.add("pages", group)
                if typed:
                    tally.add("typed", group)
            if not typed:
                d = by_page[page]
                print(
                    f"TYPE {name} p{page} {medium} truth {part['type']} got {d.type} {d.type_confidence:.2f}"
                )
        document = by_page[part["pages"][0]]
        for key, value in part["fields"].items():
            got = document.fields.get(key)
            right = got is not None and norm(got.value) == norm(value)
            outcome = ["fields"]
            if right:
                outcome += ["right", "doubt_right"] if got and got.doubtful else ["right"]
            elif got is None or not norm(got.value):
                outcome.append("missing")
            elif got.doubtful:
                outcome.append("wrong_doubted")
            medium_group = f"medium {medium}{' hand' if hand else ''}"
            for group in (
                "hand" if hand else "printed",
                medium_group,
                f"field {key}{' hand' if hand else ''}",
            ):
                for o in outcome:
                    tally.add(o, group)
            if verbose and (not right or (got and got.doubtful)):
                mark = "doubt" if right else "WRONG"
                said = (
                    f"{got.value!r} raw {got.raw!r} {got.confidence:.2f} {got.doubtful} {got.notes}"
                    if got
                    else None
                )
                where = f"{name} p{part['pages'][0]} {medium}{' hand' if hand else ''}"
                print(f"{mark} {where} {part['type']}.{key}: {value} <- {said}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("set", type=Path)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    tally = Tally()
    for line in (args.set / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        delivery = args.set / truth["file"]
        count = max(p for part in truth["parts"] for p in part["pages"])
        pages = pages_of(delivery, count, args.pages)
        compare(truth, understand(pages), tally, args.verbose, delivery.name)
    for group in sorted(tally.groups):
        print(tally.line(group))
    total: Counter[str] = tally.groups.get("printed", Counter()) + tally.groups.get("hand", Counter())
    pages_ = tally.groups["all"]
    print(f"pages_typed_right: {pages_['typed'] / max(1, pages_['pages']):.4f}")
    for name, group in (("fields_right", "printed"), ("fields_right_hand", "hand")):
        c = tally.groups.get(group, Counter())
        print(f"{name}: {c['right'] / max(1, c['fields']):.4f}")
    print(f"doubtful_share: {total['doubt_right'] / max(1, total['right']):.4f}")


if __name__ == "__main__":
    main()
