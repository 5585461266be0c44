"""intake.register: a paper without a case becomes one (신규 접수).

The system of record gives the receipt number, under a key; the case enters our record with the answer, and
comes once more with the next pull, as any change does. The paper is attached to it, and so are the delivery's
other papers that bear the same resident number; what else waits for its case is looked at again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlmodel import Session, col, select

from bots.cases.connect import record_system
from bots.cases.persist import upsert_cases
from bots.cases.sink import Declined, Registered
from bots.intake.attach import attach_document
from bots.intake.link import settle_delivery
from bots.intake.outward import one_at_a_time
from bots.intake.papers import read_documents
from bots.intake.reviews import LINK, ask_about_document, with_people
from bots.notices import reception
from config.settings import settings
from ocr.types import DocumentRead
from queues import audit, crypto, reviews, snapshots, work
from queues.arranging import documents_with_pages
from queues.bots import Outcome, Work, bot
from queues.consequences import effect_of
from queues.database import session as record
from queues.days import day_of
from queues.models import (
    Application,
    Delivery,
    Document,
    DocumentState,
    OutwardState,
    Registration,
    ReviewTask,
)
from queues.sealed_fields import decided_fields

REGISTER = "intake.register"
_SAID = ("name", "birth_date", "rrn", "phone", "address", "bank", "account", "company", "business_no")
_UNPLACED = (DocumentState.READ, DocumentState.REVIEW, DocumentState.WAITING_CASE)


def begin_registration(
    session: Session, task: ReviewTask, document: Document, decision: Mapping[str, Any], actor: str
) -> None:
    """Ask for a new case in the caller's transaction; the document waits for it."""
    registration = Registration(
        task_id=task.id,
        document_id=document.id,
        program=str(decision.get("program") or ""),
        fields_enc=crypto.seal(json.dumps(decided_fields(decision), ensure_ascii=False)),
        key=uuid4().hex,
    )
    session.add(registration)
    session.flush()
    document.state, document.reason = DocumentState.WAITING_CASE, "registering"
    audit.record(
        session, actor, "case.register", "document", document.id,
        registration=registration.id, program=registration.program,
    )  # fmt: skip
    # Not the document: what is asked about this work is whether to do it again, not where the paper belongs.
    payload = {"registration_id": registration.id}
    work.add(session, REGISTER, f"registration:{registration.id}", payload=payload, priority=100, actor=actor)


@bot(REGISTER, title="신규 접수", concurrency=2)
def run(item: Work) -> Outcome:
    """Carry out one registration; its key makes a repeated call harmless."""
    register(int(item.payload["registration_id"]))
    return Outcome()


def register(registration_id: int) -> None:
    """Have the system of record make the case, and everything that belongs to it attached. Safe to repeat."""
    address = settings().case_sink_url
    with record() as session:
        one_at_a_time(session, "registration", registration_id)
        registration = session.get_one(Registration, registration_id)
        if registration.state != OutwardState.PENDING:
            return
        if not _still_waits(session, registration):
            _drop(session, registration)
            return
        if not address:
            _refused(session, registration, "no_record_system")
            return
        message = _message(session, registration)
        system = record_system(address)
        try:
            answer = system.register(registration.key, message)
        except Declined as error:
            audit.record(
                session, f"bot:{REGISTER}", "case.refused", "document", registration.document_id,
                registration=registration.id, said=error.reason,
            )  # fmt: skip
            _refused(session, registration, "register_refused")
            return
        finally:
            system.close()
        _registered(session, registration, answer)


def _still_waits(session: Session, registration: Registration) -> bool:
    """Whether nobody has said meanwhile, to another question, that the paper goes elsewhere or nowhere."""
    document = session.get_one(Document, registration.document_id)
    return (document.state, document.reason) == (DocumentState.WAITING_CASE, "registering")


def _drop(session: Session, registration: Registration) -> None:
    registration.state, registration.done_at = OutwardState.FAILED, datetime.now(UTC)
    session.add(registration)
    audit.record(
        session, f"bot:{REGISTER}", "case.not_registered", "document", registration.document_id,
        registration=registration.id,
    )  # fmt: skip


