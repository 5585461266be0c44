"""Batch scans of a day's post: many letters in one file, divided by separator sheets, blank sheets or nothing.

What a cheap office scanner makes of it: one bit a pixel at 200 dpi, skewed, specked, some pages on their heads.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from PIL import Image

from bots.sandbox import degrade
from bots.sandbox.composer import Composer
from bots.sandbox.deliveries import Delivery, Part
from bots.sandbox.letters import reply_slip
from bots.sandbox.papers import Paper
from bots.sandbox.press import Gray, Press, page_images
from bots.separator_sheets import separator_sheet
from config.case_code import CaseCode, CodeKind

DPI = 200
Divided = Literal["separator", "blank", "none"]
KINDS = {
    "plain": 8, "no_number": 3, "attachments": 5, "changed": 2, "from_employer": 2, "not_on_file": 1,
    "closed": 1, "namesake": 1, "family": 1, "certificate": 2, "recognition": 2, "reply": 4,
}  # fmt: skip
_CASE_SHEETS = 0.2  # of the separator sheets name a case
_ON_ITS_HEAD = 0.06


@dataclass(frozen=True)
class Sheet:
    """One page of the file: a page of a letter, a separator, or a blank (a sheet or a back)."""

    kind: Literal["letter", "separator", "blank"]
    letter: int = 0
    part: int = 0
    page: int = 0
    receipt_no: str = ""


@dataclass
class Batch:
    """A batch before it is scanned. `sheets` are its pages in order."""

    divided: Divided
    duplex: bool
    letters: list[Delivery]
    sheets: list[Sheet] = field(default_factory=list)

    def pages_of(self, letter: int) -> list[int]:
        """Numbers in the file of the pages of a letter (from 0)."""
        return [n for n, s in enumerate(self.sheets, 1) if s.kind == "letter" and s.letter == letter]

    def truth(self) -> dict[str, Any]:
        """As of one delivery, `pages` being those of the file; and what every page is."""
        parts: list[dict[str, Any]] = []
        for number, letter in enumerate(self.letters):
            numbers = iter(self.pages_of(number))
            for part in letter.truth()["parts"]:
                parts.append(part | {"pages": [next(numbers) for _ in part["pages"]], "letter": number + 1})
        return {
            "media": "batch",
            "kind": f"batch_{self.divided}",
            "sender": "",
            "sent_before": False,
            "letters": len(self.letters),
            "sheets": [s.kind for s in self.sheets],
            "parts": parts,
        }


def compose_batch(
    composer: Composer,
    letters: int,
    divided: Divided,
    *,
    duplex: bool = False,
    kinds: Sequence[str] = (),
) -> Batch:
    """Letters in random situations (or of these `kinds`), in the order in which they lie in the feeder."""
    rng = composer.rng
    names, weights = list(KINDS), list(KINDS.values())
    drawn = kinds or [rng.choices(names, weights)[0] for _ in range(letters)]
    batch = Batch(divided, duplex, [_letter(composer, kind) for kind in drawn])
    for number, letter in enumerate(batch.letters):
        _lay(batch, number, letter, rng)
    return batch


def _letter(composer: Composer, kind: str) -> Delivery:
    if kind == "reply":
        return _reply(composer)
    letter = composer.compose(kind, "scan_pdf")
    letter.parts = [p for p in letter.parts if p.paper.type not in ("fax_cover", "blank")]
    return letter


def _reply(composer: Composer) -> Delivery:
    """The center's own letter comes back, with what it asked for."""
    letter = composer.compose("certificate", "scan_pdf")
    parts = [p for p in letter.parts if p.paper.type not in ("fax_cover", "blank", "other")]
    person = parts[0].paper.person
    assert person is not None
    case = composer.book.open_cases_of(person)[0]
    slip = Paper(
        "other", person, reply_slip(case.receipt_no, person.name), 1, {"receipt_no": case.receipt_no}
    )
    own = [Part(p.paper, case.receipt_no, "attached", "", (case.receipt_no,)) for p in parts]
    letter.kind = "reply"
    letter.parts = [Part(slip, case.receipt_no, "attached", "", (case.receipt_no,)), *own]
    return letter


