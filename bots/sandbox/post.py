"""Sends a delivery: prints its papers, lets them suffer on their way, writes the file that arrives."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bots.sandbox import degrade, media
from bots.sandbox.deliveries import Delivery
from bots.sandbox.header import header_text
from bots.sandbox.press import Press, page_images

EXTENSIONS = {
    "fax_fine": "tif",
    "fax_std": "tif",
    "scan_pdf": "pdf",
    "text_pdf": "pdf",
    "photo": "jpg",
    "png": "png",
}
# A wrong stated page size: a scanner that believes in another resolution than it scanned with.
WRONG_DPI = 0.15


class PostOffice:
    """Writes deliveries into a folder, with one press for all. `seed` decides every speck."""

    def __init__(self, press: Press, seed: int) -> None:
        self.press, self.seed = press, seed
        self._printed: dict[int, bytes] = {}

    def send(self, delivery: Delivery, folder: Path, *, broken_off: bool = False) -> Path:
        """Write `folder/NNNN.ext` and note the pages' rotation in the delivery.

        A fax that is `broken_off` lacks the lower part of its last page.
        """
        rng = random.Random(f"post {self.seed} {delivery.number}")
        pdf = self._pdf(delivery)
        path = folder / f"{delivery.number:04d}.{EXTENSIONS[delivery.media]}"
        if delivery.media == "text_pdf":
            path.write_bytes(pdf)
            delivery.rotation = [0] * delivery.page_count
        elif delivery.media.startswith("fax"):
            self._fax(delivery, pdf, path, rng, broken_off)
        elif delivery.media == "scan_pdf":
            self._scan(delivery, pdf, path, rng)
        else:
            self._picture(delivery, pdf, path, rng)
        delivery.path = f"{folder.name}/{path.name}"
        return path

    def _pdf(self, delivery: Delivery) -> bytes:
        original = delivery.again or delivery
        if original.number not in self._printed:
            self._printed[original.number] = self.press.print([part.paper.html for part in original.parts])
        return self._printed[original.number]

    def _fax(self, delivery: Delivery, pdf: bytes, path: Path, rng: random.Random, broken_off: bool) -> None:
        header = header_text(delivery.sent, delivery.sender or delivery.caller, rng.randrange(4))
        vertical = degrade.FINE if delivery.media == "fax_fine" else degrade.STANDARD
        line = degrade.FaxLine.draw(rng, header if delivery.sender or delivery.caller else "", vertical)
        pages = []
        for number, image in enumerate(page_images(pdf, degrade.FAX_DPI), 1):
            turn = _lay_portrait(image, rng)
            upside_down = rng.random() < 0.07 and not broken_off
            portrait = degrade.turned(image, turn)
            pages.append(degrade.fax_page(portrait, line, number, rng, upside_down))
            delivery.rotation.append(_upright_by(turn + 180 * upside_down))
        if broken_off:
            pages[-1] = pages[-1][: int(len(pages[-1]) * 0.6)]
        media.write_fax(path, pages, vertical, rng.choice(("group4", "group4", "group3")))

    def _scan(self, delivery: Delivery, pdf: bytes, path: Path, rng: random.Random) -> None:
        dpi = rng.choice((200, 240, 300))
        pages, stated = [], []
        for image in page_images(pdf, dpi):
            turn = rng.choice((90, 180, 270)) if rng.random() < 0.1 else 0
            pages.append(degrade.scan_page(image, rng, turn))
            stated.append(dpi / 1.5 if rng.random() < WRONG_DPI else float(dpi))
            delivery.rotation.append(_upright_by(turn))
        media.write_scan(path, pages, stated, rng.choice((60, 72, 85)))

    def _picture(self, delivery: Delivery, pdf: bytes, path: Path, rng: random.Random) -> None:
        image: NDArray[np.uint8] = page_images(pdf, rng.choice((160, 180, 210)))[0]
        delivery.rotation = [0]
        if delivery.media == "png":
            media.write_png(path, degrade.scan_page(image, rng, 0), 200)
            return
        turn = rng.choice((90, 180, 270)) if rng.random() < 0.3 else 0
        media.write_photo(path, degrade.photo_page(image, rng), turn, rng.choice((60, 78, 88)))


def _upright_by(turned: int) -> int:
    return (360 - turned) % 360


def _lay_portrait(image: NDArray[np.uint8], rng: random.Random) -> int:
    """A fax machine takes paper upright: a wide page is fed lying on its side."""
    return rng.choice((90, 270)) if image.shape[1] > image.shape[0] else 0
