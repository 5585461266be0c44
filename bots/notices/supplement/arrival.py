"""notices.arrival: the applicant hears at once what has arrived and what could not be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, select

from bots.intake.papers import read_pages
from config.settings import settings
from queues import notices
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Application, Attachment, Delivery, Document, Notice
from queues.supplement_states import IS_OPEN

BOT = "notices.arrival"
KIND = "arrival"
BLANK = "blank"


@bot(BOT, title="서류 도착 안내", patient=True)
def run(item: Work) -> Outcome:
    """Tell one applicant of one delivery."""
    with record() as session:
        told = tell(session, int(item.payload["delivery_id"]), int(item.payload["application_id"]))
    return Outcome(counts={"told": 1} if told else {})


def tell(session: Session, delivery_id: int, application_id: int) -> Notice | None:
    """Announce what of a delivery came to a case; None when there is nothing to tell (any more).

    Nothing is told of papers that were handed over at the desk or came long ago. Numbers of pages are those of
    one transmission, so that none are named where other people's papers came with it or a batch was scanned.
    """
    delivery = session.get_one(Delivery, delivery_id)
    application = session.get_one(Application, application_id)
    too_old = delivery.received_at < datetime.now(UTC) - timedelta(hours=settings().arrival_hours)
    if too_old or delivery.source.startswith("desk") or application.status != IS_OPEN:
        return None
    pages = _pages_by_case(session, delivery_id)
    own = pages.get(application_id, set())
    if not own:
        return None  # it was taken off again
    reads = read_pages(session, delivery_id)
    alone = len(pages) == 1 and delivery.batch_id is None
    # A sheet that is empty was sent so; sending it again mends nothing.
    unreadable = sorted(p.number for p in reads if p.problem and p.problem != BLANK) if alone else []
    values: dict[str, object] = {"pages_received": len(reads) if alone else len(own)}
    if unreadable:
        values["pages_unreadable"] = unreadable
    return notices.announce(
        session, KIND, application, f"arrival:{delivery_id}:{application_id}", values, actor=f"bot:{BOT}"
    )


def _pages_by_case(session: Session, delivery_id: int) -> dict[int, set[int]]:
    query = (
        select(Attachment.application_id, Document.pages)
        .join(Document, col(Document.id) == col(Attachment.document_id))
        .where(Document.delivery_id == delivery_id, col(Attachment.undone_at).is_(None))
    )
    found: dict[int, set[int]] = {}
    for application_id, pages in session.exec(query):
        found.setdefault(application_id, set()).update(pages)
    return found
