"""Putting documents back to what they were before a decision: pages, type, fields, attachments, questions.

What a bot did since in consequence (found a case, asked something) goes with it. The system of record is
told of every attachment that ends, begins or says something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, col, delete, select

from bots.intake.attach import attach_document, detach, tell_anew
from bots.intake.link import LINKED, settle_delivery
from queues import audit, finding, snapshots, work
from queues.arranging import documents_with_pages
from queues.consequences import outward
from queues.models import (
    Application,
    Correction,
    Delivery,
    DeliveryState,
    Document,
    DocumentState,
    Effect,
    LinkCandidate,
    Page,
    ReadField,
    ReviewState,
    ReviewTask,
    WorkItem,
    WorkState,
)
from queues.snapshots import live_attachments, open_questions

Kept = dict[str, Any]


def settle_pending(session: Session, delivery: Delivery) -> None:
    """Carry out what was asked to be taken back in a delivery (locked), before anything else happens to it.

    What another system has to agree to is left to `intake.undo_decision`.
    """
    query = (
        select(Effect)
        .where(
            Effect.delivery_id == delivery.id,
            col(Effect.undo_asked_at).is_not(None),
            col(Effect.undone_at).is_(None),
        )
        .order_by(col(Effect.id).desc())
        .with_for_update()
    )
    for effect in session.exec(query).all():
        if not outward(session, effect):
            restore(session, delivery, effect)


def restore(session: Session, delivery: Delivery | None, effect: Effect) -> None:
    """Undo an effect in the caller's transaction, which has locked its delivery. Once only."""
    if effect.undone_at is not None:
        return
    actor = f"account:{effect.undo_asked_by}"
    before = snapshots.opened(effect)
    _restore_work(session, effect, actor)
    if delivery is not None:
        _restore_delivery(session, delivery, effect, before, actor)
    corrections = select(Correction).where(
        Correction.effect_id == effect.id, col(Correction.undone_at).is_(None)
    )
    effect.undone_at = datetime.now(UTC)
    for correction in session.exec(corrections):
        correction.undone_at = effect.undone_at
        session.add(correction)
    session.add(effect)
    audit.record(
        session, actor, "decision.undone", "effect", effect.id,
        task=effect.task_id, delivery=effect.delivery_id, documents=effect.documents,
    )  # fmt: skip


def _restore_delivery(session: Session, delivery: Delivery, effect: Effect, before: Kept, actor: str) -> None:
    order = _order_before(session, delivery, effect, before)
    for document_id in effect.after.get("made", []):
        _put_away(session, session.get_one(Document, document_id, with_for_update=True), actor)
    for kept in before["documents"]:
        if kept["row"]["id"] in effect.documents:
            _restore_document(session, effect, kept, actor)
    put_in_order(session, delivery.id, order)
    _restore_pages(session, delivery, before["pages"])
    _ask_again(session, effect.after.get("withdrawn", []), actor)
    if delivery.state == DeliveryState.REJECTED:
        delivery.state = before["delivery"]["state"]
        session.add(delivery)
    if delivery.state in LINKED:
        settle_delivery(session, delivery)
    finding.remember(session, delivery.id)


def _order_before(session: Session, delivery: Delivery, effect: Effect, before: Kept) -> dict[int, int]:
    """Places by id of document: those before an arrangement of pages, else those that they have."""
    now = {d.id: d.position for d in documents_with_pages(session, delivery.id)}
    if effect.kind != "arrangement":
        return now
    return now | {d["row"]["id"]: d["row"]["position"] for d in before["documents"]}


def put_in_order(session: Session, delivery_id: int, order: Mapping[int, int]) -> None:
    """Number the documents of a delivery by these places, those without one last."""
    rows = documents_with_pages(session, delivery_id)
    rows.sort(key=lambda row: (order.get(row.id, len(order)), row.pages[:1]))
    for row in rows:  # two are never in one place: all step aside before each goes to its own
        row.position = -row.id
        session.add(row)
    session.flush()
    for position, row in enumerate(rows):
        row.position = position
        session.add(row)
    session.flush()


def _put_away(session: Session, document: Document, actor: str) -> None:
    """A document that the arrangement made: its pages go back to where they were."""
    for attachment in live_attachments(session, document.id):
        detach(session, attachment, actor)
    _withdraw_questions(session, document, set(), actor)
    supersede(session, document)


def supersede(session: Session, document: Document) -> None:
    """The row stays, for what was once decided about it; it has no pages any more."""
    document.state, document.reason = DocumentState.SUPERSEDED, ""
    document.pages, document.position = [], -document.id
    document.version += 1
    session.add(document)
    session.flush()


