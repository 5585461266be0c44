"""A request that intake found goes out as a letter; its slip comes back by fax with the papers, and that ends it.

The applicant has two cases open: only the code on the slip says for which of them the papers are.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from sqlmodel import Session, col, select

from bots.cases.persist import upsert_cases
from bots.cases.source import CaseRow
from bots.intake.link import link_delivery_record
from bots.intake.papers import write_documents
from bots.notices.prepare import prepare
from bots.sandbox.casebook import Person as Citizen
from ocr.children import PageReaders
from ocr.documents import understand
from queues import database, files, supplementing
from queues.days import today
from queues.deliveries import Arrived, enter
from queues.models import (
    Application,
    Attachment,
    ClockStop,
    Delivery,
    DeliveryState,
    Document,
    Notice,
    Page,
    Person,
    ReviewTask,
    SupplementRequest,
)
from tests.bots.decision_world import World, arrive, casebook, form, world
from tests.bots.papers import text_pdf
from tests.queues.supplement_world import leave


def answer(person: Citizen) -> list[list[str]]:
    """What the letter asks for, as it bears the applicant's name."""
    who = [f"성명 : {person.name}", f"주민등록번호 : {person.rrn}"]
    return [
        [
            "고용보험 피보험자 이직확인서",
            *who,
            "입사일 2024-01-02",
            "이직일 2026-10-31",
            "피보험단위기간 660일",
        ],
        ["통장 사본", f"예금주 : {person.name}", "보통예금", "이 예금은 예금자보호법에 따라 보호됩니다"],
        ["주민등록증", *who, "울산광역시 남구청장"],
    ]


@pytest.fixture(scope="module")
def here(database_url: str) -> Iterator[World]:
    with world() as made:
        yield made


def fax(pages: bytes) -> int:
    """A fax of these pages, read as the bots read it."""
    name = f"answer-{len(pages)}"
    delivery_id = enter(Arrived("scan:test", name, datetime.now(UTC), files.put(pages), f"{name}.pdf"))
    with (
        tempfile.TemporaryDirectory() as folder,
        PageReaders(processes=1, page_seconds=60, file_seconds=90) as pool,
    ):
        path = Path(folder) / "fax.pdf"
        path.write_bytes(pages)
        with pikepdf.open(path) as opened:
            numbers = list(range(1, len(opened.pages) + 1))
        reads = list(pool.read_and_render(path, numbers))
    with database.session() as session:
        for read, picture in reads:
            assert picture is not None and not read.problem
            text = json.dumps(read.to_dict(), ensure_ascii=False)
            session.add(
                Page(
                    delivery_id=delivery_id, number=read.number, state="read", reader_version="test",
                    image_sha256=files.put(picture), read_sha256=files.put(text.encode()),
                    width=read.width, height=read.height,
                )
            )  # fmt: skip
        write_documents(session, delivery_id, understand([read for read, _ in reads]))
        delivery = session.get_one(Delivery, delivery_id)
        delivery.state, delivery.page_count = DeliveryState.READ, len(reads)
        session.add(delivery)
    link_delivery_record(delivery_id)
    return delivery_id


def slip_and(letter: bytes, papers: list[list[str]]) -> bytes:
    """The last page of the letter, and the papers behind it."""
    out = BytesIO()
    with (
        pikepdf.open(BytesIO(letter)) as whole,
        pikepdf.open(BytesIO(text_pdf(papers))) as more,
        pikepdf.new() as made,
    ):
        made.pages.append(whole.pages[-1])
        made.pages.extend(more.pages)
        made.save(out)
    return out.getvalue()


def request_of(session: Session, receipt_no: str) -> tuple[Application, SupplementRequest]:
    return session.exec(
        select(Application, SupplementRequest)
        .join(SupplementRequest)
        .where(Application.receipt_no == receipt_no)
    ).one()


def test_the_answer_finds_its_way_back_and_ends_the_request(here: World) -> None:
    case = casebook()[0]
    arrive([form(case)])
    with database.session() as session:
        number = "2026-NE-0999999"
        upsert_cases(session, [CaseRow(number, "nes_application", "open", case.person.name, case.person.rrn)])
        application, request = request_of(session, case.receipt_no)
        assert request.state == "draft"
        person = session.get_one(Person, application.person_id)
        person.postcode, person.address = "44677", "울산광역시 남구 중앙로 201, 101동 1502호"
        notice = supplementing.ask(session, request.id, "account:1")
        assert notice is not None
    assert prepare(notice.id) == "ready"
    with database.session() as session:
        made = session.get_one(Notice, notice.id)
        letter = files.read(made.letter_sha256)
        leave(session, made, today())
    delivery_id = fax(slip_and(letter, answer(case.person)))
    with database.session() as session:
        asked = select(ReviewTask.reason).where(ReviewTask.delivery_id == delivery_id)
        assert session.exec(asked).all() == [], "nobody had to guess"
        attached = (
            select(Document.type, Application.receipt_no)
            .join(Attachment, col(Attachment.document_id) == col(Document.id))
            .join(Application, col(Application.id) == col(Attachment.application_id))
            .where(Document.delivery_id == delivery_id)
        )
        found = dict(session.exec(attached).all())
        assert {found.get(t) for t in ("separation_certificate", "bankbook_copy", "id_card")} == {
            case.receipt_no
        }
        application, request = request_of(session, case.receipt_no)
        assert (application.state, request.state) == ("complete", "satisfied")
        stop = session.exec(select(ClockStop).where(ClockStop.application_id == application.id)).one()
        assert (stop.from_on, stop.until_on) == (today(), today())
