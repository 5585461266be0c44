"""Whole pages, read by the real engine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ocr.page import read_page, upright_image
from ocr.problems import TINY, UnreadableError
from ocr.types import PageRead
from tests.ocr import paper


def said(read: PageRead) -> str:
    return paper.digits(read.text)


def in_cells(read: PageRead) -> dict[tuple[int, int], str]:
    return {
        (read.cells[line.cell].row, read.cells[line.cell].column): paper.digits(line.text)
        for line in read.lines
        if line.cell is not None
    }


def test_a_fine_fax_gives_its_table(tmp_path: Path) -> None:
    read = read_page(paper.as_fax(paper.form(), tmp_path / "fine.tif"), 1)
    assert read.rotation == 0 and read.header == "" and read.problem is None
    assert len(read.cells) == 12
    assert {cell.table for cell in read.cells} == {0}
    cells = in_cells(read)
    assert cells[0, 1] == "홍길동" and cells[0, 3] == "01012345678" and cells[2, 3] == "110234567890"
    outside = [line.text for line in read.lines if line.cell is None]
    assert any("홍길동" in paper.digits(text) and "신청인" in paper.digits(text) for text in outside)
    assert PageRead.from_dict(read.to_dict()) == read


def test_a_standard_fax_upside_down_with_header_and_noise(tmp_path: Path) -> None:
    turned = paper.form().rotate(180.9, fillcolor=255)
    sent = paper.header(turned, "2026-11-09 18:47  FROM: 010-7793-8090  TO: 02-2250-5470  P.2")
    path = paper.as_fax(sent, tmp_path / "standard.tif", down=98, specks=1500)
    read = read_page(path, 1)
    assert read.rotation == 180
    assert len(read.cells) == 12
    assert "22505470" in paper.digits(read.header)
    assert "01012345678" in said(read) and "홍길동" in said(read)
    shown = upright_image(path, 1, read)
    assert shown.size == (read.width, read.height)
    line = next(line for line in read.lines if "01012345678" in paper.digits(line.text))
    ink = np.asarray(shown)[line.box.top : line.box.bottom, line.box.left : line.box.right]
    assert (ink < 128).mean() > 0.03


def test_a_scan_lying_on_its_side(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    paper.form(200).rotate(90, expand=True).save(path, "PDF", resolution=72)  # and a page size that lies
    read = read_page(path, 1)
    assert read.rotation == 90
    assert len(read.cells) == 12
    assert in_cells(read)[1, 1] == "19960121"


def test_a_photo_with_dark_ground_and_shadow(tmp_path: Path) -> None:
    sheet = paper.form(170)
    ground = Image.new("L", (sheet.width + 200, sheet.height + 160), 60)
    ground.paste(sheet, (90, 70))
    shade = np.linspace(1.0, 0.55, ground.width)[None, :]
    shaded = Image.fromarray((np.asarray(ground) * shade).astype(np.uint8)).rotate(1.5, fillcolor=40)
    shaded.save(tmp_path / "photo.jpg", quality=85)
    read = read_page(tmp_path / "photo.jpg", 1)
    assert read.rotation == 0
    assert in_cells(read)[0, 3] == "01012345678"


def test_streaks_borders_and_specks_say_nothing(tmp_path: Path) -> None:
    page = paper.form()
    pen = ImageDraw.Draw(page)
    pen.line([(1300, 0), (1300, page.height)], fill=0, width=3)
    pen.rectangle([0, 0, 60, page.height], fill=0)
    read = read_page(paper.as_fax(page, tmp_path / "dirty.tif", specks=3000), 1)
    assert len(read.cells) == 12
    assert in_cells(read)[0, 1] == "홍길동"
    assert len(read.lines) <= 17


def test_a_blank_page_is_blank(tmp_path: Path) -> None:
    empty = Image.new("L", (2480, 3508), 255)
    read = read_page(paper.as_fax(empty, tmp_path / "blank.tif", specks=800), 1)
    assert read.lines == () and read.ink < 0.0006 and read.problem is None


def test_one_pixel_is_too_small(tmp_path: Path) -> None:
    Image.new("1", (1, 1)).save(tmp_path / "dot.tif")
    with pytest.raises(UnreadableError) as caught:
        read_page(tmp_path / "dot.tif", 1)
    assert caught.value.code == TINY


def test_a_fine_scan_in_one_bit_is_read_at_300_dpi(tmp_path: Path) -> None:
    page = paper.form(600)
    Image.fromarray(np.asarray(page) > 150).save(tmp_path / "mfp.tif", compression="group4", dpi=(600, 600))
    read = read_page(tmp_path / "mfp.tif", 1)
    assert abs(read.width - 2481) <= 2 and len(read.cells) == 12
    assert in_cells(read)[2, 3] == "110234567890"
