"""A case with the papers that it has, the new ones marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from dashboard.reads.my_papers import Papers, papers_of
from dashboard.reads.pages import pages_of
from queues.models import Application, Attachment, Delivery, Document, NewPaper, Page, ReadField
from queues.whose import Circle


@dataclass(frozen=True)
class Paper:
    """One document of the case. `new`: not seen before this look."""

    document: Document
    delivery: Delivery
    by: str
    new: bool
    attachment_id: int


@dataclass(frozen=True)
class CasePapers:
    """`about` says whose case it is and what it lacks; papers are the new ones first, then the latest."""

    application: Application
    about: Papers
    papers: Sequence[Paper]

    @property
    def new(self) -> list[Paper]:
        return [p for p in self.papers if p.new]


def case_papers(
    session: Session, circle: Circle, application_id: int, new_ids: Sequence[int] = ()
) -> CasePapers | None:
    """None when there is no such case. `new_ids`: documents that were new when this look began."""
    application = session.get(Application, application_id)
    about = papers_of(session, circle, [application_id]).get(application_id)
    if application is None or about is None:
        return None
    unseen = select(NewPaper.document_id).where(
        NewPaper.application_id == application_id, col(NewPaper.seen_at).is_(None)
    )
    new = {*session.exec(unseen).all(), *new_ids}
    query = (
        select(Attachment, Document, Delivery)
        .join(Document, col(Document.id) == col(Attachment.document_id))
        .join(Delivery, col(Delivery.id) == col(Document.delivery_id))
        .where(Attachment.application_id == application_id, col(Attachment.undone_at).is_(None))
        .order_by(col(Delivery.received_at).desc(), col(Document.position))
    )
    papers = [Paper(d, v, a.decided_by, d.id in new, a.id) for a, d, v in session.exec(query).all()]
    return CasePapers(application, about, sorted(papers, key=lambda paper: not paper.new))


def sheet_of(session: Session, paper: Paper) -> tuple[list[Page], Sequence[ReadField]]:
    """The pages of a paper, and what was read on them."""
    pages = [p for p in pages_of(session, paper.delivery.id) if p.number in paper.document.pages]
    query = select(ReadField).where(ReadField.document_id == paper.document.id).order_by(col(ReadField.id))
    return pages, session.exec(query).all()