def _message(session: Session, registration: Registration) -> dict[str, Any]:
    document = session.get_one(Document, registration.document_id)
    delivery = session.get_one(Delivery, document.delivery_id)
    (read,) = read_documents(session, [document])
    # What the paper hides (710118-2******) is not known.
    said = {n: v.value for n, v in read.fields.items() if n in _SAID and "*" not in v.value}
    typed = json.loads(crypto.open_(registration.fields_enc)) if registration.fields_enc else {}
    return {
        "program": registration.program,
        **said,
        **{name: value for name, value in typed.items() if name in _SAID},
        "received_on": day_of(delivery.received_at).isoformat(),
        "document_type": document.type,
        "delivery": delivery.original_sha256,
        "source": delivery.source,
    }


def _registered(session: Session, registration: Registration, answer: Registered) -> None:
    task = session.get_one(ReviewTask, registration.task_id)
    actor = f"account:{task.decided_by}"
    # The delivery first, as deciding and linking do.
    delivery = session.get_one(Delivery, task.delivery_id, with_for_update=True)
    document = session.get_one(Document, registration.document_id, with_for_update=True)
    upsert_cases(session, [answer.case])
    session.flush()
    found = select(Application).where(Application.receipt_no == answer.receipt_no)
    application = session.exec(found).one()
    registration.state, registration.receipt_no = OutwardState.DONE, answer.receipt_no
    registration.done_at = datetime.now(UTC)
    session.add(registration)
    audit.record(
        session, actor, "case.registered", "application", application.id, registration=registration.id
    )
    reception.confirm(session, [application.id], day_of(delivery.received_at), actor)
    _attach_papers(session, registration, delivery, document, application, task)
    reviews.cancel_for(session, actor=actor, document_id=document.id, kind=LINK)
    work.add(
        session,
        "intake.link",
        f"delivery:{delivery.id}:registered:{registration.id}",
        payload={"delivery_id": delivery.id, "again": True},
    )
    work.add(session, "intake.relink", f"registration:{registration.id}")
    settle_delivery(session, delivery)


def _attach_papers(
    session: Session,
    registration: Registration,
    delivery: Delivery,
    document: Document,
    application: Application,
    task: ReviewTask,
) -> None:
    """The paper that applies, and those of the delivery with the same resident number, by the same decision."""
    actor = f"account:{task.decided_by}"
    effect = effect_of(session, task)
    rows = documents_with_pages(session, delivery.id)
    reads = dict(zip([r.id for r in rows], read_documents(session, rows), strict=True))
    rrn = _message(session, registration).get("rrn", "")
    joining = [document, *(r for r in rows if r.id != document.id and _joins(session, r, reads[r.id], rrn))]
    if effect is not None:
        snapshots.include(session, effect, joining)
        snapshots.note_case(effect, application.id, application.status)
        session.add(effect)
    for row in joining:
        attach_document(
            session, row, application, decided_by=str(task.decided_by), actor=actor,
            evidence=[{"field": "rrn", "level": "registered"}] if row is not document else [],
        )  # fmt: skip
        row.reason = ""
        row.version += 1
        session.add(row)
        if row is not document:
            reviews.cancel_for(session, actor=actor, document_id=row.id, kind=LINK)
    for row in rows:  # what was asked about before the case existed may find it now
        asked = row not in joining and row.state == DocumentState.REVIEW and _asked_where(session, row)
        if asked and not with_people(session, row):
            row.state = DocumentState.WAITING_CASE
            session.add(row)


def _joins(session: Session, row: Document, read: DocumentRead, rrn: str) -> bool:
    value = read.fields.get("rrn")
    same = value is not None and bool(rrn) and value.value == rrn and "*" not in rrn and not value.doubtful
    return same and row.state in _UNPLACED and not with_people(session, row)


def _asked_where(session: Session, row: Document) -> bool:
    query = select(ReviewTask.id).where(
        ReviewTask.document_id == row.id,
        ReviewTask.kind == LINK,
        col(ReviewTask.state).in_(["open", "claimed"]),
    )
    return session.exec(query).first() is not None


def _refused(session: Session, registration: Registration, reason: str) -> None:
    registration.state, registration.done_at = OutwardState.FAILED, datetime.now(UTC)
    session.add(registration)
    task = session.get_one(ReviewTask, registration.task_id)
    delivery = session.get_one(Delivery, task.delivery_id, with_for_update=True)
    document = session.get_one(Document, registration.document_id, with_for_update=True)
    document.state, document.reason = DocumentState.REVIEW, reason
    document.version += 1
    session.add(document)
    ask_about_document(session, document, delivery, reason)
    settle_delivery(session, delivery)
