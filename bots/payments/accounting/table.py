"""The rows of a file for the accounting system, as CSV and XLSX, and the rows of its answers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

COLUMNS = (
    "전표키",
    "구분",
    "회계연도",
    "회계코드",
    "회계",
    "예산과목코드",
    "예산과목",
    "결의번호",
    "지급번호",
    "일자",
    "금액",
)
ANSWER_COLUMNS = ("전표키", "결과", "접수번호", "등록금액", "사유")
_WON = COLUMNS.index("금액")
_BOOKED, _REFUSED = "등록", "반려"
_LONGEST = 200


class NotReadable(Exception):
    """A file of answers cannot be used as it is: what is wrong, and in which row."""


@dataclass(frozen=True, slots=True)
class Row:
    """One booking. Nothing of it names a person: the order's number leads to the payee in our own record.

    number      결의번호; end_to_end: of the transfer, "" for a commitment
    amount_won  negative takes back
    """

    key: str
    kind: str
    fiscal_year: int
    fund: str
    fund_title: str
    item: str
    item_title: str
    number: str
    end_to_end: str
    on: date
    amount_won: int

    @property
    def cells(self) -> tuple[str | int, ...]:
        """In the order of `COLUMNS`."""
        return (
            self.key,
            self.kind,
            self.fiscal_year,
            self.fund,
            self.fund_title,
            self.item,
            self.item_title,
            self.number,
            self.end_to_end,
            self.on.isoformat(),
            self.amount_won,
        )


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What became of one booking. `won`: as it was booked there, None where it was refused."""

    key: str
    booked: bool
    their_no: str
    won: int | None
    reason: str


def as_csv(rows: Iterable[Row], encoding: str) -> bytes:
    """With a line of titles. Raises UnicodeEncodeError for a title of ours that the encoding lacks."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells for row in rows)
    return target.getvalue().encode(encoding)


def as_xlsx(rows: Iterable[Row], title: str) -> bytes:
    """One sheet; sums are numbers, everything else is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for column, width in zip("ABCDEFGHIJK", (26, 9, 9, 20, 14, 22, 60, 18, 24, 12, 16), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    for row in rows:
        sheet.append([cell if at == _WON else _text(sheet, str(cell)) for at, cell in enumerate(row.cells)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _text(sheet: Any, value: str) -> WriteOnlyCell:
    """Text stays text, also where it begins like a formula."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell


def read_answers(content: bytes, encoding: str) -> list[AnswerRow]:
    """All rows, or none: raises `NotReadable` for the first that is not understood."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotReadable(f"{error.start}번째 바이트를 {encoding}(으)로 읽을 수 없습니다") from None
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(_understood(rows))
    except csv.Error as error:
        raise NotReadable(f"{rows.line_num}번째 줄이 CSV가 아닙니다") from error


def _understood(rows: Iterator[list[str]]) -> Iterator[AnswerRow]:
    titles = next(rows, None)
    if titles is None or tuple(title.strip() for title in titles) != ANSWER_COLUMNS:
        raise NotReadable(f"첫 줄은 {', '.join(ANSWER_COLUMNS)}이어야 합니다")
    for number, cells in enumerate(rows, 2):
        if any(cells):
            yield _one(number, [cell.strip() for cell in cells])


def _one(number: int, cells: Sequence[str]) -> AnswerRow:
    if len(cells) != len(ANSWER_COLUMNS) or any(len(cell) > _LONGEST for cell in cells):
        raise NotReadable(f"{number}번째 줄의 칸이 맞지 않습니다")
    key, result, their_no, won, reason = cells
    if not key or result not in (_BOOKED, _REFUSED):
        raise NotReadable(f"{number}번째 줄의 전표키나 결과를 알아볼 수 없습니다")
    if result == _REFUSED:
        return AnswerRow(key, False, their_no, None, reason)
    digits = won.replace(",", "")
    if not their_no or not digits.lstrip("-").isdecimal() or len(digits) > 15:
        raise NotReadable(f"{number}번째 줄의 접수번호나 등록금액을 알아볼 수 없습니다")
    return AnswerRow(key, True, their_no, int(digits), reason)
