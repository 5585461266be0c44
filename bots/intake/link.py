"""intake.link: to which application each document of a delivery belongs.

One delivery is linked at a time in the whole center (an advisory lock of the transaction): two copies of the
same fax that arrive together must not both be taken for the first.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import asdict

from sqlalchemy import text
from sqlmodel import Session, col, select

from bots.cases.book import CaseBook
from bots.intake.arrival import arrival
from bots.intake.attach import attach_document
from bots.intake.batch import DOUBT
from bots.intake.differences import record_values, to_look_at
from bots.intake.papers import read_documents, read_pages
from bots.intake.repeats import Repeat, find_repeat, goes_elsewhere, name_repeated, remember
from bots.intake.reviews import LINK, ask_about_delivery, ask_about_document, with_people
from config.settings import settings
from ocr.linking import DocumentLink, LinkPolicy, link
from ocr.linking.sameness import fingerprint
from ocr.symbols import is_own_letter
from ocr.types import DocumentRead
from queues import audit, finding, reviews, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import (
    Application,
    Delivery,
    DeliveryState,
    Document,
    DocumentState,
    Employer,
    LinkCandidate,
    Person,
    ReviewState,
    ReviewTask,
)

ACTOR = "bot:intake.link"
BOOK = CaseBook()
CAME_BACK = "notices.came_back"
_LINK_LOCK = 0x6C696E6B  # "link"
# A delivery in another state is not linked yet, or rejected: no answer and no new case changes that.
LINKED = (DeliveryState.LINKED, DeliveryState.REVIEW, DeliveryState.DONE)
# What the fax server says of a call that went well.
_GOOD_STATUS = {"", "ok", "success", "done", "0", "completed"}


def know_the_cases() -> None:
    """Take the cases on file into memory ahead of the first delivery: with 100,000 it takes some 20 seconds."""
    with record() as session:
        BOOK.current(session)


@bot("intake.link", title="신청 연결", concurrency=1)
def run(item: Work) -> Outcome:
    """Link one delivery, or `again` what of it waits for its case."""
    delivery_id = int(item.payload["delivery_id"])
    if item.payload.get("not_a_repeat"):
        link_as_new(delivery_id)
    else:
        link_delivery_record(delivery_id, again=bool(item.payload.get("again")))
    return Outcome()


@bot("intake.relink", title="대기 서류 다시 연결", concurrency=1, patient=True)
def rerun(item: Work) -> Outcome:
    """New or changed cases came in: look again at the papers that wait for theirs.

    One delivery that cannot be linked holds up no other; its error is raised at the end.
    """
    failed: Exception | None = None
    for delivery_id in waiting_deliveries():
        try:
            link_delivery_record(delivery_id, again=True)
        except Exception as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return Outcome()


def waiting_deliveries() -> list[int]:
    """Deliveries with a document whose application was not on file, oldest first."""
    with record() as session:
        query = select(Document.delivery_id).where(Document.state == DocumentState.WAITING_CASE).distinct()
        return sorted(session.exec(query))


def link_as_new(delivery_id: int) -> None:
    """A person says that what was taken for a repeat is a paper of its own: link it after all."""
    with record() as session:
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.duplicate_of is not None:
            delivery.duplicate_of, delivery.state = None, DeliveryState.READ
            session.add(delivery)
            for document in session.exec(select(Document).where(Document.delivery_id == delivery_id)):
                document.duplicate_of = None
                session.add(document)
    link_delivery_record(delivery_id, not_a_repeat=True)


def link_delivery_record(
    delivery_id: int, book: CaseBook = BOOK, *, again: bool = False, not_a_repeat: bool = False
) -> None:
    """Decide about every document of a delivery, or `again` about those that wait for their case, and those
    whose pages a person put together since.

    `not_a_repeat`: do not ask whether these papers came before.
    """
    with record() as session:
        session.connection().execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LINK_LOCK})
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.state not in (LINKED if again else (DeliveryState.READ,)):
            return
        rows = list(
            session.exec(
                select(Document)
                .where(Document.delivery_id == delivery_id, Document.state != DocumentState.SUPERSEDED)
                .order_by(col(Document.position))
            )
        )
        documents = read_documents(session, rows)
        pages = read_pages(session, delivery_id)
        unreadable = {page.number for page in pages if page.problem}
        index = book.current(session)
        policy = LinkPolicy(settings().link_error_target, sheets_follow=delivery.divided_by != DOUBT)
        links = link(documents, arrival(session, delivery, pages), index, policy)
        if not again:
            known_by = fingerprint(pages, documents)
            repeat = None if not_a_repeat else find_repeat(session, delivery, known_by)
            numbers = {n for found in links for n in found.receipt_nos}
            if repeat and not goes_elsewhere(session, repeat, numbers):
                _mark_repeat(session, delivery, rows, repeat)
                name_repeated(session, rows, known_by, repeat)
                _ask_about_unreadable(session, delivery, rows, unreadable)
                settle_delivery(session, delivery)
                return
            remember(session, delivery, known_by)
        fresh = [row for row in rows if not again or row.state == DocumentState.READ]
        for row, read, found in zip(rows, documents, links, strict=True):
            if row in fresh or (row.state == DocumentState.WAITING_CASE and not with_people(session, row)):
                _decide(session, delivery, row, read, found)
        _ask_about_unreadable(session, delivery, fresh, unreadable)
        if not again and delivery.receive_status.lower() not in _GOOD_STATUS:
            ask_about_delivery(session, delivery, "receive_errors", _receive_question(delivery))
        if not again and any(is_own_letter(page) for page in pages):
            work.add(session, CAME_BACK, f"delivery:{delivery_id}", payload={"delivery_id": delivery_id})
        settle_delivery(session, delivery)


def _receive_question(delivery: Delivery) -> str:
    return (
        f"팩스 서버가 수신 오류를 알렸습니다 ({delivery.receive_status}). 빠진 쪽이 없는지 확인해 주십시오."
    )


def _mark_repeat(session: Session, delivery: Delivery, rows: Sequence[Document], repeat: Repeat) -> None:
    for row in rows:
        paper = row.type not in ("fax_cover", "other", "blank")
        row.state = DocumentState.DUPLICATE if paper else DocumentState.DISCARDED
        row.reason = "sent_before"
        session.add(row)
    delivery.duplicate_of = repeat.delivery_id
    session.add(delivery)
    audit.record(
        session, ACTOR, "delivery.repeat", "delivery", delivery.id, of=repeat.delivery_id, score=repeat.score
    )


def _decide(
    session: Session, delivery: Delivery, row: Document, read: DocumentRead, found: DocumentLink
) -> None:
    _keep_candidates(session, row, found)
    before = (row.state, row.reason)
    row.probability, row.reason = found.probability, found.reason
    if found.decision == "attached":
        _attach(session, delivery, row, read, found)
    elif found.decision == "discarded" and _handed_over(delivery, row):
        row.state, row.reason = DocumentState.REVIEW, "not_recognised"
        ask_about_document(session, row, delivery, "not_recognised")
    elif found.decision == "discarded":
        row.state = DocumentState.DISCARDED
    else:
        waits = found.reason == "not_on_file"
        row.state = DocumentState.WAITING_CASE if waits else DocumentState.REVIEW
        ask_about_document(session, row, delivery, found.reason, {"candidates": len(found.candidates)})
    session.add(row)
    if before == (row.state, row.reason):
        return  # still waiting as before
    row.version += 1
    audit.record(
        session, ACTOR, f"document.{found.decision}", "document", row.id,
        reason=found.reason, probability=round(found.probability, 6),
    )  # fmt: skip


def _handed_over(delivery: Delivery, row: Document) -> bool:
    """What somebody brought to the desk is no advertisement, whatever it looks like."""
    return delivery.source.startswith("desk:") and row.type == "other"


def _attach(
    session: Session, delivery: Delivery, row: Document, read: DocumentRead, found: DocumentLink
) -> None:
    evidence = {c.receipt_no: [_plain(e) for e in c.evidence] for c in found.candidates}
    applications = []
    for receipt_no in found.receipt_nos:
        application = session.exec(select(Application).where(Application.receipt_no == receipt_no)).one()
        applications.append(application)
        attach_document(
            session, row, application, decided_by="bot", actor=ACTOR,
            probability=found.probability, evidence=evidence.get(receipt_no, []),
        )  # fmt: skip
    reviews.cancel_for(session, actor=ACTOR, document_id=row.id, kind=LINK)
    _ask_about_values(session, delivery, row, read, applications)


def _ask_about_values(
    session: Session,
    delivery: Delivery,
    row: Document,
    read: DocumentRead,
    applications: Sequence[Application],
) -> None:
    if len(applications) != 1:
        return  # a list of workers: its values are nobody's alone
    (application,) = applications
    person = session.get(Person, application.person_id) if application.person_id else None
    employer = session.get(Employer, application.employer_id) if application.employer_id else None
    doubtful, different = to_look_at(read.fields, record_values(application, person, employer))
    if doubtful:
        ask_about_document(session, row, delivery, "doubtful_fields", {"fields": doubtful + different})
    elif different:
        ask_about_document(session, row, delivery, "differs_from_record", {"fields": different})


def _ask_about_unreadable(
    session: Session, delivery: Delivery, rows: Sequence[Document], unreadable: Set[int]
) -> None:
    for row in rows:
        if unreadable & set(row.pages):
            _ask_about_pages(session, delivery, row)


def _ask_about_pages(session: Session, delivery: Delivery, row: Document) -> None:
    """A page that could not be read may be anything: it is never put away as nothing."""
    if row.state == DocumentState.DISCARDED:
        row.state, row.reason = DocumentState.REVIEW, "unreadable_page"
        session.add(row)
    ask_about_document(session, row, delivery, "unreadable_page")


def _keep_candidates(session: Session, row: Document, found: DocumentLink) -> None:
    old = select(LinkCandidate).where(LinkCandidate.document_id == row.id)
    for row_before in session.exec(old):
        session.delete(row_before)
    session.flush()
    ids = dict(
        session.exec(
            select(Application.receipt_no, Application.id).where(
                col(Application.receipt_no).in_([c.receipt_no for c in found.candidates])
            )
        ).all()
    )
    for rank, candidate in enumerate(found.candidates, 1):
        session.add(
            LinkCandidate(
                document_id=row.id,
                application_id=ids[candidate.receipt_no],
                rank=rank,
                weight=candidate.weight,
                probability=candidate.probability,
                evidence=[_plain(e) for e in candidate.evidence],
            )
        )


def _plain(evidence: object) -> dict[str, object]:
    return asdict(evidence)  # type: ignore[call-overload, no-any-return]


def settle_delivery(session: Session, delivery: Delivery) -> None:
    """A delivery is done when nobody has to say anything about it any more; it is found by what it is now."""
    finding.remember(session, delivery.id)
    open_tasks = select(ReviewTask.id).where(
        ReviewTask.delivery_id == delivery.id,
        col(ReviewTask.state).in_([ReviewState.OPEN, ReviewState.CLAIMED]),
    )
    waiting = session.exec(open_tasks).first() is not None
    delivery.state = DeliveryState.REVIEW if waiting else DeliveryState.DONE
    session.add(delivery)
