"""A small record to look at: two cases of namesakes, one fax with a paper that fits both."""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from PIL import Image, ImageDraw
from sqlmodel import Session

from ocr.types import Box, Line, PageRead, Word
from queues import accounts, crypto, files, masking, reviews
from queues.models import (
    Account,
    Application,
    Bot,
    Delivery,
    DeliveryState,
    Document,
    DocumentState,
    LinkCandidate,
    Page,
    PageState,
    Person,
    ReadField,
    ReviewTask,
    Role,
)

PASSWORD = "a-long-enough-password"
WIDTH, HEIGHT = 1240, 1754
RRN = "960121-1021413"
RRN_BOX = Box(400, 300, 700, 340)
PHONE_BOX = Box(400, 400, 700, 440)


@dataclass(frozen=True)
class Filled:
    """Ids of what was put in."""

    delivery_id: int
    page_id: int
    task_ids: tuple[int, ...]
    rrn_field_id: int
    phone_field_id: int


def people(session: Session) -> dict[str, Account]:
    """One account of each role, and one that tests may lock."""
    return {
        name: accounts.create(session, name, PASSWORD, role=role, display_name=shown)
        for name, role, shown in (
            ("staff", Role.STAFF, "이담당"),
            ("second", Role.STAFF, "정담당"),
            ("super", Role.SUPERVISOR, "박관리"),
            ("counsel", Role.COUNSELOR, "최상담"),
            ("admin", Role.ADMINISTRATOR, "김시스"),
            ("locked", Role.STAFF, "잠길이"),
        )
    }


def fill(session: Session, tasks: int = 4) -> Filled:
    """Cases, one delivery with `tasks` documents on its only page, one open question about each."""
    applications = [_case(session, n) for n in (1, 2)]
    delivery = Delivery(
        source="spool",
        source_ref="fax-1",
        received_at=datetime.now(UTC) - timedelta(minutes=20),
        caller_number="052-233-1181",
        sender_name="한빛전자",
        original_sha256="0" * 64,
        page_count=1,
        state=DeliveryState.REVIEW.value,
    )
    session.add(delivery)
    session.flush()
    page = _page(session, delivery)
    fields: list[ReadField] = []
    opened: list[ReviewTask] = []
    for position in range(tasks):
        document, own = _document(session, delivery, position, applications)
        fields += own
        opened.append(
            reviews.open_task(
                session,
                kind="link",
                reason="two_open_cases",
                question="진행 중인 신청이 둘 이상입니다. 어느 신청의 서류인지 골라 주십시오.",
                delivery_id=delivery.id,
                document_id=document.id,
                due_at=datetime.now(UTC) + timedelta(hours=3 + position),
            )
        )
    session.add(Bot(name="intake.read", title="팩스 판독", schedule=None, concurrency=2))
    session.commit()
    return Filled(delivery.id, page.id, tuple(t.id for t in opened), fields[1].id, fields[2].id)


def _case(session: Session, number: int) -> Application:
    person = Person(
        source_key=f"P{number}",
        name="홍길동",
        birth_date=date(1996, 1, 21),
        phone="010-1111-222" + str(number),
        rrn_enc=crypto.seal(RRN if number == 1 else "960121-1999999"),
    )
    session.add(person)
    session.flush()
    application = Application(
        receipt_no=f"2026-UB-000000{number}",
        program="ub_application",
        person_id=person.id,
        bank="우리은행",
        account_enc=crypto.seal("1002-123-456789"),
    )
    session.add(application)
    session.flush()
    return application


def _page(session: Session, delivery: Delivery) -> Page:
    """White, with a black bar where each field is; its picture is kept at half the size, as previews are."""
    image = Image.new("L", (WIDTH // 2, HEIGHT // 2), 255)
    draw = ImageDraw.Draw(image)
    for box in (RRN_BOX, PHONE_BOX):
        draw.rectangle((box.left // 2, box.top // 2, box.right // 2, box.bottom // 2), fill=0)
    out = io.BytesIO()
    image.save(out, "PNG")
    line = Line(words=(Word(RRN, RRN_BOX, 0.9),), box=RRN_BOX)
    read = PageRead(number=1, width=WIDTH, height=HEIGHT, lines=(line,))
    page = Page(
        delivery_id=delivery.id,
        number=1,
        state=PageState.READ.value,
        image_sha256=files.put(out.getvalue()),
        read_sha256=files.put(json.dumps(read.to_dict()).encode()),
        width=WIDTH,
        height=HEIGHT,
        type="ub_application",
    )
    session.add(page)
    session.flush()
    return page


def _document(
    session: Session, delivery: Delivery, position: int, applications: list[Application]
) -> tuple[Document, list[ReadField]]:
    document = Document(
        delivery_id=delivery.id,
        position=position,
        type="ub_application",
        pages=[1],
        state=DocumentState.REVIEW.value,
        reason="two_open_cases",
    )
    session.add(document)
    session.flush()
    rows = [
        _field(document, "name", "홍길동", 0.97, None),
        _field(document, "rrn", RRN, 0.95, RRN_BOX),
        _field(document, "phone", "010-1234-5670", 0.4, PHONE_BOX),
    ]
    session.add_all(rows)
    for rank, application in enumerate(applications, 1):
        evidence = [
            {"field": "name", "level": "exact", "weight": 8.5},
            {"field": "caller_number", "level": "exact", "weight": 2.0},
        ]
        session.add(
            LinkCandidate(
                document_id=document.id,
                application_id=application.id,
                rank=rank,
                weight=9.0,
                probability=0.6 / rank,
                evidence=evidence,
            )
        )
    session.flush()
    return document, rows


def _field(document: Document, name: str, value: str, confidence: float, box: Box | None) -> ReadField:
    return ReadField(
        document_id=document.id,
        name=name,
        value_enc=crypto.seal(value),
        value_masked=masking.field(name, value),
        raw_enc=crypto.seal(value),
        confidence=confidence,
        doubtful=confidence < 0.7,
        page=1,
        box=asdict(box) if box else None,
    )
