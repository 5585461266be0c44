"""The corrections that stand, as labels: what is right, and what the reader said at the time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from bots.intake.corrections import FIELD, PAGES, TYPE
from queues import crypto
from queues.batches import original_pages
from queues.models import Correction, Delivery, Document, DocumentState


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that a person has settled. Personal data: `read` and `right` are in the clear.

    kind       "field", "type", or "pages" (of a delivery: page numbers, document by document, as JSON)
    person     0 for the document's own field, 1, 2, ... for further people on it
    document   the type of the document as it is now known
    """

    kind: str
    delivery_id: int
    document_id: int | None
    document: str
    person: int
    name: str
    read: str
    right: str
    reader_version: str


@dataclass(frozen=True, slots=True)
class Known:
    """A document as people have left it: page numbers of the delivery, type."""

    pages: tuple[int, ...]
    type: str
    handwritten: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A delivery in which something was settled: its original, and its documents as they now are.

    documents by their id; `original`: number in the file by number of the delivery
    """

    delivery_id: int
    source: str
    media: str
    sha256: str
    documents: dict[int, Known]
    original: dict[int, int]


def labels(session: Session) -> list[Label]:
    """The newest word on every field, type and arrangement; what was undone does not count."""
    query = select(Correction).where(col(Correction.undone_at).is_(None)).order_by(col(Correction.id))
    types = dict(
        session.exec(
            select(Document.id, Document.type).where(Document.state != DocumentState.SUPERSEDED)
        ).all()
    )
    newest: dict[tuple[object, ...], Label] = {}
    for row in session.exec(query):
        subject = row.delivery_id if row.kind == PAGES else row.document_id
        if row.kind != PAGES and row.document_id not in types:
            continue  # its pages are in other documents now
        key = (row.kind, subject, row.name)
        person, _, name = row.name.rpartition(":")
        newest[key] = Label(
            kind=row.kind,
            delivery_id=row.delivery_id,
            document_id=row.document_id,
            document=types.get(row.document_id, "") if row.document_id else "",
            person=int(person or 0),
            name=name,
            read=newest[key].read if key in newest else _opened(row.read_enc),
            right=_opened(row.right_enc),
            reader_version=row.reader_version,
        )
    return list(newest.values())


def papers(session: Session, delivery_ids: Iterable[int]) -> list[Paper]:
    """The deliveries of labels, in order."""
    found = []
    for delivery_id in sorted(set(delivery_ids)):
        delivery = session.get_one(Delivery, delivery_id)
        query = select(Document).where(
            Document.delivery_id == delivery_id, Document.state != DocumentState.SUPERSEDED
        )
        rows = session.exec(query.order_by(col(Document.position))).all()
        numbers = sorted(n for row in rows for n in row.pages)
        found.append(
            Paper(
                delivery_id=delivery_id,
                source=delivery.source.partition(":")[0],
                media=delivery.media,
                sha256=delivery.original_sha256,
                documents={r.id: Known(tuple(r.pages), r.type, r.handwritten) for r in rows},
                original=dict(zip(numbers, original_pages(session, delivery_id, numbers), strict=True)),
            )
        )
    return found


def alike(kind: str, one: str, other: str) -> bool:
    """Whether two values are the same to whoever reads them: separators and blanks do not count."""
    if kind == PAGES:
        return bool(one) and bool(other) and json.loads(one) == json.loads(other)
    if kind == TYPE:
        return one == other
    return norm(one) == norm(other)


def norm(value: str) -> str:
    """Digits, Latin letters and Hangul, nothing else."""
    return re.sub(r"[^0-9A-Za-z가-힣]", "", value)


def _opened(sealed: bytes | None) -> str:
    return crypto.open_(sealed) if sealed else ""


__all__ = ["FIELD", "PAGES", "TYPE", "Known", "Label", "Paper", "alike", "labels", "norm", "papers"]
