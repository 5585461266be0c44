"""Small papers with a text layer, made in milliseconds: for tests that need many deliveries, not hard ones."""

from __future__ import annotations

import ctypes
import subprocess
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

A4 = (595, 842)


@cache
def _font_file() -> bytes:
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", "NanumGothic"], capture_output=True, text=True, check=True
    )
    return Path(found.stdout).read_bytes()


def text_pdf(pages: list[list[str]]) -> bytes:
    """A PDF of A4 pages; the first line of a page is its title, in large type."""
    document = pdfium.PdfDocument.new()
    content = _font_file()
    buffer = (ctypes.c_uint8 * len(content)).from_buffer_copy(content)
    font = raw.FPDFText_LoadFont(document, buffer, len(content), raw.FPDF_FONT_TRUETYPE, True)
    for lines in pages:
        page = document.new_page(*A4)
        for number, text in enumerate(lines):
            size, left, top = (20.0, 200.0, 780.0) if number == 0 else (10.5, 60.0, 760.0 - 24 * number)
            _write(document, page, font, text, size, left, top)
        page.gen_content()
    from io import BytesIO

    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _write(
    document: pdfium.PdfDocument,
    page: pdfium.PdfPage,
    font: object,
    text: str,
    size: float,
    left: float,
    top: float,
) -> None:
    item = raw.FPDFPageObj_CreateTextObj(document, font, size)
    encoded = (text + "\0").encode("utf-16-le")
    words = ctypes.cast(ctypes.create_string_buffer(encoded), ctypes.POINTER(ctypes.c_ushort))
    raw.FPDFText_SetText(item, words)
    raw.FPDFPageObj_Transform(item, 1, 0, 0, 1, left, top)
    raw.FPDFPage_InsertObject(page, item)


def application_paper(receipt_no: str, name: str, rrn: str, phone: str, day: int = 1) -> list[str]:
    """One page of an application for unemployment benefit."""
    return [
        "실업급여 수급자격 인정신청서",
        f"접수번호 : {receipt_no}",
        f"성명 : {name}",
        f"주민등록번호 : {rrn}",
        f"전화번호 : {phone}",
        "이직사유 : 계약기간 만료에 따른 퇴직이며 재취업을 희망합니다.",
        "「고용보험법」 제43조에 따라 위와 같이 신청합니다.",
        f"2026년 10월 {day}일",
    ]
