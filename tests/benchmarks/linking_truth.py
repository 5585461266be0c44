"""What linking does with perfectly read fields: `python -m tests.benchmarks.linking_truth SET`.

SET holds `truth.jsonl` and `applications.csv`. The truth's own fields are given to `link` with
confidence .99, so that what is measured is linking alone, by the rules of the labelled sets:
a paper sent before counts for nothing, receipt_no null means that a person must say.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from pathlib import Path

from ocr.linking import ApplicationOnFile, Arrival, CaseIndex, link
from ocr.types import DocumentRead, FieldValue

_NOT_PAPERS = ("fax_cover", "other", "blank")


def applications(folder: Path) -> list[ApplicationOnFile]:
    """The cases of a labelled set."""
    with (folder / "applications.csv").open(encoding="utf-8-sig") as f:
        names = ApplicationOnFile.__dataclass_fields__
        return [
            ApplicationOnFile(**{k: v for k, v in row.items() if k in names}) for row in csv.DictReader(f)
        ]


def as_read(part: dict) -> DocumentRead:  # type: ignore[type-arg]
    """A part of the truth as a document read without a fault."""
    page = part["pages"][0]
    fields = {k: FieldValue(k, v, v, 0.99, False, page) for k, v in part["fields"].items()}
    return DocumentRead(tuple(part["pages"]), part["type"], 1.0, fields)


def measure(folder: Path, show: bool = False) -> Counter[str]:
    """Counts: attachable, attached, right, wrong, and `review REASON`."""
    index = CaseIndex(applications(folder))
    n: Counter[str] = Counter()
    for line in (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines():
        delivery = json.loads(line)
        if delivery.get("sent_before"):
            continue
        found = link([as_read(p) for p in delivery["parts"]], Arrival(sender=delivery["sender"]), index)
        for part, got in zip(delivery["parts"], found, strict=True):
            if part["type"] in _NOT_PAPERS:
                continue
            right = part["receipt_no"] is not None and got.receipt_nos == (part["receipt_no"],)
            n["attachable"] += part["receipt_no"] is not None
            n["attached"] += got.decision == "attached"
            n["right"] += got.decision == "attached" and right
            n["wrong"] += got.decision == "attached" and not right
            n[f"review {got.reason}"] += got.decision == "review"
            if show and part["receipt_no"] and got.decision != "attached":
                print(delivery["file"], part["pages"], part["type"], got.reason, f"{got.probability:.5f}")
    return n


def main(folder: str) -> int:
    n = measure(Path(folder), show=True)
    rate = n["right"] / max(1, n["attachable"])
    print(f"attach_rate: {rate:.4f} ({n['right']} of {n['attachable']})")
    print(f"false_attach: {n['wrong']} of {n['attached']}")
    for key in sorted(k for k in n if k.startswith("review") and n[k]):
        print(f"{key}: {n[key]}")
    return 0 if not n["wrong"] and rate >= 0.97 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
