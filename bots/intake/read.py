"""intake.read: the pages of a delivery are read one by one and kept, then understood as documents.

Each page commits by itself, so that a worker that dies goes on at the next page elsewhere. Files are opened
in child processes only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from bots.intake.batch import division_of, split
from bots.intake.papers import read_pages, write_documents
from bots.intake.readers import readers
from bots.intake.reviews import ask_about_delivery
from config.settings import settings
from ocr.children import PageReaders
from ocr.documents import understand
from ocr.problems import ADVICE, NO_ENGINE, UnreadableError
from ocr.types import PageRead
from ocr.version import READER_VERSION
from queues import audit, files, work
from queues.bots import Outcome, Work, bot
from queues.database import session as record
from queues.models import Delivery, DeliveryState, Page, PageState

ACTOR = "bot:intake.read"
_UNREAD = (DeliveryState.TAKEN, DeliveryState.READING)
Progress = Callable[[int, int], None]


# More than there are children: none waits for a file to be fetched, and a few long deliveries, whose pages
# take turns with those of others, do not hold up a short one.
@bot("intake.read", title="팩스 판독", concurrency=settings().processes + 4)
def run(item: Work) -> Outcome:
    """Read one delivery; what cannot be read at all is a person's question, not an error of the bot."""
    read_delivery_record(int(item.payload["delivery_id"]), readers(), item.progress)
    return Outcome()


def read_delivery_record(delivery_id: int, pool: PageReaders, progress: Progress | None = None) -> None:
    """Read what is not read yet, then write documents and hand on to linking. Safe to repeat."""
    digest, is_letter = _original(delivery_id)
    if digest is None:
        return
    if is_letter:  # its pages were read with the batch
        _understand(delivery_id)
        return
    with files.as_path(digest) as path:
        try:
            info = pool.inspect(path)
        except UnreadableError as error:
            _refuse(delivery_id, error)
            return
        todo = _prepare_pages(delivery_id, info.kind, info.page_count)
        done = info.page_count - len(todo)
        for page, preview in pool.read_and_render(path, todo):
            if page.problem == NO_ENGINE:
                raise RuntimeError(ADVICE[NO_ENGINE])  # this machine's fault, not the paper's
            _keep_page(delivery_id, page, preview)
            done += 1
            if progress:
                progress(done, info.page_count)
    _understand(delivery_id)


def _original(delivery_id: int) -> tuple[str | None, bool]:
    """The file, or None where the delivery is read already; and whether it is a letter of a batch."""
    with record() as session:
        delivery = session.get_one(Delivery, delivery_id)
        digest = delivery.original_sha256 if delivery.state in _UNREAD else None
        return digest, delivery.batch_id is not None


def _prepare_pages(delivery_id: int, media: str, count: int) -> list[int]:
    """Rows for all pages; returns the numbers of those that are still to be read."""
    with record() as session:
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.state not in _UNREAD:
            return []  # another run was quicker
        delivery.media, delivery.page_count, delivery.state = media, count, DeliveryState.READING
        session.add(delivery)
        rows = [{"delivery_id": delivery_id, "number": n} for n in range(1, count + 1)]
        session.connection().execute(insert(Page).on_conflict_do_nothing(), rows)
        waiting = select(Page.number).where(Page.delivery_id == delivery_id, Page.state == PageState.WAITING)
        return list(session.exec(waiting.order_by(col(Page.number))))


def _keep_page(delivery_id: int, read: PageRead, preview: bytes | None) -> None:
    text = json.dumps(read.to_dict(), ensure_ascii=False, separators=(",", ":"))
    kept = None if read.problem else files.put(text.encode())
    image = files.put(preview) if preview else None
    with record() as session:
        query = select(Page).where(Page.delivery_id == delivery_id, Page.number == read.number)
        page = session.exec(query).one()
        page.state = PageState.FAILED if read.problem else PageState.READ
        page.problem = read.problem
        page.read_sha256, page.image_sha256 = kept, image
        page.width, page.height, page.rotation = read.width, read.height, read.rotation
        page.reader_version = READER_VERSION
        session.add(page)


def _understand(delivery_id: int) -> None:
    with record() as session:
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.state != DeliveryState.READING:
            return  # another run was quicker, and its documents may be linked by now
        pages = read_pages(session, delivery_id)
        division = division_of(delivery, pages)
        if division.by:
            split(session, delivery, division, pages, ACTOR)
            return
        documents = understand(pages)
        rows = write_documents(session, delivery_id, documents)
        types = {n: d for d in documents for n in d.pages}
        for page in session.exec(select(Page).where(Page.delivery_id == delivery_id)):
            if page.number in types:
                page.type, page.type_confidence = types[page.number].type, types[page.number].type_confidence
                session.add(page)
        delivery.state = DeliveryState.READ
        delivery.problem, delivery.problem_detail = _worst(session, pages)
        session.add(delivery)
        work.add(session, "intake.link", f"delivery:{delivery_id}", payload={"delivery_id": delivery_id})
        audit.record(
            session, ACTOR, "delivery.read", "delivery", delivery_id, pages=len(pages), documents=len(rows)
        )


def _worst(session: Session, pages: Iterable[PageRead]) -> tuple[str | None, str]:
    bad = {p.number: p.problem for p in pages if p.problem}
    if not bad:
        return None, ""
    return next(iter(bad.values())), ", ".join(f"{n}쪽 {ADVICE.get(c, c)}" for n, c in bad.items())


def _refuse(delivery_id: int, error: UnreadableError) -> None:
    """Nothing of it can be read: the original stays, and a person is asked."""
    with record() as session:
        delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.state not in _UNREAD:
            return
        delivery.state = DeliveryState.REVIEW
        delivery.problem = error.code
        delivery.problem_detail = error.advice
        session.add(delivery)
        ask_about_delivery(session, delivery, reason=error.code, question=error.advice)
        audit.record(session, ACTOR, "delivery.unreadable", "delivery", delivery_id, problem=error.code)
