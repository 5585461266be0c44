"""Cases from tables and messages: whole, in our words, and nobody's particulars under another's name."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import Session, select

from bots.cases.http import HttpRecordSystem
from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow, SourceError
from bots.cases.table import TableSource
from bots.sandbox.casebook import make_casebook
from bots.sandbox.record_system import Ledger, RecordSystem
from queues.models import Application, Person

HEADINGS = ["접수번호", "제도", "상태", "성명", "주민등록번호", "전화번호"]
ROW = ["2026-UB-5000001", "실업인정", "처리중", "홍길동", "960121-1021413", "010-2345-6789"]


def put(file: Path, text: str, encoding: str = "utf-8", age: float = 60) -> None:
    file.write_text(text, encoding)
    os.utime(file, (time.time() - age, time.time() - age))


def rows(source: TableSource, cursor: str = "") -> tuple[list[CaseRow], str]:
    found: list[CaseRow] = []
    for page in source.pages(cursor):
        found += page.cases
        cursor = page.cursor
    return found, cursor


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_korean_headings_and_words_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    put(tmp_path / "a.csv", ",".join(HEADINGS) + "\n" + ",".join(ROW) + "\n", encoding)
    (case,), _ = rows(TableSource(tmp_path))
    assert (case.receipt_no, case.program, case.status) == ("2026-UB-5000001", "ub_recognition", "open")


def test_an_excel_file_is_read_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADINGS)
    book.active.append(ROW)
    book.save(tmp_path / "a.xlsx")
    os.utime(tmp_path / "a.xlsx", (1, 1))
    (case,), _ = rows(TableSource(tmp_path))
    assert case.name == "홍길동"


def test_only_what_is_new_and_whole_is_read_even_with_an_older_clock(tmp_path: Path) -> None:
    text = ",".join(HEADINGS) + "\n" + ",".join(ROW) + "\n"
    put(tmp_path / "b.csv", text)
    put(tmp_path / "still-written.csv", text, age=0)
    source = TableSource(tmp_path)
    found, cursor = rows(source)
    assert len(found) == 1
    assert rows(source, cursor)[0] == []
    put(tmp_path / "copied.csv", text.replace("5000001", "5000002"), age=9_000)
    (case,), _ = rows(source, cursor)
    assert case.receipt_no == "2026-UB-5000002"


def test_an_unknown_status_is_an_error_and_not_a_closed_case() -> None:
    with pytest.raises(SourceError, match=r"3행: 모르는 상태 '이관'"):
        CaseRow.from_mapping(
            {"receipt_no": "2026-UB-1", "program": "ub_application", "status": "이관"}, "3행"
        )


def test_one_number_under_two_names_stays_two_people(session: Session) -> None:
    kim = CaseRow(
        "2026-UB-5100001", "ub_application", name="김하나", rrn="880808-2345671", phone="010-1111-2222"
    )
    slip = CaseRow(
        "2026-VT-5100002", "vtc_application", name="박두리", rrn="880808-2345671", phone="010-3333-4444"
    )
    upsert_cases(session, [kim, slip])
    query = select(Application.receipt_no, Person.name, Person.phone).join(Person)
    assert {tuple(r) for r in session.exec(query)} == {
        ("2026-UB-5100001", "김하나", "010-1111-2222"),
        ("2026-VT-5100002", "박두리", "010-3333-4444"),
    }


def test_a_corrected_name_is_taken_over(session: Session) -> None:
    wrong = CaseRow("2026-UB-5200001", "ub_application", name="이서현", rrn="910303-2345671")
    upsert_cases(session, [wrong])
    upsert_cases(session, [CaseRow("2026-UB-5200001", "ub_application", name="이서연", rrn="910303-2345671")])
    query = select(Person.name).join(Application).where(Application.receipt_no == "2026-UB-5200001")
    assert session.exec(query).one() == "이서연"


def test_the_system_of_record_tells_the_employers_numbers_too() -> None:
    book = make_casebook(3, "tune", date(2026, 11, 2))
    system = RecordSystem(Ledger(book.cases[:60]))
    system.start()
    try:
        client = HttpRecordSystem(system.url)
        pages = list(client.pages(""))
        client.close()
    finally:
        system.stop()
    cases = [case for page in pages for case in page.cases]
    assert len(cases) == 60
    assert len(pages) > 1, "a page at a time"
    told = {c.receipt_no: c for c in cases}
    for case in book.cases[:60]:
        firm = case.person.employer
        row = told[case.receipt_no]
        assert (row.business_no, row.employer_fax, row.employer_phone) == (
            firm.business_no,
            firm.fax,
            firm.phone,
        )
