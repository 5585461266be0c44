"""Attaching: a document joins an application, the application's state moves, the system of record is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.cases.connect import record_system
from bots.cases.source import SourceError
from bots.intake.papers import read_documents
from config.settings import settings
from queues import audit, new_papers, work
from queues.batches import original_pages
from queues.bots import Outcome, Work, bot
from queues.completeness import settle_completeness
from queues.database import session as record
from queues.models import Application, Attachment, Delivery, Document, DocumentState, SinkState

SINK = "intake.attach"
ARRIVAL = "notices.arrival"
_SINK_LOCK = 0x73696E6B  # "sink"


def attach_document(
    session: Session,
    document: Document,
    application: Application,
    *,
    decided_by: str,
    actor: str,
    probability: float | None = None,
    evidence: Sequence[dict[str, Any]] = (),
    accepted: Iterable[str] = (),
    decided_at: datetime | None = None,
) -> Attachment:
    """Attach in the caller's transaction; attaching twice is attaching once.

    `accepted`: names of fields whose difference to the record a person took for a change of it.
    """
    query = select(Attachment).where(
        Attachment.document_id == document.id,
        Attachment.application_id == application.id,
        col(Attachment.undone_at).is_(None),
    )
    found = session.exec(query).one_or_none()
    if found is not None:
        return found
    attachment = Attachment(
        document_id=document.id,
        application_id=application.id,
        probability=probability,
        decided_by=decided_by,
        evidence=list(evidence),
        accepted=sorted(accepted),
        sink_key=_new_key(),
    )
    if decided_at is not None:
        attachment.decided_at = decided_at
    document.state = DocumentState.ATTACHED
    session.add_all([attachment, document])
    session.flush()
    _note_in_audit(session, "document.attach", attachment, actor)
    new_papers.arrived(session, attachment)
    settle_completeness(session, application.id, actor)
    _have_told(session, attachment)
    _tell_applicant(session, document, application)
    return attachment


def tell_anew(
    session: Session, attachment: Attachment, actor: str, accepted: Iterable[str] | None = None
) -> Attachment:
    """What the document says was corrected: take back what was told and tell it again, under a new key.

    The document stays attached throughout, by whom it was; `actor` made the correction. `accepted` takes
    the place of the differences that were accepted before.
    """
    attachment.undone_at = datetime.now(UTC)
    attachment.sink_state = SinkState.PENDING
    session.add(attachment)
    session.flush()
    anew = Attachment(
        document_id=attachment.document_id,
        application_id=attachment.application_id,
        probability=attachment.probability,
        decided_by=attachment.decided_by,
        decided_at=attachment.decided_at,
        evidence=list(attachment.evidence),
        accepted=list(attachment.accepted) if accepted is None else sorted(accepted),
        sink_key=_new_key(),
    )
    session.add(anew)
    session.flush()
    _note_in_audit(session, "document.told_anew", anew, actor)
    _have_told(session, attachment)
    _have_told(session, anew)
    return anew


def detach(session: Session, attachment: Attachment, actor: str) -> None:
    """Undo an attachment in the caller's transaction; the system of record is told by the same way."""
    attachment.undone_at = datetime.now(UTC)
    attachment.sink_state = SinkState.PENDING
    session.add(attachment)
    session.flush()
    _note_in_audit(session, "document.detach", attachment, actor)
    new_papers.taken_off(session, attachment)
    settle_completeness(session, attachment.application_id, actor)
    _have_told(session, attachment)


def _new_key() -> str:
    """Ids begin anew with a new database, but the system of record remembers keys: so not made of ids."""
    return uuid4().hex


def _note_in_audit(session: Session, action: str, attachment: Attachment, actor: str) -> None:
    told = {"accepted": attachment.accepted} if attachment.accepted else {}
    audit.record(
        session, actor, action, "application", attachment.application_id,
        document=attachment.document_id, attachment=attachment.id, **told,
    )  # fmt: skip


def _have_told(session: Session, attachment: Attachment) -> None:
    """Have the system of record told that it holds, or, once it is undone, that it holds no more."""
    if settings().case_sink_url:
        undone = ":undone" if attachment.undone_at else ""
        payload = {"attachment_id": attachment.id}
        work.add(session, SINK, f"attachment:{attachment.id}{undone}", payload=payload)


def _tell_applicant(session: Session, document: Document, application: Application) -> None:
    """Once for each delivery and case, by the setting `arrival_messages`."""
    if settings().arrival_messages:
        reference = f"delivery:{document.delivery_id}:application:{application.id}"
        payload = {"delivery_id": document.delivery_id, "application_id": application.id}
        work.add(session, ARRIVAL, reference, payload=payload, priority=20)


@bot(SINK, title="행정시스템 통보", concurrency=2, patient=True)
def run(item: Work) -> Outcome:
    """Tell the system of record of one attachment; its key makes a repeated call harmless."""
    address = settings().case_sink_url
    if not address:
        return Outcome()
    attachment_id = int(item.payload["attachment_id"])
    _note(attachment_id, SinkState.SENT)
    try:
        _send(address, attachment_id)
    except SourceError:
        _note(attachment_id, SinkState.FAILED)
        raise
    return Outcome()


def _send(address: str, attachment_id: int) -> None:
    with record() as session:
        # One at a time about one attachment: what is told must not overtake its withdrawal.
        lock = text("select pg_advisory_xact_lock(cast(:key as int), cast(:id as int))")
        session.connection().execute(lock, {"key": _SINK_LOCK, "id": attachment_id % 2**31})
        attachment = session.get_one(Attachment, attachment_id)
        if attachment.sink_state == SinkState.ACKNOWLEDGED:
            return
        undone = attachment.undone_at is not None
        _tell(address, attachment.sink_key, None if undone else _message(session, attachment))
        session.refresh(attachment, with_for_update=True)
        if undone == (attachment.undone_at is not None):  # else it was undone meanwhile: that is told next
            attachment.sink_state = SinkState.ACKNOWLEDGED
            session.add(attachment)


def _note(attachment_id: int, state: SinkState) -> None:
    with record() as session:
        attachment = session.get_one(Attachment, attachment_id, with_for_update=True)
        if attachment.sink_state != SinkState.ACKNOWLEDGED:
            attachment.sink_state = state
            session.add(attachment)


def _tell(address: str, key: str, message: dict[str, Any] | None) -> None:
    """Deliver a message under its key, or withdraw the key when there is none."""
    system = record_system(address)
    try:
        if message is None:
            system.withdraw(key)
        else:
            system.deliver(key, message)
    finally:
        system.close()


def _message(session: Session, attachment: Attachment) -> dict[str, Any]:
    document = session.get_one(Document, attachment.document_id)
    delivery = session.get_one(Delivery, document.delivery_id)
    application = session.get_one(Application, attachment.application_id)
    (read,) = read_documents(session, [document])
    said = {name: read.fields[name].value for name in attachment.accepted if name in read.fields}
    changes = {"changes": {name: value for name, value in said.items() if value}} if said else {}
    return {
        **changes,
        "receipt_no": application.receipt_no,
        "document_type": document.type,
        "pages": original_pages(session, delivery.id, document.pages),  # of the file
        "received_at": delivery.received_at.isoformat(),
        "delivery": delivery.original_sha256,
        "file_name": delivery.original_name,
        "source": delivery.source,
        "decided_by": attachment.decided_by,
        "fields": {n: {"value": v.value, "doubtful": v.doubtful} for n, v in read.fields.items()},
    }
