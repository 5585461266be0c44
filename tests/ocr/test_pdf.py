"""PDF: the text layer when it is good, pixels when it is not."""

from __future__ import annotations

from pathlib import Path

from ocr.page import read_page
from ocr.pdf import read_text_layer, render
from tests.ocr import paper

LINES = ["Name : HONG GILDONG", "Number 960121-1021413 phone 010-1234-5678", "Account 110-234-567890 WOORI"]


def test_a_good_layer_is_taken_with_its_cells(tmp_path: Path) -> None:
    read = read_page(paper.text_pdf(tmp_path / "a.pdf", LINES), 1)
    assert read.engine == "text_layer"
    assert [line.text for line in read.lines] == LINES
    assert [line.cell for line in read.lines] == [0, None, None]
    assert len(read.cells) == 1 and read.cells[0].box.width > 1000


def test_a_short_or_broken_layer_is_not(tmp_path: Path) -> None:
    assert read_text_layer(paper.text_pdf(tmp_path / "short.pdf", ["Name : HONG"]), 1) is None
    rubbish = ["\x7f\x80\x81\x82\x83" * 6] * 5
    assert read_text_layer(paper.text_pdf(tmp_path / "bad.pdf", rubbish), 1) is None


def test_a_scan_is_taken_at_its_own_resolution(tmp_path: Path) -> None:
    page = paper.form(200)
    page.save(tmp_path / "scan.pdf", "PDF", resolution=144)
    raster = render(tmp_path / "scan.pdf", 1)
    assert abs(raster.gray.shape[1] - page.width) <= 2 and raster.photo