def _lay(batch: Batch, number: int, letter: Delivery, rng: random.Random) -> None:
    """Put a letter's pages, and what divides it from the one before, into the feeder."""
    if batch.divided == "separator":
        receipt = next((p.receipt_no for p in letter.parts if p.decision == "attached"), None)
        one_case = len({p.receipt_no for p in letter.parts}) == 1
        named = receipt if receipt and one_case and rng.random() < _CASE_SHEETS else ""
        batch.sheets.append(Sheet("separator", receipt_no=named))
        batch.sheets += [Sheet("blank")] * batch.duplex
    elif batch.divided == "blank" and number:
        batch.sheets += [Sheet("blank")] * (1 + batch.duplex)
    for index, part in enumerate(letter.parts):
        both_sides = rng.random() < 0.4
        for page in range(part.paper.pages):
            batch.sheets.append(Sheet("letter", number, index, page))
            last = page == part.paper.pages - 1
            if batch.duplex and (not both_sides or (last and page % 2 == 0)):
                batch.sheets.append(Sheet("blank"))


def write_batch(batch: Batch, press: Press, path: Path, seed: int, *, harsh: float = 1.0) -> Path:
    """Scan the batch to a TIFF (Group 4) or a PDF, as the name of `path` says; `harsh` multiplies the noise."""
    rng = random.Random(f"batch {seed}")
    printed: list[list[Gray]] = []
    open_letter = -1
    pages = []
    for sheet in batch.sheets:
        if sheet.kind == "letter":
            if sheet.letter != open_letter:
                printed, open_letter = _printed(batch.letters[sheet.letter], press), sheet.letter
            image = printed[sheet.part][sheet.page]
        elif sheet.kind == "separator":
            code = CaseCode(CodeKind.SEPARATOR, sheet.receipt_no)
            image = np.asarray(separator_sheet(code, DPI).convert("L"), dtype=np.uint8)
        else:
            image = np.full((2339, 1654), 255, np.uint8)
        pages.append(Image.fromarray(_scanned(image, rng, harsh)).convert("1"))
    options: dict[str, Any] = {"save_all": True, "append_images": pages[1:]}
    if path.suffix == ".pdf":
        pages[0].save(path, "PDF", resolution=DPI, **options)
    else:
        pages[0].save(path, "TIFF", compression="group4", dpi=(DPI, DPI), **options)
    return path


def _printed(letter: Delivery, press: Press) -> list[list[Gray]]:
    """The pages of each part."""
    images = iter(page_images(press.print([part.paper.html for part in letter.parts]), DPI))
    return [[next(images) for _ in range(part.paper.pages)] for part in letter.parts]


def _scanned(image: Gray, rng: random.Random, harsh: float) -> Gray:
    """A page as a feeder takes it: one bit, skewed, pale or dark, dust, now and then on its head."""
    noise = np.random.default_rng(rng.randrange(2**32))
    if image.shape[1] > image.shape[0]:
        image = degrade.turned(image, rng.choice((90, 270)))
    if rng.random() < _ON_ITS_HEAD:
        image = degrade.turned(image, 180)
    image = degrade.skewed(image, rng.gauss(0, 0.7 * harsh) if rng.random() < 0.8 else rng.uniform(-2.5, 2.5))
    out = image.astype(np.float32)
    pale = float(rng.choice((0, 0, 0, 30, 70)) * harsh)  # low toner, or pencil-gray print
    out = (pale + out * (255 - pale) / 255).astype(np.float32)
    out = np.asarray(cv2.GaussianBlur(out, (0, 0), rng.uniform(0.3, 0.8)), np.float32)
    out += noise.normal(0, 6 * harsh, out.shape).astype(np.float32)
    bits = out < rng.randrange(140, 185)
    dust = int(rng.choice((0, 0.00005, 0.0003, 0.001)) * harsh * bits.size)
    bits[noise.integers(0, bits.shape[0], dust), noise.integers(0, bits.shape[1], dust)] = True
    if rng.random() < 0.1:  # the feeder's roller leaves a line
        at = int(noise.integers(40, bits.shape[1] - 40))
        bits[:, at : at + 2] = True
    return np.where(bits, 0, 255).astype(np.uint8)
