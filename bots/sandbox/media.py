"""Writes what arrives: TIFF G3/G4 with its true resolution, PDF of scans or of text, JPEG, PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image

Gray = NDArray[np.uint8]
Bits = NDArray[np.bool_]


def write_fax(path: Path, pages: Sequence[Bits], vertical_dpi: int, compression: str = "group4") -> None:
    """A bilevel TIFF of all pages; `compression` is "group3" or "group4"."""
    images = [Image.fromarray(np.where(bits, 0, 255).astype(np.uint8)).convert("1") for bits in pages]
    images[0].save(
        path,
        "TIFF",
        save_all=True,
        append_images=images[1:],
        compression=compression,
        dpi=(204, vertical_dpi),
    )


def write_scan(path: Path, pages: Sequence[Gray], dpis: Sequence[float], quality: int = 72) -> None:
    """A PDF with one JPEG a page; `dpis` state the page sizes, truthfully or not."""
    with pdfium.PdfDocument.new() as document:
        for image, dpi in zip(pages, dpis, strict=True):
            data = io.BytesIO()
            Image.fromarray(image).save(data, "JPEG", quality=quality)
            data.seek(0)
            width, height = image.shape[1] * 72 / dpi, image.shape[0] * 72 / dpi
            page = document.new_page(width, height)
            picture = pdfium.PdfImage.new(document)
            picture.load_jpeg(data, inline=True)
            picture.set_matrix(pdfium.PdfMatrix().scale(width, height))
            page.insert_obj(picture)
            page.gen_content()
        document.save(str(path))


# EXIF orientation that makes a viewer turn a picture clockwise by so many degrees.
EXIF_ORIENTATION = {0: 1, 180: 3, 90: 6, 270: 8}


def write_photo(path: Path, image: NDArray[np.uint8], turn_by_exif: int = 0, quality: int = 78) -> None:
    """A JPEG; with `turn_by_exif` the pixels lie on their side and EXIF says how to turn them upright."""
    stored = np.ascontiguousarray(np.rot90(image, turn_by_exif // 90))
    picture = Image.fromarray(stored)
    exif = Image.Exif()
    exif[0x0112] = EXIF_ORIENTATION[turn_by_exif]
    exif[0x010F] = "Sandbox"
    picture.save(path, "JPEG", quality=quality, exif=exif, dpi=(72, 72))


def write_png(path: Path, image: Gray, dpi: float) -> None:
    Image.fromarray(image).save(path, "PNG", dpi=(dpi, dpi))
