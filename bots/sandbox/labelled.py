"""A labelled set of made-up deliveries, with the truth about them.

OUT/deliveries/0001.tif ...   what arrives, in the order of its names
OUT/applications.csv          the cases on file
OUT/truth.jsonl               what each delivery holds and what ought to become of it
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from bots.sandbox.casebook import Case, Casebook, make_casebook
from bots.sandbox.composer import Composer
from bots.sandbox.deliveries import Delivery
from bots.sandbox.names import Split
from bots.sandbox.post import PostOffice
from bots.sandbox.press import Press

COLUMNS = (
    "receipt_no",
    "program",
    "status",
    "name",
    "rrn",
    "birth_date",
    "phone",
    "address",
    "company",
    "business_no",
    "bank",
    "account",
)
TODAY = date(2026, 11, 20)


def case_row(case: Case) -> dict[str, str]:
    """A case as the system of record tells it, in the columns of applications.csv."""
    person = case.person
    return {
        "receipt_no": case.receipt_no,
        "program": case.program,
        "status": case.status,
        "name": person.name,
        "rrn": person.rrn,
        "birth_date": person.birth_date,
        "phone": person.phone,
        "address": person.address.text,
        "company": person.employer.company,
        "business_no": person.employer.business_no,
        "bank": person.bank,
        "account": person.account,
    }


def write_applications(path: Path, cases: Sequence[Case]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(case_row(case) for case in cases)


def write_set(
    out: Path,
    *,
    deliveries: int = 40,
    seed: int = 1,
    split: Split = "tune",
    people: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[Delivery]:
    """Write a whole set into `out`, which may exist but must hold no deliveries.

    people       how many are on file; default 5/4 of the deliveries, at least 40
    on_progress  called with (written, all) after every delivery
    """
    folder = out / "deliveries"
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} holds deliveries already; name another folder")
    book: Casebook = make_casebook(seed, split, TODAY, people or max(40, deliveries * 5 // 4))
    composed = Composer(seed, split, book, TODAY).compose_many(deliveries)
    with Press() as press:
        office = PostOffice(press, seed)
        for done, delivery in enumerate(composed, 1):
            office.send(delivery, folder)
            if on_progress:
                on_progress(done, len(composed))
    write_applications(out / "applications.csv", book.cases)
    lines = (json.dumps(d.truth(), ensure_ascii=False) for d in composed)
    (out / "truth.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return composed
