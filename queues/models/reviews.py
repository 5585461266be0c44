"""Questions that only a person may answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from queues.models.columns import (
    identity,
    listing,
    mapping,
    moment,
    one_of,
    optional_mapping,
    reference,
    sealed,
    stamp,
    words,
)
from queues.models.states import OutwardState, ReviewState

_STILL_OPEN = text("state IN ('open', 'claimed')")


class ReviewTask(SQLModel, table=True):
    """검토. `subject` is what it asks about ("document:17"); one task per kind and subject is open.

    officer_id      whose it is (`queues.officers`); None: anybody's
    program, source   of the case or paper, and the way in ("fax"), kept here to be counted quickly
    legal_on        the last day of the case's processing period; due_at is never later
    other_center    the center that it seems to belong to, "" for ours
    held_until      put off until then
    """

    __tablename__ = "review_task"
    __table_args__ = (
        Index(
            "review_task_once",
            "kind",
            "subject",
            unique=True,
            postgresql_where=_STILL_OPEN,
        ),
        Index(
            "review_task_open",
            "due_at",
            "id",
            postgresql_include=["officer_id", "reason", "program", "source", "held_until"],
            postgresql_where=_STILL_OPEN,
        ),
        Index("review_task_of_officer", "officer_id", "due_at", "id", postgresql_where=_STILL_OPEN),
        Index("review_task_of_reason", "reason", "due_at", "id", postgresql_where=_STILL_OPEN),
        Index("review_task_decided", "decided_at"),
        Index("review_task_claimed", "claimed_by", postgresql_where=text("state = 'claimed'")),
        Index(
            "review_task_held",
            "decided_by",
            "held_until",
            postgresql_where=text("held_until IS NOT NULL AND state IN ('open', 'claimed')"),
        ),
        one_of("state", ReviewState),
    )
    id: int = identity()
    kind: str = words(None, index=True)
    subject: str = words(None)
    delivery_id: int | None = reference("delivery.id", optional=True)
    document_id: int | None = reference("document.id", optional=True)
    application_id: int | None = reference("application.id", optional=True)
    item_id: int | None = reference("work_item.id", optional=True)
    payment_id: int | None = reference("payment.id", optional=True)
    order_id: int | None = reference("payment_order.id", optional=True)
    session_id: int | None = reference("counseling_session.id", optional=True)
    reason: str = words()
    question: str = words()
    evidence: dict[str, Any] = mapping()
    state: str = words(ReviewState.OPEN.value)
    priority: int = Field(default=0)
    due_at: datetime | None = moment()
    claimed_by: int | None = Field(default=None, sa_type=BigInteger)
    claimed_until: datetime | None = moment()
    version: int = Field(default=1)
    decision: dict[str, Any] | None = optional_mapping()
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: datetime | None = moment()
    created_at: datetime = stamp()
    officer_id: int | None = reference("officer.id", optional=True, index=False)
    undone_at: datetime | None = moment()
    undone_by: int | None = Field(default=None, sa_type=BigInteger)
    program: str = words()
    source: str = words()
    legal_on: date | None = Field(default=None)
    other_center: str = words()
    held_until: datetime | None = moment()


class Correction(SQLModel, table=True):
    """What a person put right in what was read: labelled data for measuring and training the reader.

    kind     "field", "type" or "pages"; name: the field's, "" otherwise
    read_enc, right_enc   what the machine said and what is right, sealed ("" when there was nothing)
    page, box             where on the delivery's page
    image_sha256          of the page's picture in the file store
    """

    __tablename__ = "correction"
    __table_args__ = (Index("correction_of", "document_id", "name"),)
    id: int = identity()
    delivery_id: int = reference("delivery.id")
    document_id: int | None = reference("document.id", optional=True, index=False)
    task_id: int | None = reference("review_task.id", optional=True)
    kind: str = words(None)
    type: str = words()
    name: str = words()
    read_enc: bytes | None = sealed()
    right_enc: bytes | None = sealed()
    page: int = Field(default=0)
    box: dict[str, Any] | None = optional_mapping()
    image_sha256: str = words()
    reader_version: str = words()
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = stamp()
    effect_id: int | None = reference("effect.id", optional=True)
    undone_at: datetime | None = moment()


class Effect(SQLModel, table=True):
    """What a decision or an arrangement of pages changed in a delivery, so that it can be taken back.

    kind         "decision" (of `task_id`) or "arrangement"
    documents    ids of the documents that it changed or made
    before_enc   the documents, fields, attachments and questions as they were: JSON, sealed
    after        what later events are judged by: {"cases": {application id: its status}, "made": [document ids]}
    undo_asked_at, undone_at   a person took it back; that was carried out
    """

    __tablename__ = "effect"
    __table_args__ = (Index("effect_made_by", "made_by", "made_at"),)
    id: int = identity()
    kind: str = words("decision")
    task_id: int | None = reference("review_task.id", optional=True)
    delivery_id: int | None = reference("delivery.id", optional=True)
    documents: list[int] = listing()
    before_enc: bytes | None = sealed()
    after: dict[str, Any] = mapping()
    made_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = stamp()
    undo_asked_at: datetime | None = moment()
    undo_asked_by: int | None = Field(default=None, sa_type=BigInteger)
    undone_at: datetime | None = moment()


class Registration(SQLModel, table=True):
    """신규 접수: a paper without a case became one; the system of record gives it its number under `key`."""

    __tablename__ = "registration"
    __table_args__ = (one_of("state", OutwardState),)
    id: int = identity()
    task_id: int = reference("review_task.id")
    document_id: int = reference("document.id")
    program: str = words(None)
    fields_enc: bytes | None = sealed()
    key: str = words(None, unique=True)
    state: str = words(OutwardState.PENDING.value, index=True)
    receipt_no: str = words()
    created_at: datetime = stamp()
    done_at: datetime | None = moment()


class Transfer(SQLModel, table=True):
    """이송: a document that belongs to another center was passed on to it, under `key`.

    `taken_at`: the other center has taken it over, as far as is known; it cannot be called back.
    """

    __tablename__ = "transfer"
    __table_args__ = (one_of("state", OutwardState),)
    id: int = identity()
    task_id: int = reference("review_task.id")
    document_id: int = reference("document.id")
    center: str = words(None)
    comment_enc: bytes | None = sealed()
    key: str = words(None, unique=True)
    state: str = words(OutwardState.PENDING.value, index=True)
    created_at: datetime = stamp()
    done_at: datetime | None = moment()
    taken_at: datetime | None = moment()
