"""A record for the review desk: plain cases and doubtful ones, each a delivery of its own with pages to look at."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta

from PIL import Image, ImageDraw
from sqlmodel import Session

from ocr.types import Box
from queues import crypto, files, masking, reviews
from queues.models import (
    Application,
    Attachment,
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
)

WIDTH, HEIGHT = 1240, 1754
NAMES = ("김하나", "이두리", "박세찬", "최네온", "정다섯", "강여섯", "조일곱", "윤여덟", "장아홉", "임열매")


@dataclass
class Case:
    """What was put in for one review, by id."""

    task: int
    delivery: int
    document: int
    receipt: str
    fields: dict[str, int] = field(default_factory=dict)


def person_with_case(
    session: Session, number: int, *, name: str = "", status: str = "open", person: Person | None = None
) -> Application:
    """An application of a person of its own, or of `person`."""
    if person is None:
        person = Person(
            source_key=f"desk-{number}",
            name=name or NAMES[number % len(NAMES)],
            birth_date=date(1980, 1, 1) + timedelta(days=number),
            phone=f"010-2000-{number:04}",
            address="서울특별시 마포구 성암로 189",
            rrn_enc=crypto.seal(rrn(number)),
        )
        session.add(person)
        session.flush()
    application = Application(
        receipt_no=f"2026-UB-{7000000 + number:07}",
        program="ub_application",
        status=status,
        person_id=person.id,
        bank="우리은행",
        account_enc=crypto.seal(f"1002-123-{number:06}"),
    )
    session.add(application)
    session.flush()
    return application


def rrn(number: int) -> str:
    day = date(1980, 1, 1) + timedelta(days=number)
    return f"{day:%y%m%d}-1{number:06}"


def paper(
    session: Session,
    number: int,
    *,
    values: dict[str, str],
    doubtful: tuple[str, ...] = (),
    pages: int = 1,
    candidates: tuple[tuple[Application, float], ...] = (),
    attached: Application | None = None,
    reason: str = "doubtful",
    kind: str = "link",
    asked: tuple[str, ...] = (),
    due_in: float = 1.0,
) -> Case:
    """A delivery of one document that a question is open about, due in `due_in` hours."""
    delivery = Delivery(
        source="fax:desk",
        source_ref=f"desk-{number}",
        received_at=datetime.now(UTC) - timedelta(minutes=30),
        caller_number="02-555-0100",
        sender_name="",
        original_sha256=f"{number:064}",
        original_name=f"fax{number}.tif",
        page_count=pages,
        state=DeliveryState.REVIEW.value,
    )
    session.add(delivery)
    session.flush()
    boxes = {name: Box(360, 260 + 90 * i, 800, 310 + 90 * i) for i, name in enumerate(values)}
    for page in range(1, pages + 1):
        _page(session, delivery, page, tuple(boxes.values()) if page == 1 else ())
    document = Document(
        delivery_id=delivery.id,
        position=0,
        type="ub_application",
        pages=list(range(1, pages + 1)),
        state=(DocumentState.ATTACHED if attached else DocumentState.REVIEW).value,
        reason=reason,
    )
    session.add(document)
    session.flush()
    rows = {
        name: _field(document, name, value, name in doubtful, boxes[name]) for name, value in values.items()
    }
    session.add_all(rows.values())
    for rank, (application, probability) in enumerate(candidates, 1):
        session.add(
            LinkCandidate(
                document_id=document.id, application_id=application.id, rank=rank, probability=probability, weight=9.0,
                evidence=[{"field": name, "level": "exact", "weight": 4.0} for name in values],
            )
        )  # fmt: skip
    if attached:
        session.add(
            Attachment(
                document_id=document.id, application_id=attached.id, probability=0.999,
                sink_state="acknowledged", sink_key=f"desk-{number}",
            )
        )  # fmt: skip
    session.flush()
    task: ReviewTask = reviews.open_task(
        session,
        kind=kind,
        reason=reason,
        question="어느 신청의 서류인지 정해 주십시오.",
        delivery_id=delivery.id,
        document_id=document.id,
        evidence={"fields": list(asked)},
        due_at=datetime.now(UTC) + timedelta(hours=due_in),
    )
    first = candidates[0][0].receipt_no if candidates else ""
    return Case(task.id, delivery.id, document.id, first, {name: row.id for name, row in rows.items()})


def plain(session: Session, number: int, due_in: float, **more: object) -> Case:
    """One open case whose number, name and birth date the paper states, all surely read."""
    application = person_with_case(session, number)
    values = {"name": NAMES[number % len(NAMES)], "rrn": rrn(number), "phone": f"010-2000-{number:04}"}
    return paper(session, number, values=values, candidates=((application, 0.97),), due_in=due_in, **more)  # type: ignore[arg-type]


def two_cases(session: Session, number: int, due_in: float) -> Case:
    """Two open cases of the same person: only somebody who looks can tell."""
    first = person_with_case(session, number)
    person = session.get_one(Person, first.person_id)
    second = person_with_case(session, number + 1, person=person)
    values = {"name": person.name, "rrn": rrn(number)}
    return paper(
        session,
        number,
        values=values,
        candidates=((first, 0.5), (second, 0.5)),
        reason="two_open_cases",
        due_in=due_in,
    )


def another_phone(session: Session, number: int, due_in: float) -> Case:
    """An attached paper that states another phone than the record."""
    application = person_with_case(session, number)
    values = {"name": NAMES[number % len(NAMES)], "rrn": rrn(number), "phone": "010-9999-8888"}
    return paper(
        session, number, values=values, candidates=((application, 0.999),), attached=application,
        reason="differs_from_record", kind="fields", asked=("phone",), due_in=due_in,
    )  # fmt: skip


def faint_account(session: Session, number: int, due_in: float) -> Case:
    """An attached paper whose account number was read with doubt."""
    application = person_with_case(session, number)
    values = {"name": NAMES[number % len(NAMES)], "rrn": rrn(number), "account": f"1002-123-{number:06}"}
    return paper(
        session, number, values=values, doubtful=("account",), candidates=((application, 0.999),),
        attached=application, reason="doubtful_fields", kind="fields", asked=("account",), due_in=due_in,
    )  # fmt: skip


def unknown_person(session: Session, number: int, due_in: float, pages: int = 1) -> Case:
    """A paper of somebody who has no case yet."""
    values = {"name": NAMES[number % len(NAMES)], "rrn": rrn(number), "phone": f"010-3000-{number:04}"}
    return paper(session, number, values=values, pages=pages, reason="not_on_file", due_in=due_in)


def _page(session: Session, delivery: Delivery, number: int, boxes: tuple[Box, ...]) -> None:
    image = Image.new("L", (WIDTH // 2, HEIGHT // 2), 255)
    draw = ImageDraw.Draw(image)
    draw.text((40, 40), f"page {number} of delivery {delivery.id}", fill=0)
    for box in boxes:
        draw.rectangle((box.left // 2, box.top // 2, box.right // 2, box.bottom // 2), outline=0)
        draw.text((box.left // 2 + 6, box.top // 2 + 6), "read here", fill=0)
    out = io.BytesIO()
    image.save(out, "PNG")
    session.add(
        Page(
            delivery_id=delivery.id, number=number, state=PageState.READ.value, image_sha256=files.put(out.getvalue()),
            width=WIDTH, height=HEIGHT, type="ub_application",
        )
    )  # fmt: skip
    session.flush()


def _field(document: Document, name: str, value: str, doubtful: bool, box: Box) -> ReadField:
    return ReadField(
        document_id=document.id,
        name=name,
        value_enc=crypto.seal(value),
        value_masked=masking.field(name, value),
        raw_enc=crypto.seal(value),
        confidence=0.45 if doubtful else 0.99,
        doubtful=doubtful,
        page=1,
        box=asdict(box),
    )
