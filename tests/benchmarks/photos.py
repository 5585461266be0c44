#!/usr/bin/env python3
"""Photos of pages on a desk: share of fields read right, flattened and not, beside a flat scan of the same page.

    python -m tests.benchmarks.photos [--papers 30] [--seed 1] [--corners-only]

Papers of fonts and layouts that nothing was tuned on are photographed 10 to 25 degrees askew, turned by 0, 90,
180 or 270 degrees, on plain, wooden, checked, striped, speckled grounds and among other papers, with shadows.
"corners" is the share of sheets whose corners are found within 1.5 % of the sheet's diagonal; "flat scans
touched" counts scans in which a sheet was seen that there is not: it has to be 0.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bots.sandbox import degrade, media
from bots.sandbox.casebook import make_casebook
from bots.sandbox.composer import Composer
from bots.sandbox.desk_photo import GROUNDS, DeskPhoto, desk_photo
from bots.sandbox.papers import Paper
from bots.sandbox.press import Gray, Press, page_images
from ocr import photo
from ocr.documents import understand
from ocr.page import read_page, read_raster
from ocr.raster import Raster
from ocr.types import PageRead

DAY = date(2026, 11, 20)
KINDS = ("plain", "no_number", "attachments", "certificate", "recognition")
TURNS = (0, 0, 90, 180, 270)
NEAR = 0.015


@dataclass
class Example:
    paper: Paper
    taken: DeskPhoto
    scan: Gray


def examples(count: int, seed: int) -> Iterator[Example]:
    book = make_casebook(seed, "test", DAY, 80)
    composer, rng = Composer(seed, "test", book, DAY), random.Random(seed)
    made = 0
    with Press() as press:
        while made < count:
            paper = composer.compose(KINDS[made % len(KINDS)], "photo", by_hand=False).parts[0].paper
            if paper.pages != 1 or not paper.fields:
                continue
            image = page_images(press.print([paper.html]), 200)[0]
            taken = desk_photo(image, rng, ground=GROUNDS[made % len(GROUNDS)], turn=TURNS[made % len(TURNS)])
            yield Example(paper, taken, degrade.scan_page(image, rng, 0))
            made += 1


def found(example: Example) -> bool:
    """Whether the corners are found where they are, whichever is called the first."""
    gray = np.asarray(cv2.cvtColor(example.taken.image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    corners, true = (
        photo.sheet_corners(gray, photo.darkest_channel(example.taken.image)),
        example.taken.corners,
    )
    if corners is None:
        return False
    worst = min(np.linalg.norm(np.roll(corners, k, 0) - true, axis=1).max() for k in range(4))
    return bool(worst < NEAR * np.linalg.norm(true[0] - true[2]))


def right(image: NDArray[np.uint8], paper: Paper, folder: Path) -> int:
    """Fields of the paper that are read as they are, from a JPEG of `image`."""
    path = folder / "page.jpg"
    media.write_photo(path, image, 0, 85)
    return agreeing(read_page(path, 1), paper)


def as_it_is(image: NDArray[np.uint8]) -> PageRead:
    """The picture read as if it were a scan: no sheet is looked for."""
    gray = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    return read_raster(Raster(gray, (0.0, 0.0), bilevel=False), 1)[0]


def agreeing(page: PageRead, paper: Paper) -> int:
    documents = understand([page])
    values = {name: plain(f.value) for d in documents for name, f in d.fields.items()}
    return sum(values.get(name) == plain(value) for name, value in paper.fields.items())


def plain(value: str) -> str:
    return re.sub(r"[^0-9A-Za-z가-힣]", "", value)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--papers", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corners-only", action="store_true", help="read nothing")
    given = parser.parse_args()
    seen: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as temporary:
        for example in examples(given.papers, given.seed):
            hit = found(example)
            seen.update({"taken": 1, "corners": hit, example.taken.ground: hit})
            seen["touched"] += photo.flattened(example.scan) is not example.scan
            if given.corners_only:
                continue
            fields["all"] += len(example.paper.fields)
            fields["scan"] += right(example.scan, example.paper, Path(temporary))
            fields["photo"] += right(example.taken.image, example.paper, Path(temporary))
            fields["not flattened"] += agreeing(as_it_is(example.taken.image), example.paper)
    print(f"corners {seen['corners']}/{seen['taken']}  flat scans touched {seen['touched']}")
    print("by ground  " + "  ".join(f"{ground} {seen[ground]}" for ground in GROUNDS))
    for way in ("scan", "photo", "not flattened") if fields["all"] else ():
        print(f"fields right, {way:14} {fields[way] / fields['all']:.3f}  ({fields[way]} of {fields['all']})")


if __name__ == "__main__":
    main()
