"""Documents and fields between the reader's values and the rows of the record."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict

from sqlmodel import Session, col, delete, select

from ocr.types import Box, DocumentRead, FieldValue, PageRead
from queues import crypto, files, finding, masking
from queues.models import Document, LinkCandidate, Page, PageState, ReadField


def write_documents(session: Session, delivery_id: int, documents: Sequence[DocumentRead]) -> list[Document]:
    """Put what was read in place of what an earlier, interrupted reading left; returns the rows."""
    old = session.exec(select(Document.id).where(Document.delivery_id == delivery_id)).all()
    for table in (ReadField, LinkCandidate):
        session.exec(delete(table).where(col(table.document_id).in_(old)))
    session.exec(delete(Document).where(col(Document.id).in_(old)))
    rows = []
    for position, read in enumerate(documents):
        row = Document(
            delivery_id=delivery_id,
            position=position,
            type=read.type,
            type_confidence=read.type_confidence,
            pages=list(read.pages),
            handwritten=read.handwritten,
        )
        session.add(row)
        session.flush()
        session.add_all(field_rows(row.id, read))
        rows.append(row)
    finding.remember(session, delivery_id)
    return rows


def field_rows(document_id: int, read: DocumentRead) -> list[ReadField]:
    """The rows of everything that was read of a document."""
    people = [read.fields, *read.people]
    return [_row(document_id, n, value) for n, fields in enumerate(people) for value in fields.values()]


def _row(document_id: int, person: int, value: FieldValue) -> ReadField:
    return ReadField(
        document_id=document_id,
        person=person,
        name=value.name,
        value_enc=crypto.seal(value.value),
        value_masked=masking.field(value.name, value.value),
        raw_enc=crypto.seal(value.raw),
        confidence=value.confidence,
        doubtful=value.doubtful,
        handwritten=value.handwritten,
        page=value.page,
        box=asdict(value.box) if value.box else None,
        notes=list(value.notes),
    )


def read_documents(session: Session, rows: Sequence[Document]) -> tuple[DocumentRead, ...]:
    """The reader's values again, with every correction that a person made since."""
    fields: dict[int, dict[int, dict[str, FieldValue]]] = defaultdict(lambda: defaultdict(dict))
    query = select(ReadField).where(col(ReadField.document_id).in_([r.id for r in rows]))
    for row in session.exec(query.order_by(col(ReadField.id))):
        fields[row.document_id][row.person][row.name] = _value(row)
    return tuple(
        DocumentRead(
            pages=tuple(row.pages),
            type=row.type,
            type_confidence=row.type_confidence,
            fields=fields[row.id].get(0, {}),
            people=tuple(v for n, v in sorted(fields[row.id].items()) if n > 0),
            handwritten=row.handwritten,
        )
        for row in rows
    )


def _value(row: ReadField) -> FieldValue:
    return FieldValue(
        name=row.name,
        value=crypto.open_(row.value_enc) if row.value_enc else "",
        raw=crypto.open_(row.raw_enc) if row.raw_enc else "",
        confidence=row.confidence,
        doubtful=row.doubtful,
        page=row.page,
        box=Box(**row.box) if row.box else None,
        handwritten=row.handwritten,
        notes=tuple(row.notes),
    )


def read_pages(session: Session, delivery_id: int) -> tuple[PageRead, ...]:
    """The pages of a delivery as they were read, in order; pages not yet read are left out."""
    rows = session.exec(select(Page).where(Page.delivery_id == delivery_id).order_by(col(Page.number)))
    return tuple(page_read(row) for row in rows if row.state != PageState.WAITING)


def page_read(row: Page) -> PageRead:
    """A page as read; one that could not be read has its problem and nothing else."""
    if row.read_sha256:
        return PageRead.from_dict(json.loads(files.read(row.read_sha256)))
    return PageRead(number=row.number, width=0, height=0, problem=row.problem or "malformed")
