"""Deliveries: the list, and one with its documents."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from dashboard.reads.document_types import title
from dashboard.reads.pages import pages_of
from dashboard.reads.review_desk import attached_to, documents_of, fields_of
from dashboard.reads.review_list import OPEN
from queues.models import (
    Application,
    ApplicationState,
    Attachment,
    Delivery,
    Document,
    Page,
    Person,
    ReadField,
    ReviewTask,
    SupplementRequest,
    SupplementState,
)

SHOWN = 200


@dataclass(frozen=True)
class Arrived:
    """A row of the list."""

    delivery: Delivery
    documents: Sequence[Document]
    receipt_nos: Sequence[str]


@dataclass(frozen=True)
class DeliverySheet:
    """One delivery with all that came of it. `tasks` are the ids of its open review tasks.

    `missing`: document types that each application it was attached to still lacks; [] when complete.
    """

    delivery: Delivery
    pages: Sequence[Page]
    documents: Sequence[Document]
    fields: Sequence[ReadField]
    attachments: Sequence[tuple[Attachment, str]]
    receipt_nos: dict[int, list[str]]
    tasks: Sequence[int]
    missing: dict[int, list[str]]


def arrived(
    session: Session,
    *,
    states: Sequence[str] = (),
    words: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = SHOWN,
) -> list[Arrived]:
    """Newest first. `words` is looked for in caller, sender, receipt number and name of the applicant."""
    query = select(Delivery)
    if states:
        query = query.where(col(Delivery.state).in_(states))
    if since:
        query = query.where(col(Delivery.received_at) >= since)
    if until:
        query = query.where(col(Delivery.received_at) < until)
    if words.strip():
        query = query.where(_matches(words.strip()))
    deliveries = session.exec(query.order_by(col(Delivery.received_at).desc()).limit(limit)).all()
    ids = [d.id for d in deliveries]
    documents = session.exec(
        select(Document).where(col(Document.delivery_id).in_(ids)).order_by(col(Document.position))
    ).all()
    linked = attached_to(session, [d.id for d in documents])
    rows = []
    for delivery in deliveries:
        own = [d for d in documents if d.delivery_id == delivery.id]
        numbers = dict.fromkeys(n for d in own for n in linked.get(d.id, ()))
        rows.append(Arrived(delivery, own, list(numbers)))
    return rows


def _matches(words: str) -> ColumnElement[bool]:
    like = "%" + re.sub(r"([%_\\])", r"\\\1", words) + "%"
    digits = re.sub(r"\D", "", words)
    by_case = (
        select(Document.delivery_id)
        .join(Attachment, col(Attachment.document_id) == col(Document.id))
        .join(Application, col(Attachment.application_id) == col(Application.id))
        .outerjoin(Person, col(Application.person_id) == col(Person.id))
        .where(or_(col(Application.receipt_no).ilike(like), col(Person.name).like(like)))
    )
    clauses = [
        col(Delivery.sender_name).ilike(like),
        col(Delivery.caller_number).like(like),
        col(Delivery.id).in_(by_case),
    ]
    if len(digits) >= 3:
        bare = func.regexp_replace(col(Delivery.caller_number), r"\D", "", "g")
        clauses.append(bare.like(f"%{digits}%"))
    return or_(*clauses)


def delivery_sheet(session: Session, delivery_id: int) -> DeliverySheet | None:
    """None when there is no such delivery."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        return None
    documents = documents_of(session, delivery_id)
    ids = [d.id for d in documents]
    attachments = session.exec(
        select(Attachment, Application.receipt_no)
        .join(Application, col(Attachment.application_id) == col(Application.id))
        .where(col(Attachment.document_id).in_(ids), col(Attachment.undone_at).is_(None))
    ).all()
    tasks = session.exec(
        select(ReviewTask.id).where(ReviewTask.delivery_id == delivery_id, col(ReviewTask.state).in_(OPEN))
    ).all()
    return DeliverySheet(
        delivery=delivery,
        pages=pages_of(session, delivery_id),
        documents=documents,
        fields=fields_of(session, ids),
        attachments=[(a, r) for a, r in attachments],
        receipt_nos=attached_to(session, ids),
        tasks=list(tasks),
        missing=_missing(session, {a.application_id for a, _ in attachments}),
    )


def _missing(session: Session, application_ids: Iterable[int]) -> dict[int, list[str]]:
    ids = list(application_ids)
    complete = select(Application.id).where(
        col(Application.id).in_(ids), Application.state == ApplicationState.COMPLETE
    )
    result: dict[int, list[str]] = {i: [] for i in session.exec(complete).all()}
    asked = select(SupplementRequest).where(
        col(SupplementRequest.application_id).in_(ids), SupplementRequest.state == SupplementState.DRAFT
    )
    for request in session.exec(asked.order_by(col(SupplementRequest.id))).all():
        result[request.application_id] = request.missing
    return result


def summary(documents: Sequence[Document]) -> str:
    """`수급자격 인정신청서, 통장사본 외 1`."""
    titles = [title(d.type) for d in documents if d.type not in ("fax_cover", "blank")]
    if len(titles) > 2:
        return f"{titles[0]}, {titles[1]} 외 {len(titles) - 2}"
    return ", ".join(titles)
