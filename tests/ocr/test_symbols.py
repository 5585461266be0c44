"""A receipt number in a QR code, from the pixels to the field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import segno
from PIL import Image

from config.case_code import CaseCode, CodeKind
from ocr.documents import understand
from ocr.page import read_page
from ocr.symbols import with_symbols
from ocr.types import Barcode, Box, FieldValue, PageRead
from tests.ocr.sheet import Sheet

RECEIPT = "2026-UB-0012345"


def _page(*texts: str) -> PageRead:
    symbols = tuple(Barcode("QRCode", text, Box(0, 0, 9, 9)) for text in texts)
    return PageRead(1, 100, 100, barcodes=symbols)


def _printed(value: str, *, doubtful: bool = False) -> dict[str, FieldValue]:
    return {"receipt_no": FieldValue("receipt_no", value, value, 0.95, doubtful, 1)}


def test_a_printed_code_is_read_from_a_fax(tmp_path: Path) -> None:
    segno.make(f"https://center.example/r/{RECEIPT}", error="m").save(tmp_path / "q.png", scale=9)
    page = Image.new("L", (1728, 2292), 255)
    page.paste(Image.open(tmp_path / "q.png").convert("L"), (200, 200))
    page.convert("1").save(tmp_path / "fax.tif", compression="group4", dpi=(204, 196))
    read = read_page(tmp_path / "fax.tif", 1)
    assert [symbol.text[-len(RECEIPT) :] for symbol in read.barcodes] == [RECEIPT]
    assert with_symbols({}, [read])["receipt_no"].value == RECEIPT


def test_a_code_outweighs_a_doubtful_reading_but_not_a_sure_one() -> None:
    assert not with_symbols(_printed("2026-UB-0012845", doubtful=True), [_page(RECEIPT)])[
        "receipt_no"
    ].doubtful
    assert with_symbols(_printed("2026-UB-0099999"), [_page(RECEIPT)])["receipt_no"].doubtful


def test_other_codes_and_two_numbers_say_nothing() -> None:
    assert with_symbols({}, [_page("https://example.com/1234567")]) == {}
    assert with_symbols({}, [_page(RECEIPT, "2026-UB-0054321")]) == {}


def test_the_centers_own_code_gives_the_number_and_a_damaged_one_nothing() -> None:
    code = CaseCode(CodeKind.LETTER, RECEIPT).text
    assert with_symbols({}, [_page(code)])["receipt_no"].value == RECEIPT
    assert with_symbols({}, [_page(code[:-1] + "0")]) == {}
    assert with_symbols({}, [_page(CaseCode(CodeKind.SEPARATOR).text)]) == {}


def test_two_codes_of_the_centers_apart_make_it_doubtful() -> None:
    codes = [CaseCode(CodeKind.LETTER, number).text for number in (RECEIPT, "2026-UB-0054321")]
    told = with_symbols({}, [_page(*codes)])["receipt_no"]
    assert (told.value, told.doubtful) == (RECEIPT, True)


def test_a_page_of_no_known_kind_keeps_the_number_of_the_centers_code() -> None:
    code = CaseCode(CodeKind.LETTER, RECEIPT).text
    page = replace(
        Sheet().text("안내 말씀 드립니다 귀하의 건승을 기원합니다").page(), barcodes=_page(code).barcodes
    )
    (document,) = understand([page])
    assert document.type == "other"
    assert document.fields["receipt_no"].value == RECEIPT
    (advert,) = understand([replace(page, barcodes=_page(RECEIPT).barcodes)])
    assert advert.fields == {}


def test_a_letter_of_the_centers_that_comes_back_is_none_of_the_papers_that_it_names() -> None:
    named = Sheet().text("통장사본").text("예금주 홍길동 계좌번호 110-123-456789").page()
    code = CaseCode(CodeKind.LETTER, RECEIPT).text
    (paper,) = understand([named])
    (letter,) = understand([replace(named, barcodes=_page(code).barcodes)])
    assert (paper.type, letter.type) == ("bankbook_copy", "other")
    assert list(letter.fields) == ["receipt_no"]
