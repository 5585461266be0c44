"""What people put right, or found right when they were asked: kept as labelled data for the reader.

Each is kept with what the reader had said, sealed, where it stands, and which version of the reader said it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlmodel import Session, col, select

from queues import crypto
from queues.models import Correction, Document, Effect, Page, ReadField

FIELD, TYPE, PAGES = "field", "type", "pages"


def field_name(person: int, name: str) -> str:
    """How a field is named in a correction: `rrn`, or `2:rrn` of the second further person."""
    return f"{person}:{name}" if person else name


def field_found(
    session: Session, effect: Effect, document: Document, row: ReadField, right: str, account_id: int | None
) -> None:
    """A person says what a field holds. Call it before the row is changed; `right` may be what it says.

    Of a document whose type was put right just now, the reading is the one under the right type: a wrong
    type is one error, not as many as the paper has fields.
    """
    name = field_name(row.person, row.name)
    earlier = _earlier(session, document, name)
    correction = _new(session, effect, document, FIELD, row.page, account_id)
    correction.name, correction.box = name, row.box
    correction.read_enc = earlier.read_enc if earlier else _as_read(row)
    correction.right_enc = crypto.seal(right)
    session.add(correction)


def type_found(
    session: Session, effect: Effect, document: Document, right: str, account_id: int | None
) -> None:
    """A person says what kind of paper a document is. Call it before the row is changed."""
    earlier = _earlier(session, document, "", TYPE)
    page = document.pages[0] if document.pages else 0
    correction = _new(session, effect, document, TYPE, page, account_id)
    correction.read_enc = earlier.read_enc if earlier else crypto.seal(document.type)
    correction.right_enc, correction.type = crypto.seal(right), right
    session.add(correction)


def pages_found(
    session: Session,
    effect: Effect,
    delivery_id: int,
    before: Sequence[Sequence[int]],
    after: Sequence[Sequence[int]],
    account_id: int | None,
) -> None:
    """A person says which pages belong together."""
    session.add(
        Correction(
            delivery_id=delivery_id,
            kind=PAGES,
            effect_id=effect.id,
            read_enc=crypto.seal(json.dumps([list(p) for p in before])),
            right_enc=crypto.seal(json.dumps([list(p) for p in after])),
            reader_version=_page_version(session, delivery_id),
            made_by=account_id,
        )
    )


def _new(
    session: Session, effect: Effect, document: Document, kind: str, page: int, account_id: int | None
) -> Correction:
    query = select(Page).where(Page.delivery_id == document.delivery_id, Page.number == page)
    found = session.exec(query).one_or_none()
    return Correction(
        delivery_id=document.delivery_id,
        document_id=document.id,
        task_id=effect.task_id,
        effect_id=effect.id,
        kind=kind,
        type=document.type,
        page=page,
        image_sha256=(found.image_sha256 if found else None) or "",
        reader_version=found.reader_version if found else "",
        made_by=account_id,
    )


def _earlier(session: Session, document: Document, name: str, kind: str = FIELD) -> Correction | None:
    """The first that a person said of this: what the reader had said is known from it."""
    query = select(Correction).where(
        Correction.document_id == document.id,
        Correction.name == name,
        Correction.kind == kind,
        col(Correction.undone_at).is_(None),
    )
    return session.exec(query.order_by(col(Correction.id))).first()


def _as_read(row: ReadField) -> bytes:
    """The reader's value, sealed; "" where it had found nothing."""
    if row.corrected_by is None:
        return row.value_enc or crypto.seal("")
    return row.corrected_from_enc or crypto.seal("")


def _page_version(session: Session, delivery_id: int) -> str:
    query = select(Page.reader_version).where(Page.delivery_id == delivery_id)
    return session.exec(query.order_by(col(Page.number))).first() or ""
