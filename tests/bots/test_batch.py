"""A batch scan from its file to letters that are dealt with like any delivery, on a real database."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from sqlmodel import Session, col, select

from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow
from bots.intake import attach
from bots.intake.link import link_delivery_record
from bots.intake.read import read_delivery_record
from bots.separator_sheets import separator_sheet
from config.case_code import CaseCode, CodeKind
from dashboard.door import page_images
from ocr.children import PageReaders
from queues import database, files
from queues.batches import letter_place, letters_of, whereabouts
from queues.deliveries import Arrived, enter
from queues.models import Application, Attachment, Delivery, Document, Page, ReviewTask, WorkItem
from tests.bots.papers import application_paper, text_pdf
from tests.conftest import environment

KIM = CaseRow("2026-UB-3000137", "ub_application", "open", "김가온", "900101-1234567", phone="010-2222-3333")
LEE = CaseRow("2026-UB-3000274", "ub_application", "open", "이도윤", "850505-1345678", phone="010-4444-5555")
PARK = CaseRow("2026-UB-3000411", "ub_application", "open", "박서하", "770707-2456789", phone="010-6666-7777")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
BLANK: list[str] = []


@pytest.fixture(scope="module")
def pool() -> Iterator[PageReaders]:
    with PageReaders(processes=1, page_seconds=20, file_seconds=60) as readers:
        yield readers


@pytest.fixture(scope="module", autouse=True)
def record(database_url: str) -> None:
    with database.session() as session:
        upsert_cases(session, [KIM, LEE, PARK])


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[str]:
    """The source of a folder that is configured for batch scans."""
    folder = tmp_path / "post"
    folder.mkdir()
    with environment(BACKOFFICE_BATCH_DIRS=f'["{folder}"]'):
        yield "scan:post"


def form(case: CaseRow, day: int = 1) -> list[str]:
    return application_paper(case.receipt_no, case.name, case.rrn, case.phone, day)


@cache
def scanned_sheet(name: str) -> bytes:
    out = io.BytesIO()
    code = CaseCode(CodeKind.SEPARATOR, "" if name == "S" else name)
    separator_sheet(code, 150).save(out, "PDF", resolution=150)
    return out.getvalue()


def batch(*sheets: list[str] | str) -> bytes:
    """A PDF of papers (their lines), separators ("S") and separators of a case (its number)."""
    document = pdfium.PdfDocument.new()
    for sheet in sheets:
        content = scanned_sheet(sheet) if isinstance(sheet, str) else text_pdf([sheet])
        document.import_pages(pdfium.PdfDocument(content))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def deliver(content: bytes, name: str, pool: PageReaders, source: str = "scan:mfp") -> int:
    delivery_id = enter(Arrived(source, name, NOW, files.put(content), name))
    read_delivery_record(delivery_id, pool)
    return delivery_id


def go_on(session: Session, batch_id: int, pool: PageReaders) -> list[Delivery]:
    """What the work items of the letters do."""
    for letter in letters_of(session, batch_id):
        read_delivery_record(letter.id, pool)
        link_delivery_record(letter.id)
    session.expire_all()
    return list(letters_of(session, batch_id))


def states(session: Session, deliveries: Sequence[Delivery]) -> list[list[str]]:
    query = select(Document.delivery_id, Document.state, Document.reason).order_by(
        col(Document.delivery_id), col(Document.position)
    )
    rows = session.exec(query).all()
    return [[reason or state for d, state, reason in rows if d == delivery.id] for delivery in deliveries]


def test_letters_between_separators_are_deliveries_of_their_own(pool: PageReaders, session: Session) -> None:
    content = batch("S", form(KIM), form(KIM, 2), "S", form(LEE), "S", form(PARK))
    batch_id = deliver(content, "mon.pdf", pool)
    whole = session.get_one(Delivery, batch_id)
    assert (whole.state, whole.divided_by, whole.page_count) == ("split", "separator", 7)
    found = go_on(session, batch_id, pool)
    assert [d.page_count for d in found] == [2, 1, 1]
    assert states(session, found) == [["attached", "attached"], ["attached"], ["attached"]]
    assert {d.received_at for d in found} == {NOW}
    assert {d.original_sha256 for d in found} == {whole.original_sha256}
    place = letter_place(session, found[0])
    assert place is not None and (place.number, place.count, place.original_pages) == (1, 3, (2, 3))
    kinds = select(Page.type).where(Page.delivery_id == batch_id).order_by(col(Page.number))
    assert list(session.exec(kinds)) == [
        "separator",
        "letter",
        "letter",
        "separator",
        "letter",
        "separator",
        "letter",
    ]
    assert whereabouts(session, batch_id) == {2: found[0].id, 3: found[0].id, 5: found[1].id, 7: found[2].id}
    assert session.exec(select(Document).where(Document.delivery_id == batch_id)).all() == []


def test_numbers_are_hidden_on_the_batchs_page_as_on_the_letters(pool: PageReaders, session: Session) -> None:
    batch_id = deliver(batch("S", form(KIM, 11)), "hidden.pdf", pool)
    (letter,) = go_on(session, batch_id, pool)
    rows = select(Page).order_by(col(Page.number))
    (own,) = session.exec(rows.where(Page.delivery_id == letter.id))
    whole = session.exec(rows.where(Page.delivery_id == batch_id)).all()
    assert page_images._covers(session, whole[1]) == page_images._covers(session, own) != []


def test_reading_a_batch_again_makes_no_second_letters(pool: PageReaders, session: Session) -> None:
    batch_id = deliver(batch("S", form(KIM, 3), "S", form(LEE, 3)), "again.pdf", pool)
    read_delivery_record(batch_id, pool)
    found = go_on(session, batch_id, pool)
    go_on(session, batch_id, pool)
    assert len(found) == 2
    items = select(WorkItem).where(WorkItem.bot == "intake.read")
    references = [w.reference for w in session.exec(items)]
    assert len(references) == len(set(references))


def test_the_same_batch_scanned_twice_is_attached_once(pool: PageReaders, session: Session) -> None:
    content = batch(form(KIM, 4), "S", form(LEE, 4))
    first = go_on(session, deliver(content, "one.pdf", pool), pool)
    second = go_on(session, deliver(content, "two.pdf", pool), pool)
    assert [d.duplicate_of for d in first] == [None, None]
    assert [d.duplicate_of for d in second] == [d.id for d in first]


def test_a_sheet_of_a_case_attaches_what_says_nothing_and_stops_what_contradicts(
    pool: PageReaders, session: Session
) -> None:
    bare = [
        "안내문",
        "이 종이에는 누구의 것인지 적혀 있지 않습니다.",
        "내용을 읽어 보시기 바랍니다. 감사합니다.",
    ] * 2
    sale = [
        "사무용품 할인",
        "복사용지와 토너를 절반 값에 드립니다.",
        "주문은 전화로 받습니다. 배송은 무료입니다.",
    ] * 2
    content = batch(KIM.receipt_no, bare, KIM.receipt_no, form(LEE, 5), "S", sale)
    found = go_on(session, deliver(content, "case.pdf", pool), pool)
    assert [d.given_receipt_no for d in found] == [KIM.receipt_no, KIM.receipt_no, ""]
    assert states(session, found) == [["attached"], ["conflict"], ["other"]]
    query = select(Application.receipt_no).join(Attachment).join(Document)
    assert list(session.exec(query.where(Document.delivery_id == found[0].id))) == [KIM.receipt_no]


def test_the_system_of_record_is_told_the_pages_of_the_file(pool: PageReaders, session: Session) -> None:
    found = go_on(session, deliver(batch("S", form(KIM, 6), "S", form(LEE, 6)), "r.pdf", pool), pool)
    query = select(Attachment).join(Document).where(Document.delivery_id == found[1].id)
    message = attach._message(session, session.exec(query).one())
    assert (message["pages"], message["delivery"]) == ([4], found[1].original_sha256)


def test_blank_sheets_divide_only_what_comes_from_a_folder_for_batches(
    pool: PageReaders, session: Session, scanner: str
) -> None:
    content = batch(form(KIM, 7), form(KIM, 8), BLANK, form(LEE, 7))
    plain = deliver(content, "plain.pdf", pool)
    assert session.get_one(Delivery, plain).state == "read"
    batch_id = deliver(content, "batch.pdf", pool, scanner)
    found = letters_of(session, batch_id)
    assert [(d.page_count, d.divided_by) for d in found] == [(2, "blank"), (1, "blank")]


def test_where_papers_change_a_letter_begins_and_what_names_nobody_is_asked_about(
    pool: PageReaders, session: Session, scanner: str
) -> None:
    firm = [
        "사업자등록증", "( 법인사업자 )", "등록번호 : 123-45-67891", "법인명(단체명) : 주식회사 한빛정밀",
        "개업연월일 : 2011년 3월 2일", "사업장 소재지 : 서울특별시 구로구 디지털로 31", "업태 : 제조업  종목 : 정밀기계",
    ]  # fmt: skip
    content = batch(form(KIM, 9), firm, form(LEE, 9), form(PARK, 9))
    batch_id = deliver(content, "change.pdf", pool, scanner)
    found = go_on(session, batch_id, pool)
    assert [(d.page_count, d.divided_by) for d in found] == [(2, "doubt"), (1, "change"), (1, "change")]
    assert states(session, found) == [["attached", "letter_unsure"], ["attached"], ["attached"]]
    asked = session.exec(select(ReviewTask).where(ReviewTask.delivery_id == found[0].id)).all()
    assert [t.reason for t in asked] == ["letter_unsure"] and asked[0].question


def test_what_went_wrong_in_receiving_is_asked_once(pool: PageReaders, session: Session) -> None:
    content = batch("S", form(KIM, 10), PARK.receipt_no, form(LEE, 10))
    arrived = Arrived("fax:in", "bad.pdf", NOW, files.put(content), "bad.pdf", status="lost carrier")
    batch_id = enter(arrived)
    read_delivery_record(batch_id, pool)
    found = go_on(session, batch_id, pool)
    assert [d.receive_status for d in found] == ["", "lost carrier"]
    assert [d.given_receipt_no for d in found] == ["", ""], "a sheet that came by fax names no case"
    query = select(ReviewTask).where(ReviewTask.reason == "receive_errors")
    assert [t.delivery_id for t in session.exec(query)] == [found[1].id]


def test_a_stack_of_separators_alone_is_no_letter(pool: PageReaders, session: Session) -> None:
    batch_id = deliver(batch("S", "S"), "sheets.pdf", pool)
    assert session.get_one(Delivery, batch_id).state == "split"
    assert letters_of(session, batch_id) == []
