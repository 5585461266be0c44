"""intake.apply_decision: what a person decided about a document takes effect.

The decision itself was committed by `queues.reviews.decide`; here it is carried out once, however often the
work is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from bots.intake.attach import attach_document, detach, tell_anew
from bots.intake.completeness import settle_completeness
from bots.intake.link import LINKED, settle_delivery
from bots.intake.reviews import APPLIED, LINK, ask_about_document
from queues import audit, crypto, masking, reviews, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
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
    WorkItem,
    WorkState,
)
from queues.sealed_fields import decided_fields

_UNPLACED = (DocumentState.READ, DocumentState.REVIEW, DocumentState.WAITING_CASE)


@bot("intake.apply_decision", title="검토 결정 반영", concurrency=2)
def run(item: Work) -> Outcome:
    """Carry out the decision of one review task."""
    apply_decision(int(item.payload["task_id"]))
    return Outcome()


def apply_decision(task_id: int) -> None:
    """Carry out a decided task, once: correct, attach, reject, or have failed work done again."""
    with record() as session:
        # The delivery first, as linking does: two that lock in another order would wait for each other.
        delivery_id = session.exec(select(ReviewTask.delivery_id).where(ReviewTask.id == task_id)).one()
        if delivery_id is not None:
            session.get_one(Delivery, delivery_id, with_for_update=True)
        task = session.get_one(ReviewTask, task_id, with_for_update=True)
        if task.state != ReviewState.DECIDED or task.decision is None or APPLIED in task.decision:
            return
        actor = f"account:{task.decided_by}"
        _carry_out(session, task, task.decision, actor)
        task.decision = {**task.decision, APPLIED: datetime.now(UTC).isoformat()}
        session.add(task)


def _carry_out(session: Session, task: ReviewTask, decision: dict[str, Any], actor: str) -> None:
    rejects = decision.get("action") == "reject"
    if task.item_id is not None and not rejects:
        _do_again(session, task.item_id, actor)
    if task.delivery_id is None:
        return
    delivery = session.get_one(Delivery, task.delivery_id)
    if task.document_id is not None:
        document = session.get_one(Document, task.document_id, with_for_update=True)
        _about_document(session, task, delivery, document, decision, actor)
    elif rejects:
        _reject_delivery(session, delivery, actor)
    if delivery.state in LINKED:
        settle_delivery(session, delivery)


def _do_again(session: Session, item_id: int, actor: str) -> None:
    """Work that had failed: a person says that its cause is gone."""
    item = session.get_one(WorkItem, item_id, with_for_update=True)
    if item.state in (WorkState.REVIEW, WorkState.FAILED):
        work.retry(session, item, actor, "review")


def _reject_delivery(session: Session, delivery: Delivery, actor: str) -> None:
    """Nothing of it stays attached, nothing more is asked, and no bot takes it up again."""
    query = select(Document).where(Document.delivery_id == delivery.id).with_for_update()
    for document in session.exec(query):
        _take_off(session, document, actor)
        document.state = DocumentState.REJECTED
        session.add(document)
    reviews.cancel_for(session, actor=actor, delivery_id=delivery.id)
    delivery.state = DeliveryState.REJECTED
    session.add(delivery)
    audit.record(session, actor, "delivery.rejected", "delivery", delivery.id)


def _about_document(
    session: Session,
    task: ReviewTask,
    delivery: Delivery,
    document: Document,
    decision: dict[str, Any],
    actor: str,
) -> None:
    fields = decided_fields(decision)
    corrected = _correct_type(session, document, decision.get("type"), actor)
    corrected |= _correct_fields(session, document, fields, task.decided_by, actor)
    action = decision.get("action")
    if corrected and action != "reject":
        for attachment in _attachments(session, document):
            tell_anew(session, attachment, actor)
    if action == "attach":
        _attach(session, delivery, document, decision.get("receipt_nos") or [], actor)
    elif action == "reject":
        _take_off(session, document, actor)
        document.state = DocumentState.REJECTED
        reviews.cancel_for(session, actor=actor, document_id=document.id)
        audit.record(session, actor, "document.rejected", "document", document.id)
    elif action == "correct" and task.kind == LINK and document.state in _UNPLACED:
        _look_again(session, document, task)
    document.version += 1
    session.add(document)


def _correct_type(session: Session, document: Document, kind: str | None, actor: str) -> bool:
    """Whether the type changes. It may complete, or leave incomplete, the applications that have the document."""
    if not kind or kind == document.type:
        return False
    audit.record(session, actor, "document.type", "document", document.id, was=document.type, now=kind)
    document.type, document.type_confidence = kind, 1.0
    session.add(document)
    session.flush()
    for attachment in _attachments(session, document):
        settle_completeness(session, attachment.application_id, actor)
    return True


def _look_again(session: Session, document: Document, task: ReviewTask) -> None:
    """With the corrected values the document may find its application by itself."""
    document.state = DocumentState.WAITING_CASE
    work.add(
        session,
        "intake.link",
        f"delivery:{document.delivery_id}:review:{task.id}",
        payload={"delivery_id": document.delivery_id, "again": True},
    )


def _attach(
    session: Session, delivery: Delivery, document: Document, receipt_nos: Sequence[str], actor: str
) -> None:
    """Attach to these applications. A paper that was attached to another one alone moves.

    A receipt number that nobody knows any more attaches nothing: the question is asked again.
    """
    found = select(Application).where(col(Application.receipt_no).in_(receipt_nos))
    applications = session.exec(found.order_by(col(Application.id))).all()
    if not applications or len(applications) != len(set(receipt_nos)):
        if not _attachments(session, document):
            document.state = DocumentState.REVIEW
        ask_about_document(session, document, delivery, "unknown_receipt")
        return
    wanted = {a.id for a in applications}
    before = _attachments(session, document)
    if len(before) == 1 and before[0].application_id not in wanted:
        detach(session, before[0], actor)
    for application in applications:
        attach_document(
            session, document, application, decided_by=actor.removeprefix("account:"), actor=actor
        )
    reviews.cancel_for(session, actor=actor, document_id=document.id, kind=LINK)


def _take_off(session: Session, document: Document, actor: str) -> None:
    for attachment in _attachments(session, document):
        detach(session, attachment, actor)


def _attachments(session: Session, document: Document) -> list[Attachment]:
    query = select(Attachment).where(
        Attachment.document_id == document.id, col(Attachment.undone_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Attachment.application_id))))


def _correct_fields(
    session: Session, document: Document, fields: dict[str, str], account_id: int | None, actor: str
) -> bool:
    """What a person read goes in the place of what the machine read, which is kept beside. Whether there is any."""
    for name, value in fields.items():
        query = select(ReadField).where(
            ReadField.document_id == document.id, ReadField.person == 0, ReadField.name == name
        )
        row = session.exec(query).one_or_none() or ReadField(
            document_id=document.id, name=name, page=document.pages[0] if document.pages else 0
        )
        if row.value_enc and row.corrected_by is None and crypto.open_(row.value_enc) != value:
            row.corrected_from_enc = row.value_enc
        row.value_enc, row.value_masked = crypto.seal(value), masking.field(name, value)
        row.confidence, row.doubtful, row.corrected_by = 1.0, False, account_id
        session.add(row)
    if fields:
        audit.record(session, actor, "document.corrected", "document", document.id, fields=sorted(fields))
    return bool(fields)
