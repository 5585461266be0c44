"""The way of a delivery through intake, on a real database: attached, waiting, repeated, decided, refused."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import Session, col, select

from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow
from bots.intake.decide import apply_decision
from bots.intake.link import link_as_new, link_delivery_record, waiting_deliveries
from bots.intake.papers import read_documents
from bots.intake.read import read_delivery_record
from bots.intake.spool import SpoolFile, arrived
from bots.intake.take import take
from ocr.children import PageReaders
from queues import accounts, database, files, reviews
from queues.deliveries import Arrived, enter
from queues.models import (
    Application,
    Attachment,
    Delivery,
    Document,
    Page,
    ReadField,
    ReviewTask,
    Role,
    SupplementRequest,
    WorkItem,
)
from tests.bots.papers import application_paper, text_pdf

HONG = CaseRow("2026-UB-1000137", "ub_application", "open", "홍길동", "960121-1021413", phone="010-2345-6789")
NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def pool() -> Iterator[PageReaders]:
    with PageReaders(processes=1, page_seconds=20, file_seconds=40) as readers:
        yield readers


@pytest.fixture(scope="module", autouse=True)
def record(database_url: str) -> None:
    with database.session() as session:
        upsert_cases(session, [HONG])


def paper(case: CaseRow, day: int = 1) -> bytes:
    return text_pdf([application_paper(case.receipt_no, case.name, case.rrn, case.phone, day)])


def deliver(content: bytes, name: str, pool: PageReaders) -> Delivery:
    """Take, read and link bytes as if they had come by fax."""
    delivery_id = enter(Arrived("test", name, NOW, files.put(content), name))
    read_delivery_record(delivery_id, pool)
    link_delivery_record(delivery_id)
    with database.session() as session:
        return session.get_one(Delivery, delivery_id)


def documents(session: Session, delivery: Delivery) -> list[Document]:
    query = select(Document).where(Document.delivery_id == delivery.id).order_by(col(Document.position))
    return list(session.exec(query))


def test_a_plain_application_is_attached_and_what_it_lacks_is_noted(pool: PageReaders) -> None:
    delivery = deliver(paper(HONG), "plain.pdf", pool)
    assert delivery.state == "done"
    with database.session() as session:
        (document,) = documents(session, delivery)
        attachment, application = session.exec(
            select(Attachment, Application).join(Application).where(Attachment.document_id == document.id)
        ).one()
        assert application.receipt_no == HONG.receipt_no
        assert attachment.decided_by == "bot"
        assert attachment.evidence, "the reason is kept"
        assert HONG.rrn not in str(attachment.evidence)
        assert application.state == "incomplete"
        draft = session.exec(
            select(SupplementRequest).where(SupplementRequest.application_id == application.id)
        ).one()
        assert set(draft.missing) == {"separation_certificate", "bankbook_copy", "id_card"}


def test_the_same_fax_again_is_one_row_not_two(pool: PageReaders) -> None:
    first = deliver(paper(HONG, day=7), "first.pdf", pool)
    again = deliver(paper(HONG, day=7), "again.pdf", pool)
    other_day = deliver(paper(HONG, day=21), "another.pdf", pool)
    assert again.duplicate_of == first.id
    assert other_day.duplicate_of is None, "another paper of the same person is not the same paper"
    with database.session() as session:
        assert [d.state for d in documents(session, again)] == ["duplicate"]
        assert [d.duplicate_of for d in documents(session, again)] == [
            d.id for d in documents(session, first)
        ]


def test_what_a_person_calls_no_repeat_is_linked_after_all(pool: PageReaders) -> None:
    first = deliver(paper(HONG, day=17), "one.pdf", pool)
    again = deliver(paper(HONG, day=17), "two.pdf", pool)
    assert again.duplicate_of == first.id
    link_as_new(again.id)
    link_as_new(again.id)
    with database.session() as session:
        assert [d.state for d in documents(session, again)] == ["attached"]
        assert session.get_one(Delivery, again.id).duplicate_of is None
        assert [d.duplicate_of for d in documents(session, again)] == [None]


def test_papers_wait_for_a_case_that_does_not_exist_yet(pool: PageReaders) -> None:
    late = CaseRow(
        "2026-UB-1004444", "ub_application", "open", "배수지", "880808-2345671", phone="010-7777-1234"
    )
    delivery = deliver(paper(late), "late.pdf", pool)
    with database.session() as session:
        assert [d.state for d in documents(session, delivery)] == ["waiting_case"]
    assert delivery.state == "review", "a person sees it meanwhile"
    assert delivery.id in waiting_deliveries()
    with database.session() as session:
        upsert_cases(session, [late])
    link_delivery_record(delivery.id, again=True)
    with database.session() as session:
        assert [d.state for d in documents(session, delivery)] == ["attached"]
        assert session.get_one(Delivery, delivery.id).state == "done"
        tasks = session.exec(select(ReviewTask).where(ReviewTask.delivery_id == delivery.id)).all()
        assert [t.state for t in tasks] == ["cancelled"], "the question has answered itself"


def test_a_persons_decision_is_carried_out_once(pool: PageReaders) -> None:
    stranger = CaseRow(
        "2026-UB-1009999", "ub_application", "open", "남궁민", "700101-1234561", phone="010-3131-3131"
    )
    delivery = deliver(paper(stranger), "stranger.pdf", pool)
    with database.session() as session:
        account = accounts.create(session, "decider", "correct horse", role=Role.STAFF)
        task = session.exec(select(ReviewTask).where(ReviewTask.delivery_id == delivery.id)).one()
        decision = {
            "action": "attach",
            "receipt_nos": [HONG.receipt_no],
            "fields": {"phone": "010-9999-0000"},
        }
        reviews.decide(session, task.id, task.version, decision, account)
    apply_decision(task.id)
    apply_decision(task.id)
    with database.session() as session:
        (document,) = documents(session, delivery)
        attached = session.exec(select(Attachment).where(Attachment.document_id == document.id)).all()
        assert [a.decided_by for a in attached] == [str(account.id)]
        (read,) = read_documents(session, [document])
        assert read.fields["phone"].value == "010-9999-0000"
        row = session.exec(
            select(ReadField).where(ReadField.document_id == document.id, ReadField.name == "phone")
        ).one()
        assert row.corrected_from_enc is not None, "what the machine read is kept beside"
        assert session.get_one(Delivery, delivery.id).state == "done"


def test_resident_numbers_are_sealed_wherever_they_lie(pool: PageReaders, session: Session) -> None:
    deliver(paper(HONG, day=3), "sealed.pdf", pool)
    tables = session.connection().exec_driver_sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    for (table,) in tables.fetchall():
        rows = session.connection().exec_driver_sql(f'SELECT t::text FROM "{table}" t').fetchall()
        assert not any("1021413" in row for (row,) in rows), f"{table} shows a resident number"


def test_a_file_is_taken_exactly_once(tmp_path: Path) -> None:
    spool = tmp_path / "spool"
    spool.mkdir()
    file = spool / "x.pdf"
    content = paper(HONG, day=28)
    file.write_bytes(content)
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))
    (found,) = arrived(spool, settle_seconds=1)
    first = take(found, spool, "spool:test")
    file.write_bytes(content)  # as if the worker had died before moving it
    os.utime(file, ns=(found.modified_ns, found.modified_ns))
    (found_again,) = arrived(spool, settle_seconds=1)
    assert take(found_again, spool, "spool:test") == first
    with database.session() as session:
        (delivery,) = session.exec(select(Delivery).where(Delivery.source == "spool:test")).all()
        assert abs(delivery.received_at - NOW) < timedelta(seconds=1)
        items = session.exec(select(WorkItem).where(WorkItem.reference == f"delivery:{first}")).all()
        assert len(items) == 1


def test_a_file_that_grew_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "grew.pdf"
    file.write_bytes(b"%PDF-1.4 more than was seen")
    seen = SpoolFile(file, size=3, modified_ns=1, received_at=NOW)
    assert take(seen, tmp_path, "spool:grew") is None
    assert file.exists()


def _hwp(folder: Path) -> bytes:
    path = folder / "a.hwpx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/hwp+zip")
        archive.writestr("Contents/section0.xml", "<sec/>")
    return path.read_bytes()


def _one_pixel(folder: Path) -> bytes:
    path = folder / "p.png"
    Image.new("L", (1, 1)).save(path)
    return path.read_bytes()


def test_what_cannot_be_read_goes_to_a_person_and_is_kept(pool: PageReaders, tmp_path: Path) -> None:
    good = paper(HONG)
    hostile = {
        "empty.pdf": b"",
        "truncated.pdf": good[: len(good) // 3],
        "noise.tif": b"II*\0" + os.urandom(4000),
        "wrong-extension.jpg": b"plain words, no picture at all " * 9,
        "letter.hwpx": _hwp(tmp_path),
        "old.hwp": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "one-pixel.png": _one_pixel(tmp_path),
        "../../etc/passwd": b"%PDF-1.4\n" + b"\0" * 100,
    }
    for name, content in hostile.items():
        delivery = deliver(content, name, pool)
        assert delivery.state == "review", f"{name}: {delivery.state}"
        assert delivery.problem, name
        assert files.read(delivery.original_sha256) == content
        with database.session() as session:
            task = session.exec(select(ReviewTask).where(ReviewTask.delivery_id == delivery.id)).first()
            assert task is not None and task.question, name


@pytest.mark.labelled
@pytest.mark.skipif("BACKOFFICE_TEST_DATA" not in os.environ, reason="needs BACKOFFICE_TEST_DATA")
def test_hostile_samples_end_with_a_person_or_read(pool: PageReaders) -> None:
    folder = Path(os.environ["BACKOFFICE_TEST_DATA"]) / "samples" / "hostile"
    for file in sorted(folder.iterdir()):
        delivery = deliver(file.read_bytes(), file.name, pool)
        assert delivery.state in ("review", "done"), f"{file.name}: {delivery.state}"
        with database.session() as session:
            pages = session.exec(select(Page).where(Page.delivery_id == delivery.id)).all()
            assert delivery.problem or all(p.state == "read" for p in pages), file.name


def test_a_changed_telephone_is_read_as_it_is_and_shown_to_a_person(pool: PageReaders) -> None:
    changed = CaseRow(HONG.receipt_no, HONG.program, "open", HONG.name, HONG.rrn, phone="010-5555-0101")
    delivery = deliver(paper(changed, day=11), "changed.pdf", pool)
    with database.session() as session:
        (document,) = documents(session, delivery)
        assert document.state == "attached"
        (read,) = read_documents(session, [document])
        assert read.fields["phone"].value == "010-5555-0101", "never what is on file"
        task = session.exec(select(ReviewTask).where(ReviewTask.delivery_id == delivery.id)).one()
        assert (task.reason, task.evidence) == ("differs_from_record", {"fields": ["phone"]})


def test_with_a_corrected_value_the_paper_finds_its_case_by_itself(pool: PageReaders) -> None:
    on_file = CaseRow(
        "2026-UB-1007777", "ub_application", "open", "한지민", "821105-2345678", phone="010-8282-1105"
    )
    with database.session() as session:
        upsert_cases(session, [on_file])
    lines = ["실업급여 수급자격 인정신청서", "성명 : 한지민", "주민등록번호 :", "전화번호 :"]
    lines += ["이직사유 : 계약기간 만료에 따른 퇴직이며 재취업을 희망합니다.", "2026년 10월 30일"]
    delivery = deliver(text_pdf([lines]), "blanks.pdf", pool)
    with database.session() as session:
        account = accounts.create(session, "corrector", "correct horse", role=Role.STAFF)
        task = session.exec(select(ReviewTask).where(ReviewTask.delivery_id == delivery.id)).one()
        decision = {"action": "correct", "fields": {"rrn": on_file.rrn, "phone": on_file.phone}}
        reviews.decide(session, task.id, task.version, decision, account)
    apply_decision(task.id)
    with database.session() as session:
        reference = f"delivery:{delivery.id}:review:{task.id}:{task.version}"
        (item,) = session.exec(select(WorkItem).where(WorkItem.reference == reference)).all()
        assert item.payload == {"delivery_id": delivery.id, "again": True}
    link_delivery_record(delivery.id, again=True)
    with database.session() as session:
        assert [d.state for d in documents(session, delivery)] == ["attached"]
        assert session.get_one(Delivery, delivery.id).state == "done"
