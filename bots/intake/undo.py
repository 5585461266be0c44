"""intake.undo_decision, intake.take_off: what a person takes back, or objects to, is put back to what it was.

Where another system was told, it is asked first; what it does not give back stays as decided.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlmodel import Session, col, select

from bots.cases.connect import record_system
from bots.cases.sink import CaseSink, Declined
from bots.intake.attach import detach
from bots.intake.link import settle_delivery
from bots.intake.outward import one_at_a_time
from bots.intake.restore import restore
from bots.intake.reviews import ask_about_document
from bots.notices import reception
from config.settings import settings
from queues import audit, undoing
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import BusinessError
from queues.models import (
    Application,
    Attachment,
    Delivery,
    Document,
    DocumentState,
    Effect,
    OutwardState,
    Registration,
    ReviewState,
    ReviewTask,
    Transfer,
)
from queues.snapshots import live_attachments

_TOLD = (OutwardState.PENDING, OutwardState.DONE)
_KEPT_CASE = "접수된 신청이 행정시스템에서 이미 처리되어 되돌릴 수 없습니다."
_KEPT_PAPER = "{center}에서 문서를 이미 인수하여 되돌릴 수 없습니다."


@bot(undoing.UNDO, title="결정 되돌리기", concurrency=2)
def run(item: Work) -> Outcome:
    """Take back one decision."""
    undo_decision(int(item.payload["effect_id"]))
    return Outcome()


@bot(undoing.TAKE_OFF, title="연결 이의 반영", concurrency=2)
def run_take_off(item: Work) -> Outcome:
    """Take a document off the case where a person says it does not belong."""
    take_off(int(item.payload["attachment_id"]), int(item.payload["effect_id"]))
    return Outcome()


def undo_decision(effect_id: int) -> None:
    """Carry out what was asked to be taken back, once; raises `BusinessError` when another system refuses."""
    with record() as session:
        effect = session.get_one(Effect, effect_id)
        if effect.undone_at is not None or effect.undo_asked_at is None:
            return
        refused = _ask_back(session, effect)
        delivery = None
        if effect.delivery_id is not None:
            delivery = session.get_one(Delivery, effect.delivery_id, with_for_update=True)
        session.refresh(effect, with_for_update=True)
        if effect.undone_at is not None or effect.undo_asked_at is None:
            return
        if refused:
            _stands(session, effect)
        else:
            _give_up_cases(session, effect)
            restore(session, delivery, effect)
            _reopen(session, effect)
            if delivery is not None and delivery.state in ("linked", "review", "done"):
                settle_delivery(session, delivery)
    if refused:
        raise BusinessError("undo_refused", refused)


def _ask_back(session: Session, effect: Effect) -> str:
    """Ask other systems for what they were told; why one of them keeps it, "" when none does."""
    if effect.task_id is None:
        return ""
    for transfer in session.exec(select(Transfer).where(Transfer.task_id == effect.task_id)).all():
        one_at_a_time(session, "transfer", transfer.id)
        session.refresh(transfer)
        if transfer.state in _TOLD and not _gave_back(transfer.key, _recall):
            transfer.state, transfer.taken_at = OutwardState.DONE, datetime.now(UTC)
            session.add(transfer)
            return _KEPT_PAPER.format(center=transfer.center)
        transfer.state = OutwardState.UNDONE if transfer.state in _TOLD else transfer.state
        session.add(transfer)
    for case in session.exec(select(Registration).where(Registration.task_id == effect.task_id)).all():
        one_at_a_time(session, "registration", case.id)
        session.refresh(case)
        if case.state in _TOLD and not _gave_back(case.key, _unregister):
            return _KEPT_CASE
        case.state = OutwardState.UNDONE if case.state in _TOLD else case.state
        session.add(case)
    return ""


def _recall(system: CaseSink, key: str) -> None:
    system.recall(key)


def _unregister(system: CaseSink, key: str) -> None:
    system.unregister(key)


def _gave_back(key: str, ask: Callable[[CaseSink, str], None]) -> bool:
    address = settings().case_sink_url
    if not address:
        return True  # nobody was told
    system = record_system(address)
    try:
        ask(system, key)
    except Declined:
        return False
    finally:
        system.close()
    return True


def _stands(session: Session, effect: Effect) -> None:
    """The decision stays as it is; who wanted it undone is told by a question about this work."""
    audit.record(
        session, f"account:{effect.undo_asked_by}", "decision.undo_refused", "effect", effect.id,
        task=effect.task_id,
    )  # fmt: skip
    effect.undo_asked_at, effect.undo_asked_by = None, None
    session.add(effect)
    task = session.get_one(ReviewTask, effect.task_id, with_for_update=True)
    task.undone_by = None
    task.version += 1
    session.add(task)


def _give_up_cases(session: Session, effect: Effect) -> None:
    """A case that was registered by mistake: what bots attached to it since waits again."""
    if effect.task_id is None:
        return
    query = (
        select(Application)
        .join(Registration, col(Registration.receipt_no) == col(Application.receipt_no))
        .where(Registration.task_id == effect.task_id, Registration.state == OutwardState.UNDONE)
    )
    for case in session.exec(query).all():
        case.status, case.updated_at = "withdrawn", datetime.now(UTC)
        session.add(case)
        reception.take_back(session, case.id, f"account:{effect.undo_asked_by}")
        held = select(Attachment).where(
            Attachment.application_id == case.id, col(Attachment.undone_at).is_(None)
        )
        for attachment in session.exec(held.order_by(col(Attachment.id))).all():
            if attachment.document_id not in effect.documents:
                _waits_again(session, attachment, f"account:{effect.undo_asked_by}")


def _waits_again(session: Session, attachment: Attachment, actor: str) -> None:
    detach(session, attachment, actor)
    document = session.get_one(Document, attachment.document_id)
    if live_attachments(session, document.id):
        return
    delivery = session.get_one(Delivery, document.delivery_id)
    document.state, document.reason = DocumentState.WAITING_CASE, "not_on_file"
    document.version += 1
    session.add(document)
    ask_about_document(session, document, delivery, "not_on_file")
    settle_delivery(session, delivery)


def _reopen(session: Session, effect: Effect) -> None:
    """The question that waited for another system's word is open again."""
    if effect.task_id is None:
        return
    task = session.get_one(ReviewTask, effect.task_id, with_for_update=True, populate_existing=True)
    if task.state == ReviewState.DECIDED and task.undone_by is not None:
        undoing.reopen(session, task, task.undone_by)


def take_off(attachment_id: int, effect_id: int) -> None:
    """Detach what a person objected to, unless that happened already. Safe to repeat."""
    with record() as session:
        effect = session.get_one(Effect, effect_id)
        delivery = session.get_one(Delivery, effect.delivery_id, with_for_update=True)
        session.refresh(effect)  # it may have been taken back while the delivery was waited for
        attachment = session.get_one(Attachment, attachment_id, with_for_update=True)
        if attachment.undone_at is not None or effect.undo_asked_at is not None:
            return
        document = session.get_one(Document, attachment.document_id, with_for_update=True)
        detach(session, attachment, f"account:{effect.made_by}")
        if not live_attachments(session, document.id):
            document.state, document.reason = DocumentState.REVIEW, "objected"
        document.version += 1
        session.add(document)
        settle_delivery(session, delivery)
