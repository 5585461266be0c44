#!/usr/bin/env python3
"""Batch scans: are all separators found, is any page lost, how many letters are rightly divided?

    python -m tests.benchmarks.batches [--letters 60] [--seed 1] [--read N] [--processes 2] [--keep FOLDER]

First the separators alone, of 60 letters scanned on one side to a TIFF and on both sides to a PDF, without
reading the papers between them. Then, with --read N, batches of N letters are read and divided in every way.

For each way of dividing (separator sheets, blank sheets, nothing), scanned on one side to a TIFF and on both
sides to a PDF: made-up letters of fonts and layouts that nothing was tuned on, one bit a pixel at 200 dpi,
skewed, specked, pale. With --keep, files and read pages stay in FOLDER and are not made again. Prints a line
for each batch:

    sheets     separators (or blank sheets) found, of how many; those seen where there was none
    lost       pages in no letter, or in two
    letters    those with exactly their own pages, of how many; how many were made
    mixed      letters made that hold papers of more than one, and how many of these are marked as doubtful
    attached   documents that linking puts to the right case by itself / to a wrong one / asks about
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

from bots.sandbox.batches import Divided, compose_batch, write_batch
from bots.sandbox.casebook import Casebook, make_casebook
from bots.sandbox.composer import Composer
from bots.sandbox.labelled import case_row
from bots.sandbox.press import Press
from ocr.barcodes import own_codes
from ocr.children import PageReaders
from ocr.cleaning import ink_share
from ocr.documents import understand
from ocr.linking import ApplicationOnFile, Arrival, CaseIndex, LinkPolicy, link
from ocr.page import open_page
from ocr.separators import Division, divide
from ocr.types import PageRead

DAY = date(2026, 11, 20)


def made(
    folder: Path, letters: int, seed: int, book: Casebook, ways: Sequence[Divided] = get_args(Divided)
) -> list[Path]:
    """The batches that are not there yet, printed and scanned; the paths of all."""
    composer = Composer(seed, "test", book, DAY)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with Press() as press:
        for divided in ways:
            for duplex in (False, True):
                path = folder / f"{divided}-{'both' if duplex else 'one'}.{'pdf' if duplex else 'tif'}"
                batch = compose_batch(composer, letters, divided, duplex=duplex)
                if not path.with_suffix(".json").exists():
                    write_batch(batch, press, path, seed)
                    path.with_suffix(".json").write_text(json.dumps(batch.truth(), ensure_ascii=False))
                paths.append(path)
    return paths


def read(path: Path, pool: PageReaders) -> tuple[list[PageRead], float]:
    """The pages of a file, and the seconds they took (0 when kept from before)."""
    kept = path.with_suffix(".pages.json")
    if kept.exists():
        return [PageRead.from_dict(d) for d in json.loads(kept.read_text())], 0.0
    began = time.monotonic()
    numbers = range(1, pool.inspect(path).page_count + 1)
    pages = sorted(pool.read_pages(path, numbers), key=lambda p: p.number)
    kept.write_text(json.dumps([p.to_dict() for p in pages], ensure_ascii=False))
    return pages, time.monotonic() - began


def looked_at(path: Path, count: int) -> list[PageRead]:
    """The pages with their codes and nothing else."""
    pages = []
    for number in range(1, count + 1):
        raster = open_page(path, number)
        ink = round(ink_share(raster.gray < 128), 5)
        pages.append(PageRead(number, *raster.gray.shape[::-1], barcodes=own_codes(raster).all, ink=ink))
    return pages


def separators_alone(folder: Path, letters: int, seed: int, book: Casebook) -> None:
    for path in made(folder, letters, seed, book, ("separator",)):
        truth = json.loads(path.with_suffix(".json").read_text())
        began = time.monotonic()
        pages = looked_at(path, len(truth["sheets"]))
        seconds = time.monotonic() - began
        division = divide(pages, batch=True)
        codes = [len(page.barcodes) for page in pages if page.number in division.separators]
        print(
            f"{path.name:20} {len(pages):4} pages  sheets {sheets(division, truth)}  lost {lost(pages, division)}  "
            f"letters {letters_right(division, truth)}  codes read {sum(codes)}/{5 * len(codes)}, "
            f"least on a sheet {min(codes)}  {seconds:.0f} s",
            flush=True,
        )


def letters_right(division: Division, truth: dict[str, Any]) -> str:
    """Letters with exactly their own pages, of how many."""
    owner = {n: part["letter"] for part in truth["parts"] for n in part["pages"]}
    true = {k: {n for n, letter in owner.items() if letter == k} for k in owner.values()}
    own = [{n for n in letter.pages if n in owner} for letter in division.letters]
    return f"{sum(pages in own for pages in true.values())}/{len(true)} ({len(division.letters)} made)"


def measure(pages: Sequence[PageRead], truth: dict[str, Any], index: CaseIndex) -> str:
    division = divide(pages, batch=True)
    owner = {n: part["letter"] for part in truth["parts"] for n in part["pages"]}
    own = [{n for n in letter.pages if n in owner} for letter in division.letters]
    mixed = [
        letter for letter, pages_of in zip(division.letters, own, strict=True)
        if len({owner[n] for n in pages_of}) > 1
    ]  # fmt: skip
    doubted = sum(letter.doubtful for letter in mixed)
    attached, wrong, asked = linked(pages, division, truth, index)
    return (
        f"sheets {sheets(division, truth)}  lost {lost(pages, division)}  "
        f"letters {letters_right(division, truth)}  mixed {len(mixed)} ({doubted} marked)  "
        f"attached {attached}/{wrong}/{asked}"
    )


def sheets(division: Division, truth: dict[str, Any]) -> str:
    there = {n for n, kind in enumerate(truth["sheets"], 1) if kind == "separator"}
    if there:
        found = set(division.separators)
        return f"{len(found & there)}/{len(there)} false {len(found - there)}"
    blank = {n for n, kind in enumerate(truth["sheets"], 1) if kind == "blank"}
    return f"{len(division.blanks)} blank, false {len(set(division.blanks) - blank)}"


def lost(pages: Sequence[PageRead], division: Division) -> int:
    placed = [n for letter in division.letters for n in letter.pages]
    placed += [*division.separators, *division.blanks]
    once = {n for n in placed if placed.count(n) == 1}
    return len({p.number for p in pages} ^ once)


def linked(
    pages: Sequence[PageRead], division: Division, truth: dict[str, Any], index: CaseIndex
) -> tuple[int, int, int]:
    """Documents attached to a right case, to a wrong one, and those for a person."""
    part_of = {n: part for part in truth["parts"] for n in part["pages"]}
    by_number = {p.number: p for p in pages}
    right = wrong = asked = 0
    for letter in division.letters:
        reads = [replace(by_number[n], number=i) for i, n in enumerate(letter.pages, 1)]
        documents = understand(reads)
        policy = LinkPolicy(sheets_follow=not letter.doubtful)
        for document, found in zip(
            documents,
            link(documents, Arrival(given_receipt_no=letter.receipt_no), index, policy),
            strict=True,
        ):
            own = [part_of[letter.pages[n - 1]] for n in document.pages if letter.pages[n - 1] in part_of]
            known = {number for part in own for number in (part["receipt_no"], *part["receipt_nos"])}
            right += found.decision == "attached" and known >= set(found.receipt_nos)
            wrong += found.decision == "attached" and not known >= set(found.receipt_nos)
            asked += found.decision == "review"
    return right, wrong, asked


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--letters", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read", type=int, default=0, help="read and divide so many letters of every kind")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=None)
    given = parser.parse_args()
    book = make_casebook(given.seed, "test", DAY, max(60, given.letters * 2))
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        separators_alone(folder / "separators", given.letters, given.seed, book)
        if given.read:
            read_all(folder / f"read{given.read}", given.read, given.seed, given.processes, book)


def read_all(folder: Path, letters: int, seed: int, processes: int, book: Casebook) -> None:
    index = CaseIndex([ApplicationOnFile(**case_row(case)) for case in book.cases])
    with PageReaders(processes) as pool:
        for path in made(folder, letters, seed, book):
            truth = json.loads(path.with_suffix(".json").read_text())
            pages, seconds = read(path, pool)
            print(f"{path.name:20} {len(pages):4} pages  {measure(pages, truth, index)}", end="")
            print(f"  {seconds:.0f} s" if seconds else "", flush=True)


if __name__ == "__main__":
    main()
