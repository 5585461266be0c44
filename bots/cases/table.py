"""Cases from a CSV or XLSX file, or a folder into which another system drops such files."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path

from bots.cases.source import CasePage, CaseRow, SourceError

_SUFFIXES = (".csv", ".xlsx")
_SETTLE_SECONDS = 3.0
# Headings as the center's own exports write them.
_HEADINGS = {
    "접수번호": "receipt_no",
    "제도": "program",
    "상태": "status",
    "성명": "name",
    "주민등록번호": "rrn",
    "생년월일": "birth_date",
    "전화번호": "phone",
    "주소": "address",
    "우편번호": "postcode",
    "전자우편": "email",
    "전자문서함": "box",
    "수신동의": "consents",
    "수신동의일": "consents_on",
    "사업장명": "company",
    "사업자등록번호": "business_no",
    "사업장전화": "employer_phone",
    "사업장팩스": "employer_fax",
    "대표자": "representative",
    "사업장우편번호": "employer_postcode",
    "사업장주소": "employer_address",
    "사업장전자우편": "employer_email",
    "사업장전자문서함": "employer_box",
    "사업장수신동의": "employer_consents",
    "은행": "bank",
    "계좌번호": "account",
    "접수일": "received_on",
    "처리기한": "due_on",
    "담당자번호": "officer",
    "담당자": "officer_name",
    "담당부서": "officer_team",
    "담당센터": "officer_center",
}


class TableSource:
    """CSV (UTF-8 or CP949) and XLSX files; the cursor is what was read of which file, as JSON."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = f"table:{path.name}"

    def pages(self, cursor: str) -> Iterator[CasePage]:
        """One page a file, oldest first. Raises SourceError for a file that cannot be understood."""
        known: dict[str, str] = json.loads(cursor) if cursor else {}
        stamps = {file: _stamp(file) for file in self._files()}
        todo = sorted(
            (f for f in stamps if known.get(f.name) != stamps[f]), key=lambda f: f.stat().st_mtime_ns
        )
        # Files that are gone need not be remembered.
        read = {f.name: known[f.name] for f in stamps if f.name in known}
        for number, file in enumerate(todo, 1):
            read[file.name] = stamps[file]
            yield CasePage(tuple(self._rows(file)), json.dumps(read, sort_keys=True), more=number < len(todo))

    def _files(self) -> list[Path]:
        if self.path.is_file():
            return [self.path]
        if not self.path.is_dir():
            raise SourceError(
                f"사건 파일이 없습니다: {self.path} — BACKOFFICE_CASE_SOURCE_URL을 확인하십시오"
            )
        tables = [f for f in self.path.iterdir() if f.suffix.lower() in _SUFFIXES and f.name[0] not in "~."]
        # One that was changed a moment ago may still be written.
        return [f for f in tables if time.time() - f.stat().st_mtime >= _SETTLE_SECONDS]

    def _rows(self, file: Path) -> Iterator[CaseRow]:
        table = _read_xlsx(file) if file.suffix.lower() == ".xlsx" else _read_csv(file)
        heading = next(table, None)
        if heading is None:
            raise SourceError(f"{file.name}: 제목 줄이 없습니다")
        names = [_HEADINGS.get(h.strip(), h.strip()) for h in heading]
        for number, row in enumerate(table, 2):
            if any(cell.strip() for cell in row):
                yield CaseRow.from_mapping(dict(zip(names, row, strict=False)), f"{file.name} {number}행")


def _stamp(file: Path) -> str:
    """Changes when the file does, whichever way its clock goes."""
    stat = file.stat()
    return f"{stat.st_mtime_ns}:{stat.st_size}"


def _read_csv(file: Path) -> Iterator[list[str]]:
    raw = file.read_bytes()
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        yield from csv.reader(io.StringIO(text, newline=""))
        return
    raise SourceError(f"{file.name}: UTF-8도 CP949도 아닙니다 — CSV를 UTF-8로 다시 저장하십시오")


def _read_xlsx(file: Path) -> Iterator[list[str]]:
    import openpyxl

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise SourceError(f"{file.name}: 엑셀 파일로 열 수 없습니다 ({type(error).__name__})") from error
    for row in book.worksheets[0].iter_rows(values_only=True):
        yield ["" if v is None else str(v) for v in row]
