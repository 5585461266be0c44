"""상담일지 as DOCX, for those who paste it into another document."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bots.counseling.note_sheet import Sheet

if TYPE_CHECKING:
    from docx.document import Document

FONT = "맑은 고딕"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def to_docx(sheet: Sheet, signed_at: datetime) -> bytes:
    """The same words as on the PDF."""
    from docx import Document as new_document

    document = new_document()
    _look(document)
    _about(document, sheet, signed_at)
    _title(document, sheet)
    _facts(document, sheet)
    _heading(document, "1. 상담 내용")
    _lines(document, sheet)
    _heading(document, "2. 할 일과 일정")
    _agreed(document, sheet)
    _end(document, sheet)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _look(document: Document) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(10)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(2)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(17)
    page.top_margin = page.bottom_margin = Mm(18)


def _about(document: Document, sheet: Sheet, signed_at: datetime) -> None:
    about = document.core_properties
    about.title, about.author, about.language = f"상담일지 {sheet.talk}-{sheet.number}", sheet.center, "ko-KR"
    about.comments = ""
    about.created = about.modified = signed_at.replace(tzinfo=None)


def _title(document: Document, sheet: Sheet) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    written = title.add_run("상 담 일 지")
    written.bold, written.font.size = True, Pt(20)
    why = f" (고친 사유: {_plain(sheet.why)})" if sheet.why else ""
    version = document.add_paragraph(f"제{sheet.number}판{why}")
    version.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _facts(document: Document, sheet: Sheet) -> None:
    way = f"{sheet.way} ({sheet.length})" if sheet.length else sheet.way
    rows = [
        ("상담번호", str(sheet.talk), "상담일시", sheet.held),
        ("상담방식", way, "상담사", " ".join(filter(None, (sheet.team, sheet.counselor)))),
        ("구직자", sheet.person, "생년월일", sheet.birth or "-"),
        ("접수번호", sheet.receipt_no or "-", "사업", sheet.program or "-"),
        ("녹음 동의", sheet.consent, "작성", sheet.transcript),
    ]
    _table(document, rows, (24, 64, 24, 64), heads=(0, 2))


def _lines(document: Document, sheet: Sheet) -> None:
    rows: list[tuple[str, ...]] = [("구분", "내용", "근거(녹음 위치)")]
    for block in sheet.blocks:
        for line in block.lines:
            mark = f" ({line.mark})" if line.mark else ""
            rows.append((block.title, line.text + mark, line.places or "-"))
    table = _table(document, rows, (28, 116, 32), heads=(0,), first_row=True)
    at = 1
    for block in sheet.blocks:
        top, bottom = table.cell(at, 0), table.cell(at + len(block.lines) - 1, 0)
        for row in range(at + 1, at + len(block.lines)):
            table.cell(row, 0).text = ""
        if len(block.lines) > 1:
            merged = top.merge(bottom)
            for empty in merged.paragraphs[1:]:
                empty._element.getparent().remove(empty._element)
        at += len(block.lines)
    told = "(수정)은 상담사가 초안을 고친 줄, (추가)는 상담사가 직접 쓴 줄입니다."
    document.add_paragraph(told + (" [ ] 안은 개인정보를 가린 자리입니다." if sheet.hides else ""))


def _agreed(document: Document, sheet: Sheet) -> None:
    rows: list[tuple[str, ...]] = [("구분", "누가", "내용", "기한·일시")]
    rows += [(one.kind, one.who, one.text, one.when) for one in sheet.agreed] or [
        ("-", "-", "정한 것 없음", "-")
    ]
    _table(document, rows, (20, 20, 90, 46), heads=(), first_row=True)


def _end(document: Document, sheet: Sheet) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for text, align, size in (
        ("위와 같이 상담하였음을 확인합니다.", WD_ALIGN_PARAGRAPH.CENTER, 11),
        (sheet.signed_day, WD_ALIGN_PARAGRAPH.CENTER, 11),
        (f"상담사  {sheet.counselor}  (전자서명)", WD_ALIGN_PARAGRAPH.RIGHT, 11),
        (sheet.center, WD_ALIGN_PARAGRAPH.CENTER, 15),
        (
            f"서명 {sheet.signed} · 서명한 내용의 확인값(SHA-256) {sheet.content}",
            WD_ALIGN_PARAGRAPH.LEFT,
            8,
        ),
    ):
        paragraph = document.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_before = Pt(6)
        written = paragraph.add_run(_plain(text))
        written.font.size, written.bold = Pt(size), size == 15


def _heading(document: Document, text: str) -> None:
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(10)
    paragraph.paragraph_format.keep_with_next = True
    written = paragraph.add_run(text)
    written.bold, written.font.size = True, Pt(11)


def _table(
    document: Document,
    rows: Sequence[tuple[str, ...]],
    widths: tuple[int, ...],
    *,
    heads: tuple[int, ...],
    first_row: bool = False,
) -> Any:
    """`heads`: columns that are titles; `first_row`: it is titles, and stands on every page again."""
    from docx.shared import Mm

    table = document.add_table(rows=len(rows), cols=len(widths))
    table.style, table.autofit = "Table Grid", False
    cells = [list(row.cells) for row in table.rows]
    for at, (row, told) in enumerate(zip(cells, rows, strict=True)):
        for place, (cell, text, width) in enumerate(zip(row, told, widths, strict=True)):
            cell.width, cell.text = Mm(width), _plain(text)
            if place in heads or (first_row and at == 0):
                _shade(cell)
    if first_row:
        _repeat(table.rows[0])
    return table


def _shade(cell: Any) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    cell._element.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="F1F1EE"/>')
    )


def _repeat(row: Any) -> None:
    from docx.oxml import OxmlElement

    row._element.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _plain(text: str) -> str:
    """XML has no place for control characters."""
    return _NOT_IN_XML.sub("", text)
