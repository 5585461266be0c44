"""More deliveries to search among: one in every state that a caller may ask about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, select

from queues import crypto, finding, masking, reviews
from queues.models import (
    Application,
    Attachment,
    Delivery,
    DeliveryState,
    Document,
    DocumentState,
    Officer,
    ReadField,
    Transfer,
)


def delivery(session: Session, reference: str, state: DeliveryState, **more: object) -> Delivery:
    """One that arrived twenty minutes ago by fax, unless `more` says otherwise."""
    values: dict[str, object] = {
        "source": "fax:본관",
        "received_at": datetime.now(UTC) - timedelta(minutes=20),
        "original_sha256": "0" * 64,
        "page_count": 1,
    } | more
    row = Delivery(source_ref=reference, state=state.value, **values)
    session.add(row)
    session.flush()
    return row


def paper(
    session: Session, of: Delivery, name: str, state: DocumentState, kind: str = "ub_application"
) -> Document:
    """A document of a delivery that names somebody."""
    document = Document(delivery_id=of.id, position=0, type=kind, pages=[1], state=state.value)
    session.add(document)
    session.flush()
    session.add(
        ReadField(
            document_id=document.id,
            name="name",
            value_enc=crypto.seal(name),
            value_masked=masking.field("name", name),
            confidence=0.9,
            page=1,
        )
    )
    session.flush()
    return document


def attach(session: Session, document: Document, receipt_no: str) -> Application:
    """To an application that is made where there is none."""
    found = session.exec(select(Application).where(Application.receipt_no == receipt_no)).first()
    application = found or Application(receipt_no=receipt_no, program="ub_application")
    session.add(application)
    session.flush()
    key = f"key-{document.id}"
    session.add(Attachment(document_id=document.id, application_id=application.id, sink_key=key))
    session.flush()
    return application


def fill_more(session: Session) -> dict[str, int]:
    """Deliveries by what they are for; all of them can be found."""
    officer = Officer(number="777", name="한책임", center="서울", team="실업급여과")
    session.add(officer)
    session.flush()
    taken = delivery(session, "t", DeliveryState.TAKEN, caller_number="010-7654-3210", page_count=0)
    reading = delivery(session, "g", DeliveryState.READING, page_count=5, sender_name="나래산업")
    linked = delivery(session, "l", DeliveryState.DONE, page_count=5, caller_number="02-345-6789")
    attach(session, paper(session, linked, "김서연", DocumentState.ATTACHED), "2026-UB-0012345")
    review = delivery(session, "r", DeliveryState.REVIEW, page_count=3, caller_number="031-222-3344")
    asked = paper(session, review, "김서윤", DocumentState.REVIEW)
    task = reviews.open_task(
        session, kind="link", reason="doubtful", delivery_id=review.id, document_id=asked.id
    )
    task.officer_id = officer.id
    unreadable = delivery(
        session,
        "u",
        DeliveryState.REVIEW,
        problem="truncated",
        problem_detail="파일이 끝까지 오지 않았습니다.",
        page_count=0,
    )
    reviews.open_task(session, kind="unreadable", reason="truncated", delivery_id=unreadable.id)
    again = delivery(session, "d", DeliveryState.DONE, duplicate_of=linked.id, page_count=5)
    paper(session, again, "김서연", DocumentState.DUPLICATE)
    rejected = delivery(
        session, "x", DeliveryState.REJECTED, source="mail:팩스메일", sender_name="김민준 <kim@mail.kr>"
    )
    moved = delivery(session, "m", DeliveryState.DONE)
    passed = paper(session, moved, "박이송", DocumentState.TRANSFERRED)
    session.add(Transfer(task_id=task.id, document_id=passed.id, center="성남고용센터", key="transfer-1"))
    batch = delivery(session, "b", DeliveryState.SPLIT, source="scan:우편실", page_count=40)
    letter = delivery(
        session, "b#1", DeliveryState.DONE, source="scan:우편실", page_count=2, batch_id=batch.id, letter_no=1
    )
    attach(session, paper(session, letter, "이편지", DocumentState.ATTACHED, "payroll"), "2026-EP-0000777")
    found = {
        "taken": taken, "reading": reading, "linked": linked, "review": review, "unreadable": unreadable,
        "again": again, "rejected": rejected, "moved": moved, "batch": batch, "letter": letter,
    }  # fmt: skip
    session.flush()
    for one in found.values():
        finding.remember(session, one.id)
    finding_rest = session.exec(select(Delivery.id).where(Delivery.keyed == 0)).all()
    for delivery_id in finding_rest:
        finding.remember(session, delivery_id)
    session.commit()
    return {name: one.id for name, one in found.items()}
