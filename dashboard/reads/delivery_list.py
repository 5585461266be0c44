"""The list of deliveries: a page of it at a time, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import Session, col, select

from dashboard.reads.review_desk import attached_to
from queues.finding import Place, ways_in
from queues.models import Delivery, DeliveryState, Document, DocumentState

PAGE = 50
COUNTED = 10_000

AGAIN, UNREADABLE = "again", "unreadable"
"""States that are none of a delivery's own: received before, and cannot be read."""


@dataclass(frozen=True)
class Arrived:
    """A row of the list."""

    delivery: Delivery
    documents: Sequence[Document]
    receipt_nos: Sequence[str]


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to. `state`: of `DeliveryState`, `AGAIN` or `UNREADABLE`; `kind` the way in."""

    state: str = ""
    kind: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class Listed:
    """One page, newest first. `after` is where the next one begins, None at the end."""

    rows: Sequence[Arrived]
    after: Place | None


def page_of(session: Session, wanted: Wanted, after: Place | None = None, *, size: int = PAGE) -> Listed:
    """The page behind `after`. Reads no more rows than it shows."""
    query = select(Delivery).where(*_conditions(session, wanted))
    if after is not None:
        query = query.where(tuple_(col(Delivery.received_at), col(Delivery.id)) < tuple_(*after))
    newest = (col(Delivery.received_at).desc(), col(Delivery.id).desc())
    found = session.exec(query.order_by(*newest).limit(size + 1)).all()
    shown = found[:size]
    more = (shown[-1].received_at, shown[-1].id) if len(found) > size else None
    return Listed(_rows(session, shown), more)


def count(session: Session, wanted: Wanted) -> int:
    """How many fit; counted no further than `COUNTED` + 1."""
    some = select(Delivery.id).where(*_conditions(session, wanted)).limit(COUNTED + 1).subquery()
    return session.exec(select(func.count()).select_from(some)).one()


def kinds_of_way_in(session: Session) -> list[str]:
    """The ways in that deliveries have come by: "fax", "mail", ..."""
    return list(dict.fromkeys(source.partition(":")[0] for source in ways_in(session)))


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == AGAIN:
        conditions.append(col(Delivery.duplicate_of).is_not(None))
    elif wanted.state == UNREADABLE:
        conditions.append(col(Delivery.problem).is_not(None))
    elif wanted.state:
        conditions.append(col(Delivery.state) == wanted.state)
        if wanted.state == DeliveryState.DONE:
            conditions.append(col(Delivery.duplicate_of).is_(None))
    if wanted.kind:
        own = [s for s in ways_in(session) if s.partition(":")[0] == wanted.kind]
        conditions.append(col(Delivery.source).in_(own))
    if wanted.since is not None:
        conditions.append(col(Delivery.received_at) >= wanted.since)
    return conditions


def _rows(session: Session, deliveries: Sequence[Delivery]) -> list[Arrived]:
    ids = [d.id for d in deliveries]
    documents = session.exec(
        select(Document)
        .where(col(Document.delivery_id).in_(ids), Document.state != DocumentState.SUPERSEDED)
        .order_by(col(Document.position))
    ).all()
    linked = attached_to(session, [d.id for d in documents])
    rows = []
    for delivery in deliveries:
        own = [d for d in documents if d.delivery_id == delivery.id]
        numbers = dict.fromkeys(n for d in own for n in linked.get(d.id, ()))
        rows.append(Arrived(delivery, own, list(numbers)))
    return rows
