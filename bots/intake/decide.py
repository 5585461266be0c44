"""intake.apply_decision: what a person decided about a document takes effect.

The decision itself was committed by `queues.reviews.decide`; here it is carried out once, however often the
work is repeated.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from bots.intake.attach import attach_document, detach
from bots.intake.link import settle_delivery
from bots.intake.papers import mask
from bots.intake.reviews import LINK
from queues import audit, crypto, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import (
    Application,
    Attachment,
    Delivery,
    DeliveryState,
    Document,
    DocumentState,
    ReadField,
    ReviewState,
    ReviewTask,
)
from queues.sealed_fields import decided_fields


@bot("intake.apply_decision", title="검토 결정 반영", concurrency=2)
def run(item: Work) -> Outcome:
    """Carry out the decision of one review task."""
    apply_decision(int(item.payload["task_id"]))
    return Outcome()


def apply_decision(task_id: int) -> None:
    """Carry out a decided task: correct, attach or reject. Raises BusinessError for an unknown receipt number."""
    with record() as session:
        task = session.get_one(ReviewTask, task_id, with_for_update=True)
        if task.state != ReviewState.DECIDED or task.decision is None or task.delivery_id is None:
            return
        actor = f"account:{task.decided_by}"
        delivery = session.get_one(Delivery, task.delivery_id, with_for_update=True)
        if task.document_id is not None:
            document = session.get_one(Document, task.document_id, with_for_update=True)
            _about_document(session, task, document, task.decision, actor)
        elif task.decision.get("action") == "reject":
            delivery.state = DeliveryState.REJECTED
            audit.record(session, actor, "delivery.rejected", "delivery", delivery.id)
        if delivery.state != DeliveryState.REJECTED:
            settle_delivery(session, delivery)


def _about_document(
    session: Session, task: ReviewTask, document: Document, decision: dict[str, Any], actor: str
) -> None:
    kind = decision.get("type")
    if kind and kind != document.type:
        audit.record(session, actor, "document.type", "document", document.id, was=document.type, now=kind)
        document.type, document.type_confidence = kind, 1.0
    _correct_fields(session, document, decided_fields(decision), task.decided_by, actor)
    action = decision.get("action")
    if action == "attach":
        for receipt_no in decision.get("receipt_nos") or []:
            _attach(session, document, str(receipt_no), actor)
    elif action == "reject":
        _take_off(session, document, actor)
        document.state = DocumentState.REJECTED
        audit.record(session, actor, "document.rejected", "document", document.id)
    elif action == "correct" and task.kind == LINK:
        _look_again(session, document, task)
    document.version += 1
    session.add(document)


def _look_again(session: Session, document: Document, task: ReviewTask) -> None:
    """With the corrected values the document may find its application by itself."""
    document.state = DocumentState.WAITING_CASE
    work.add(
        session,
        "intake.link",
        f"delivery:{document.delivery_id}:review:{task.id}",
        payload={"delivery_id": document.delivery_id, "again": True},
    )


def _attach(session: Session, document: Document, receipt_no: str, actor: str) -> None:
    application = session.exec(select(Application).where(Application.receipt_no == receipt_no)).one_or_none()
    if application is None:
        raise BusinessError(
            "unknown_receipt", "결정에 적힌 접수번호의 신청이 없습니다. 접수번호를 확인해 주십시오."
        )
    attach_document(session, document, application, decided_by=actor.removeprefix("account:"), actor=actor)


def _take_off(session: Session, document: Document, actor: str) -> None:
    query = select(Attachment).where(
        Attachment.document_id == document.id, col(Attachment.undone_at).is_(None)
    )
    for attachment in session.exec(query):
        detach(session, attachment, actor)


def _correct_fields(
    session: Session, document: Document, fields: dict[str, str], account_id: int | None, actor: str
) -> None:
    """What a person read goes in the place of what the machine read; the machine's value is kept beside."""
    for name, value in fields.items():
        query = select(ReadField).where(
            ReadField.document_id == document.id, ReadField.person == 0, ReadField.name == name
        )
        row = session.exec(query).one_or_none() or ReadField(
            document_id=document.id, name=name, page=document.pages[0] if document.pages else 0
        )
        if row.value_enc and crypto.open_(row.value_enc) != value:
            row.corrected_from_enc = row.value_enc
        row.value_enc, row.value_masked = crypto.seal(value), mask(name, value)
        row.confidence, row.doubtful, row.corrected_by = 1.0, False, account_id
        session.add(row)
    if fields:
        audit.record(session, actor, "document.corrected", "document", document.id, fields=sorted(fields))
