"""intake.transfer: a document that belongs to another center is passed on to it (이송), pictures and all."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from bots.cases.connect import record_system
from bots.cases.sink import Declined
from bots.intake.attach import detach
from bots.intake.link import settle_delivery
from bots.intake.outward import one_at_a_time
from bots.intake.papers import read_documents
from bots.intake.reviews import ask_about_document
from config.centers import is_center
from config.settings import settings
from queues import audit, crypto, files, reviews, work
from queues.batches import original_pages
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Delivery, Document, DocumentState, OutwardState, Page, ReviewTask, Transfer
from queues.sealed_fields import decided_comment
from queues.snapshots import live_attachments

TRANSFER = "intake.transfer"


def begin_transfer(
    session: Session,
    task: ReviewTask,
    delivery: Delivery,
    document: Document,
    decision: Mapping[str, Any],
    actor: str,
) -> None:
    """Take the document out of our work in the caller's transaction, and have it passed on.

    A center that is not on the list is asked about again.
    """
    center = str(decision.get("center") or "")
    if not is_center(center):
        document.state = DocumentState.REVIEW
        ask_about_document(session, document, delivery, "unknown_center")
        return
    for attachment in live_attachments(session, document.id):
        detach(session, attachment, actor)
    comment = decided_comment(decision)
    transfer = Transfer(
        task_id=task.id,
        document_id=document.id,
        center=center,
        comment_enc=crypto.seal(comment) if comment else None,
        key=uuid4().hex,
    )
    document.state, document.reason = DocumentState.TRANSFERRED, ""
    session.add_all([transfer, document])
    session.flush()
    reviews.cancel_for(session, actor=actor, document_id=document.id)
    audit.record(
        session, actor, "document.transfer", "document", document.id, transfer=transfer.id, center=center
    )
    # Not the document: what is asked about this work is whether to do it again, not where the paper belongs.
    payload = {"transfer_id": transfer.id}
    work.add(session, TRANSFER, f"transfer:{transfer.id}", payload=payload, priority=100, actor=actor)


@bot(TRANSFER, title="문서 이송", concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Carry out one transfer; its key makes a repeated call harmless."""
    pass_on(int(item.payload["transfer_id"]))
    return Outcome()


def pass_on(transfer_id: int) -> None:
    """Pass one document on, unless that was taken back. Safe to repeat."""
    address = settings().case_sink_url
    with record() as session:
        one_at_a_time(session, "transfer", transfer_id)
        transfer = session.get_one(Transfer, transfer_id)
        if transfer.state != OutwardState.PENDING:
            return
        if not address:
            _refused(session, transfer, "no_record_system")
            return
        message = _message(session, transfer)
        system = record_system(address)
        try:
            system.transfer(transfer.key, message)
        except Declined as error:
            audit.record(
                session, f"bot:{TRANSFER}", "document.transfer_refused", "document", transfer.document_id,
                transfer=transfer.id, said=error.reason,
            )  # fmt: skip
            _refused(session, transfer, "transfer_refused")
            return
        finally:
            system.close()
        transfer.state, transfer.done_at = OutwardState.DONE, datetime.now(UTC)
        session.add(transfer)
        audit.record(
            session, f"bot:{TRANSFER}", "document.transferred", "document", transfer.document_id,
            transfer=transfer.id,
        )  # fmt: skip


def _message(session: Session, transfer: Transfer) -> dict[str, Any]:
    """The document as the other center gets it: what was read of it, and a PNG picture of every page."""
    document = session.get_one(Document, transfer.document_id)
    delivery = session.get_one(Delivery, document.delivery_id)
    (read,) = read_documents(session, [document])
    pictures = _pictures(session, document)
    whole = len(pictures) < len(document.pages)  # what could not be read goes along as it came
    original = {"original": _text(files.read(delivery.original_sha256))} if whole else {}
    return {
        **original,
        "center": transfer.center,
        "from": settings().center_name,
        "comment": crypto.open_(transfer.comment_enc) if transfer.comment_enc else "",
        "document_type": document.type,
        "received_at": delivery.received_at.isoformat(),
        "delivery": delivery.original_sha256,
        "file_name": delivery.original_name,
        "source": delivery.source,
        "pages": original_pages(session, delivery.id, document.pages),
        "fields": {n: {"value": v.value, "doubtful": v.doubtful} for n, v in read.fields.items()},
        "pictures": pictures,
    }


def _pictures(session: Session, document: Document) -> list[dict[str, Any]]:
    query = select(Page).where(Page.delivery_id == document.delivery_id, col(Page.number).in_(document.pages))
    by_number = {page.number: page for page in session.exec(query)}
    pages = [by_number[n] for n in document.pages if n in by_number]
    return [
        {"page": p.number, "media": "image/png", "base64": _text(files.read(p.image_sha256))}
        for p in pages
        if p.image_sha256
    ]


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _refused(session: Session, transfer: Transfer, reason: str) -> None:
    transfer.state, transfer.done_at = OutwardState.FAILED, datetime.now(UTC)
    session.add(transfer)
    task = session.get_one(ReviewTask, transfer.task_id)
    delivery = session.get_one(Delivery, task.delivery_id, with_for_update=True)
    document = session.get_one(Document, transfer.document_id, with_for_update=True)
    document.state, document.reason = DocumentState.REVIEW, reason
    document.version += 1
    session.add(document)
    ask_about_document(session, document, delivery, reason)
    settle_delivery(session, delivery)
