"""What machines do to paper keeps its size, its resolution and its ink."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence

from bots.sandbox import degrade, media


def sheet(height: int = 2386, width: int = 1687) -> NDArray[np.uint8]:
    """White paper with a black corner at the upper left."""
    image = np.full((height, width), 255, np.uint8)
    image[300:500, 200:500] = 0
    return image


@pytest.mark.parametrize("vertical", [degrade.FINE, degrade.STANDARD])
def test_a_fax_keeps_dots_and_lines(vertical: int) -> None:
    rng = random.Random(1)
    line = degrade.FaxLine.draw(rng, "2026-11-20 10:00 FROM: 010-1234-5678", vertical)
    page = degrade.fax_page(sheet(), line, 1, rng, upside_down=False)
    assert page.dtype == np.bool_
    assert page.shape[0] == round(2386 * vertical / 204)
    assert page.shape[1] in (1687, degrade.FAX_WIDTH)
    assert page[: page.shape[0] // 2].sum() > page[page.shape[0] // 2 :].sum()


def test_upside_down_puts_the_ink_at_the_foot() -> None:
    rng = random.Random(2)
    line = degrade.FaxLine.draw(rng, "", degrade.FINE)
    page = degrade.fax_page(sheet(), line, 1, rng, upside_down=True)
    assert page[: page.shape[0] // 2].sum() < page[page.shape[0] // 2 :].sum()


@pytest.mark.parametrize("compression", ["group3", "group4"])
def test_tiff_tells_its_true_resolution(tmp_path: Path, compression: str) -> None:
    bits = sheet(1146, 1728) < 128
    media.write_fax(tmp_path / "a.tif", [bits, ~bits], 98, compression)
    with Image.open(tmp_path / "a.tif") as image:
        assert [float(x) for x in image.info["dpi"]] == [204, 98]
        assert image.info["compression"] == compression
        pages = [np.array(p) for p in ImageSequence.Iterator(image)]
    assert np.array_equal(pages[0], ~bits)
    assert np.array_equal(pages[1], bits)


def test_a_scan_may_lie_about_its_size(tmp_path: Path) -> None:
    media.write_scan(tmp_path / "a.pdf", [sheet(), sheet()], [200, 133.3])
    with pdfium.PdfDocument(tmp_path / "a.pdf") as document:
        widths = [page.get_width() for page in document]
    assert widths[0] == pytest.approx(1687 * 72 / 200, abs=1)
    assert widths[1] == pytest.approx(1687 * 72 / 133.3, abs=1)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_exif_turns_a_photo_upright(tmp_path: Path, turn: int) -> None:
    photo = degrade.photo_page(sheet(1000, 700), random.Random(3))
    media.write_photo(tmp_path / "a.jpg", photo, turn)
    with Image.open(tmp_path / "a.jpg") as image:
        upright = np.array(ImageOps.exif_transpose(image).convert("L")).astype(int)
    assert upright.shape == (1000, 700)
    assert abs(upright - photo.mean(axis=2)).mean() < 6


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_scan_is_turned_clockwise(turn: int) -> None:
    image = sheet(1000, 700)
    scan = degrade.scan_page(image, random.Random(5), turn)
    upright = np.rot90(scan, turn // 90)
    assert upright.shape == (1000, 700)
    assert upright[320:480, 220:480].mean() < 90 < upright[700:, :].mean()
