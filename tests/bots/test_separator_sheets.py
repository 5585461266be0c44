"""`./backoffice separators print`: what is printed is what the reader knows."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from typer.testing import CliRunner

from bots.cli import app
from bots.separator_sheets import separator_sheet
from config.case_code import CaseCode, CodeKind
from ocr.page import read_page
from ocr.separators import SHEET_TITLE, SHEET_WORDS, separator_on

CASES = ("2026-UB-0012345", "2026-VT-0000007")


def printed(path: Path, *arguments: str) -> list[str]:
    """The case that each sheet of the PDF names; pages are A4."""
    done = CliRunner().invoke(app, ["separators", "print", "-o", str(path), *arguments])
    assert done.exit_code == 0, done.output
    with pdfium.PdfDocument(path) as document:
        assert {(round(w), round(h)) for w, h in (p.get_size() for p in document)} == {(595, 842)}
        marks = [separator_on(read_page(path, number)) for number in range(1, len(document) + 1)]
    assert all(mark is not None and mark.sheet for mark in marks)
    return [mark.receipt_no for mark in marks if mark is not None]


def test_sheets_for_any_case_and_for_each_case(tmp_path: Path) -> None:
    assert printed(tmp_path / "a.pdf", "--count", "2") == ["", ""]
    both = ("--receipt-no", CASES[0], "--receipt-no", CASES[1])
    assert printed(tmp_path / "b.pdf", *both) == list(CASES)


@pytest.mark.parametrize("number", ["12", "2026-ub-0012345", "2026-UB-00123456"])
def test_what_is_no_receipt_number_is_refused_before_anything_is_written(number: str, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    done = CliRunner().invoke(app, ["separators", "print", "-o", str(path), "--receipt-no", number])
    assert done.exit_code == 2
    assert not path.exists()


def test_a_folder_that_is_not_there_is_said_plainly(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["separators", "print", "-o", str(tmp_path / "no" / "x.pdf"), "--count", "1"]
    )
    assert done.exit_code == 2
    assert "x.pdf" in re.sub(r"[\s│]", "", done.output), "however narrow the screen"


@pytest.mark.thorough
def test_the_sheet_tells_people_what_it_is_even_where_no_code_survives(tmp_path: Path) -> None:
    sheet = separator_sheet(CaseCode(CodeKind.SEPARATOR), 200).convert("L")
    for left, top in ((0, 0), (1, 0), (0, 1), (1, 1)):  # torn corners, and a stain in the middle
        sheet.paste(255, (left * 1230, top * 1850, left * 1230 + 424, top * 1850 + 489))
    sheet.paste(255, (580, 920, 1080, 1420))
    sheet.save(tmp_path / "torn.png", dpi=(200, 200))
    read = read_page(tmp_path / "torn.png", 1)
    assert read.barcodes == ()
    mark = separator_on(read)
    assert mark is not None and mark.sheet, (SHEET_TITLE, SHEET_WORDS, read.text)
