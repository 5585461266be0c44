"""Reading documents again from the pages as they were kept: under another type, or out of other pages.

No picture is looked at again. What a person typed stays, as long as its page is still the document's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import Session, select

from bots.intake.papers import field_rows, read_pages
from ocr.documents import understand_as
from ocr.types import DocumentRead
from queues.models import Document, Page, ReadField


def read_again(session: Session, delivery_id: int, rows: Sequence[Document], which: Collection[int]) -> None:
    """Write the fields of the documents `which` (ids) anew, as their rows now say their type and pages.

    rows  all documents of the delivery that have pages: they speak for and against each other. A row with
          the type "" gets the type that the reader gives it.
    """
    pages = read_pages(session, delivery_id)
    reads = understand_as(pages, [(row.pages, row.type) for row in rows])
    for row, read in zip(rows, reads, strict=True):
        if row.id in which:
            _write(session, row, read)


def _write(session: Session, row: Document, read: DocumentRead) -> None:
    row.type, row.type_confidence, row.handwritten = read.type, read.type_confidence, read.handwritten
    session.add(row)
    typed = set()
    for field in session.exec(select(ReadField).where(ReadField.document_id == row.id)).all():
        if field.corrected_by is not None and field.page in row.pages:
            typed.add((field.person, field.name))
        else:
            session.delete(field)
    session.flush()
    fresh = field_rows(row.id, read)
    session.add_all([f for f in fresh if (f.person, f.name) not in typed])
    for page in session.exec(select(Page).where(Page.delivery_id == row.delivery_id)):
        if page.number in row.pages:
            page.type, page.type_confidence = read.type, read.type_confidence
            session.add(page)
    session.flush()