def _restore_document(session: Session, effect: Effect, kept: Kept, actor: str) -> None:
    document = session.get_one(Document, kept["row"]["id"])
    said_before = _said(session, document)
    wanted = {a["application_id"]: a for a in kept["attachments"]}
    for attachment in live_attachments(session, document.id):
        if attachment.application_id not in wanted:
            detach(session, attachment, actor)
    snapshots.filled(document, {k: v for k, v in kept["row"].items() if k not in ("id", "position")})
    document.version += 1
    session.add(document)
    _replace_rows(session, document.id, kept)
    says_other = _said(session, document) != said_before
    for application_id, values in wanted.items():
        _attach_as_before(session, document, application_id, values, says_other, actor)
    document.state = kept["row"]["state"]
    session.add(document)
    _restore_questions(session, effect, document, set(kept["questions"]), actor)


def _said(session: Session, document: Document) -> tuple[Any, ...]:
    """What the system of record was told of a document; rows that nobody touched are equal byte by byte."""
    rows = session.exec(select(ReadField).where(ReadField.document_id == document.id))
    fields = sorted((r.person, r.name, r.value_enc or b"", r.doubtful) for r in rows)
    return document.type, tuple(document.pages), tuple(fields)


def _replace_rows(session: Session, document_id: int, kept: Kept) -> None:
    session.exec(delete(ReadField).where(col(ReadField.document_id) == document_id))
    session.exec(delete(LinkCandidate).where(col(LinkCandidate.document_id) == document_id))
    session.flush()
    session.add_all([snapshots.filled(ReadField(name=v["name"]), v) for v in kept["fields"]])
    session.add_all([snapshots.filled(LinkCandidate(rank=v["rank"]), v) for v in kept["candidates"]])
    session.flush()


def _attach_as_before(
    session: Session, document: Document, application_id: int, values: Kept, says_other: bool, actor: str
) -> None:
    live = {a.application_id: a for a in live_attachments(session, document.id)}
    if attachment := live.get(application_id):
        if says_other or sorted(attachment.accepted) != sorted(values["accepted"]):
            tell_anew(session, attachment, actor, values["accepted"])
        return
    attach_document(
        session,
        document,
        session.get_one(Application, application_id),
        decided_by=values["decided_by"],
        decided_at=datetime.fromisoformat(values["decided_at"]),
        probability=values["probability"],
        evidence=values["evidence"],
        accepted=values["accepted"],
        actor=actor,
    )


def _restore_questions(
    session: Session, effect: Effect, document: Document, then: set[int], actor: str
) -> None:
    """What was open then and was withdrawn is asked again; what was asked since is not."""
    _withdraw_questions(session, document, then | {effect.task_id or 0}, actor)
    session.flush()
    _ask_again(session, then - {effect.task_id}, actor)


def _ask_again(session: Session, task_ids: Iterable[int | None], actor: str) -> None:
    for task_id in sorted(n for n in task_ids if n is not None):
        task = session.get_one(ReviewTask, task_id, with_for_update=True, populate_existing=True)
        if task.state == ReviewState.CANCELLED:
            task.state, task.claimed_by, task.claimed_until = ReviewState.OPEN.value, None, None
            task.version += 1
            session.add(task)
            audit.record(session, actor, "review.open", "review_task", task.id, again=True)
    session.flush()


def _withdraw_questions(session: Session, document: Document, but: set[int], actor: str) -> None:
    for task in open_questions(session, document.id):
        if task.id not in but:
            task.state, task.version = ReviewState.CANCELLED.value, task.version + 1
            session.add(task)
            audit.record(session, actor, "review.cancel", "review_task", task.id)


def _restore_pages(session: Session, delivery: Delivery, kept: Kept) -> None:
    for page in session.exec(select(Page).where(Page.delivery_id == delivery.id)):
        if str(page.number) in kept:
            page.type, page.type_confidence = kept[str(page.number)]
            session.add(page)


def _restore_work(session: Session, effect: Effect, actor: str) -> None:
    """Work that the decision had done again is given up; work that it gave up waits for a person again."""
    if item_id := effect.after.get("item"):
        work.cancel(session, session.get_one(WorkItem, item_id), actor, "undone")
        for first in session.exec(select(WorkItem).where(WorkItem.retried_as == item_id)):
            first.retried_as = None
            session.add(first)
    if item_id := effect.after.get("given_up"):
        item = session.get_one(WorkItem, item_id, with_for_update=True)
        if item.state == WorkState.CANCELLED:
            work.move(session, item, WorkState.REVIEW, "undone", actor)
