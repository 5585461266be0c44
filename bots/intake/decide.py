"""intake.apply_decision: what a person decided about a document takes effect.

The decision itself was committed by `queues.reviews.decide`; here it is carried out once, however often the
work is repeated, and what it changes is noted first, so that it can be taken back (`bots.intake.undo`).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, select

from bots.intake.arrange import settle_arrangements
from bots.intake.attach import attach_document, detach
from bots.intake.correct import accepted, correct, tell_again
from bots.intake.link import LINKED, settle_delivery
from bots.intake.register import REGISTER, begin_registration
from bots.intake.restore import settle_pending
from bots.intake.reviews import LINK, ask_about_document
from bots.intake.transfer import TRANSFER, begin_transfer
from queues import audit, reviews, snapshots, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.errors import Irreversible
from queues.models import (
    Account,
    Application,
    Delivery,
    DeliveryState,
    Document,
    DocumentState,
    Effect,
    OutwardState,
    Registration,
    ReviewState,
    ReviewTask,
    Transfer,
    WorkItem,
    WorkState,
)
from queues.sealed_fields import APPLIED
from queues.snapshots import live_attachments

_UNPLACED = (DocumentState.READ, DocumentState.REVIEW, DocumentState.WAITING_CASE)


@bot("intake.apply_decision", title="검토 결정 반영", concurrency=2)
def run(item: Work) -> Outcome:
    """Carry out the decision of one review task."""
    apply_decision(int(item.payload["task_id"]))
    return Outcome()


def apply_decision(task_id: int) -> None:
    """Carry out a decided task, once."""
    with record() as session:
        # The delivery first, as linking does: two that lock in another order would wait for each other.
        delivery_id = session.exec(select(ReviewTask.delivery_id).where(ReviewTask.id == task_id)).one()
        delivery = None
        if delivery_id is not None:
            delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
            settle_pending(session, delivery)
            settle_arrangements(session, delivery)
        task = session.get_one(ReviewTask, task_id, with_for_update=True, populate_existing=True)
        for decided in (*_decided_before(session, task), task):
            if (
                decided.state != ReviewState.DECIDED
                or decided.decision is None
                or APPLIED in decided.decision
            ):
                continue
            _carry_out(session, decided, delivery)
            decided.decision = {**decided.decision, APPLIED: datetime.now(UTC).isoformat()}
            session.add(decided)
            session.flush()


def _decided_before(session: Session, task: ReviewTask) -> Sequence[ReviewTask]:
    """What was decided earlier about the same papers and is still to be carried out: that goes first, or a
    rejected delivery would end with a paper attached."""
    if task.delivery_id is None or task.decided_at is None:
        return []
    query = select(ReviewTask).where(
        ReviewTask.delivery_id == task.delivery_id,
        ReviewTask.state == ReviewState.DECIDED,
        col(ReviewTask.decided_at) < task.decided_at,
        ~col(ReviewTask.decision).has_key(APPLIED),  # type: ignore[attr-defined]
    )
    if task.document_id is not None:
        about = col(ReviewTask.document_id)
        query = query.where(about.is_(None) | (about == task.document_id))
    return session.exec(query.order_by(col(ReviewTask.decided_at)).with_for_update()).all()


def _carry_out(session: Session, task: ReviewTask, delivery: Delivery | None) -> None:
    decision = task.decision or {}
    actor = f"account:{task.decided_by}"
    rejects = decision.get("action") == "reject"
    documents = _concerned(session, task, delivery, rejects)
    effect = snapshots.begin(
        session, delivery, documents, kind="decision", made_by=task.decided_by, task_id=task.id
    )
    if task.item_id is not None:
        _about_work(session, effect, task.item_id, rejects, actor)
    if delivery is None:
        return
    if task.document_id is not None:
        (document,) = documents
        _about_document(session, effect, task, delivery, document, actor)
    elif rejects:
        asked = [t for t in _asked_of_the_whole(session, delivery) if t.id != task.id]
        effect.after = {**effect.after, "withdrawn": [t.id for t in asked]}
        for item_id in sorted({t.item_id for t in asked if t.item_id is not None}):
            work.cancel(session, session.get_one(WorkItem, item_id), actor, "review")
        _reject_delivery(session, delivery, documents, actor)
    for document in documents:
        for attachment in live_attachments(session, document.id):
            case = session.get_one(Application, attachment.application_id)
            snapshots.note_case(effect, case.id, case.status)
    session.add(effect)
    if delivery.state in LINKED:
        settle_delivery(session, delivery)


def _concerned(
    session: Session, task: ReviewTask, delivery: Delivery | None, rejects: bool
) -> list[Document]:
    """The documents that the decision may change, locked."""
    if task.document_id is not None:
        return [session.get_one(Document, task.document_id, with_for_update=True, populate_existing=True)]
    if delivery is None or not rejects:
        return []
    query = select(Document).where(
        Document.delivery_id == delivery.id, Document.state != DocumentState.SUPERSEDED
    )
    return list(session.exec(query.order_by(col(Document.id)).with_for_update()))


def _asked_of_the_whole(session: Session, delivery: Delivery) -> Sequence[ReviewTask]:
    query = select(ReviewTask).where(
        ReviewTask.delivery_id == delivery.id,
        col(ReviewTask.document_id).is_(None),
        col(ReviewTask.state).in_([ReviewState.OPEN, ReviewState.CLAIMED]),
    )
    return session.exec(query.order_by(col(ReviewTask.id))).all()


def _about_work(session: Session, effect: Effect, item_id: int, rejects: bool, actor: str) -> None:
    """Work that had failed: a person says that its cause is gone, or that it is not to be done."""
    item = session.get_one(WorkItem, item_id, with_for_update=True)
    if rejects:
        if item.state == WorkState.REVIEW and work.cancel(session, item, actor, "review"):
            effect.after = {**effect.after, "given_up": item.id}
            _give_up_telling(session, item, effect.made_by)
    elif item.state in (WorkState.REVIEW, WorkState.FAILED):
        before = item.retried_as
        again = work.retry(session, item, actor, "review")
        if again.id != before:
            effect.after = {**effect.after, "item": again.id}


def _give_up_telling(session: Session, item: WorkItem, account_id: int | None) -> None:
    """A registration or a transfer that is not to be tried again: the decision behind it is taken back, so that
    the paper is asked about anew and the other system forgets what may have reached it."""
    told: Registration | Transfer | None = None
    if item.bot == REGISTER:
        told = session.get(Registration, int(item.payload["registration_id"]))
    elif item.bot == TRANSFER:
        told = session.get(Transfer, int(item.payload["transfer_id"]))
    if told is None or told.state != OutwardState.PENDING or account_id is None:
        return
    behind = session.get_one(ReviewTask, told.task_id)
    with suppress(Irreversible):  # what was decided about the paper since stands
        reviews.undo(session, behind.id, behind.version, session.get_one(Account, account_id))


def _reject_delivery(session: Session, delivery: Delivery, documents: Sequence[Document], actor: str) -> None:
    """Nothing of it stays attached, nothing more is asked, and no bot takes it up again."""
    for document in documents:
        _take_off(session, document, actor)
        document.state = DocumentState.REJECTED
        document.version += 1
        session.add(document)
    reviews.cancel_for(session, actor=actor, delivery_id=delivery.id)
    delivery.state = DeliveryState.REJECTED
    session.add(delivery)
    audit.record(session, actor, "delivery.rejected", "delivery", delivery.id)


def _about_document(
    session: Session, effect: Effect, task: ReviewTask, delivery: Delivery, document: Document, actor: str
) -> None:
    decision: dict[str, Any] = task.decision or {}
    if document.state == DocumentState.SUPERSEDED:
        return  # its pages are in other documents, which are asked about
    action = decision.get("action")
    corrected = correct(session, effect, task, document, decision, actor)
    if action == "attach":
        _attach(session, delivery, document, decision, corrected, actor)
    elif action == "correct":
        for attachment in live_attachments(session, document.id):
            tell_again(session, attachment, corrected, accepted(decision), actor)
        if task.kind == LINK and document.state in _UNPLACED:
            _look_again(session, document, task)
    elif action == "register":
        begin_registration(session, task, document, decision, actor)
    elif action == "transfer":
        begin_transfer(session, task, delivery, document, decision, actor)
    elif action == "reject":
        _take_off(session, document, actor)
        document.state = DocumentState.REJECTED
        reviews.cancel_for(session, actor=actor, document_id=document.id)
        audit.record(session, actor, "document.rejected", "document", document.id)
    document.version += 1
    session.add(document)


def _look_again(session: Session, document: Document, task: ReviewTask) -> None:
    """With the corrected values the document may find its application by itself."""
    document.state = DocumentState.WAITING_CASE
    work.add(
        session,
        "intake.link",
        f"delivery:{document.delivery_id}:review:{task.id}:{task.version}",
        payload={"delivery_id": document.delivery_id, "again": True},
    )


def _attach(
    session: Session,
    delivery: Delivery,
    document: Document,
    decision: dict[str, Any],
    corrected: set[str],
    actor: str,
) -> None:
    """Attach to these applications. A paper that was attached to another one alone moves.

    A receipt number that nobody knows any more attaches nothing: the question is asked again.
    """
    receipt_nos = set(decision.get("receipt_nos") or [])
    found = select(Application).where(col(Application.receipt_no).in_(receipt_nos))
    applications = session.exec(found.order_by(col(Application.id))).all()
    before = live_attachments(session, document.id)
    if not applications or len(applications) != len(receipt_nos):
        if not before:
            document.state = DocumentState.REVIEW
        for attachment in before:
            tell_again(session, attachment, corrected, set(), actor)
        ask_about_document(session, document, delivery, "unknown_receipt")
        return
    wanted = {a.id for a in applications}
    if len(before) == 1 and before[0].application_id not in wanted:
        detach(session, before[0], actor)
        before = []
    for attachment in before:
        accept = accepted(decision) if attachment.application_id in wanted else set()
        tell_again(session, attachment, corrected, accept, actor)
    for application in applications:
        attach_document(
            session, document, application, decided_by=actor.removeprefix("account:"), actor=actor,
            accepted=accepted(decision),
        )  # fmt: skip
    reviews.cancel_for(session, actor=actor, document_id=document.id, kind=LINK)


def _take_off(session: Session, document: Document, actor: str) -> None:
    for attachment in live_attachments(session, document.id):
        detach(session, attachment, actor)
