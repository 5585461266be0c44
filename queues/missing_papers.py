"""Which papers a case has, and which of those that its program asks for are missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from config.programs import load_programs
from queues.days import day_of
from queues.models import (
    Application,
    Attachment,
    Delivery,
    Document,
    DocumentState,
    LinkCandidate,
    SupplementRequest,
    SupplementState,
)

NOT_NEEDED = "not_needed"
"""Why a request ended whose papers need not be handed in: the fact is known from another system."""


def present_types(session: Session, application_id: int) -> set[str]:
    """Types of the documents attached to an application now."""
    query = (
        select(Document.type)
        .join(Attachment, col(Attachment.document_id) == col(Document.id))
        .where(Attachment.application_id == application_id, col(Attachment.undone_at).is_(None))
    )
    return set(session.exec(query))


def missing_papers(session: Session, application: Application, have: Iterable[str]) -> list[str]:
    """The needs of its program that `have` leaves open, without those that an officer said are not needed.

    A program that is not described in ``programs.yaml`` asks for nothing.
    """
    program = load_programs().get(application.program)
    if program is None:
        return []
    spared = not_needed(session, application.id)
    return [need for need in program.missing(have) if need not in spared]


def not_needed(session: Session, application_id: int) -> set[str]:
    """What an officer said need not be handed in."""
    query = select(SupplementRequest.missing).where(
        SupplementRequest.application_id == application_id,
        SupplementRequest.state == SupplementState.WITHDRAWN,
        SupplementRequest.reason == NOT_NEEDED,
    )
    return {need for missing in session.exec(query) for need in missing}


def outstanding(needs: Sequence[str], have: Iterable[str]) -> list[str]:
    """Of `needs` ("a|b" asks for one of both) those that `have` leaves open."""
    there = set(have)
    return [need for need in needs if not there & set(need.split("|"))]


def complete_on(session: Session, application_id: int, needs: Sequence[str]) -> date | None:
    """The day on which the last of `needs` reached the center, however much later it was attached.

    None while one of them is missing.
    """
    query = (
        select(Document.type, func.min(Delivery.received_at))
        .join(Attachment, col(Attachment.document_id) == col(Document.id))
        .join(Delivery, col(Delivery.id) == col(Document.delivery_id))
        .where(Attachment.application_id == application_id, col(Attachment.undone_at).is_(None))
        .group_by(Document.type)
    )
    arrived = dict(session.exec(query).all())
    days = []
    for need in needs:
        came = [arrived[type_] for type_ in need.split("|") if type_ in arrived]
        if not came:
            return None
        days.append(day_of(min(came)))
    return max(days, default=None)


def undecided(session: Session, application_ids: Iterable[int]) -> dict[int, int]:
    """How many documents that may belong to each case are still looked at; cases without any are left out."""
    query = (
        select(LinkCandidate.application_id, func.count(col(LinkCandidate.document_id).distinct()))
        .join(Document, col(Document.id) == col(LinkCandidate.document_id))
        .where(
            col(LinkCandidate.application_id).in_(list(application_ids)),
            col(Document.state).in_([DocumentState.READ, DocumentState.REVIEW, DocumentState.WAITING_CASE]),
        )
        .group_by(col(LinkCandidate.application_id))
    )
    return dict(session.exec(query).all())


def still_missing(session: Session, application_ids: Iterable[int]) -> dict[int, list[str]]:
    """What cases lack that have a request which is to be sent or was sent; others are left out."""
    ids = list(application_ids)
    query = select(SupplementRequest.application_id, SupplementRequest.missing).where(
        col(SupplementRequest.application_id).in_(ids),
        col(SupplementRequest.state).in_([SupplementState.DRAFT.value, SupplementState.ASKED.value]),
    )
    asked = session.exec(query.order_by(col(SupplementRequest.id))).all()
    attached = (
        select(Attachment.application_id, Document.type)
        .join(Document, col(Attachment.document_id) == col(Document.id))
        .where(
            col(Attachment.application_id).in_([application_id for application_id, _ in asked]),
            col(Attachment.undone_at).is_(None),
        )
    )
    have: dict[int, set[str]] = {}
    for application_id, type_ in session.exec(attached):
        have.setdefault(application_id, set()).add(type_)
    return {
        application_id: outstanding(missing, have.get(application_id, ()))
        for application_id, missing in asked
    }
