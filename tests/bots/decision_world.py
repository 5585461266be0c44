"""A center at work without its screens: deliveries of small papers, a sandbox record system, and the bots by hand."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from sqlmodel import Session, col, select

from bots.cases.http import HttpRecordSystem
from bots.cases.pull import pull_cases
from bots.intake.link import link_delivery_record
from bots.intake.papers import write_documents
from bots.sandbox.casebook import Case, make_casebook
from bots.sandbox.record_system import Ledger, RecordSystem
from ocr.children import PageReaders
from ocr.documents import understand
from ocr.types import PageRead
from queues import accounts, bots, database, files, reviews
from queues.bots import Work
from queues.deliveries import Arrived, enter
from queues.models import (
    Account,
    Application,
    Attachment,
    Delivery,
    DeliveryState,
    Document,
    Page,
    ReviewTask,
    Role,
    WorkItem,
    WorkState,
)
from tests.bots.papers import application_paper, text_pdf
from tests.conftest import environment

NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
OURS = (
    "intake.apply_decision", "intake.attach", "intake.register", "intake.transfer",
    "intake.undo_decision", "intake.take_off", "intake.arrange", "intake.link", "intake.relink",
)  # fmt: skip


@cache
def casebook() -> tuple[Case, ...]:
    """A few open cases of people who have one case each, all of one program."""
    book = make_casebook(11, "tune", TODAY, 40)
    single = [
        c for c in book.cases if c.status == "open" and not c.late and len(book.cases_of(c.person)) == 1
    ]
    names = [c.person.name for c in single]
    alone = [c for c in single if names.count(c.person.name) == 1 and c.program == "ub_application"]
    assert len(alone) >= 3
    return tuple(alone)


class World:
    """`system` and its ledger, and an account that decides. Used within `world()`."""

    def __init__(self, system: RecordSystem, account: Account) -> None:
        self.system, self.ledger, self.account = system, system.ledger, account

    def pull(self) -> None:
        """The cases of the system of record come into ours."""
        source = HttpRecordSystem(self.system.url)
        pull_cases(source)
        source.close()

    def decide(self, task_id: int, **decision: object) -> ReviewTask:
        """As a person does who has the newest screen."""
        with database.session() as session:
            task = session.get_one(ReviewTask, task_id)
            return reviews.decide(session, task_id, task.version, decision, self.account)

    def undo(self, task_id: int) -> ReviewTask:
        with database.session() as session:
            task = session.get_one(ReviewTask, task_id)
            return reviews.undo(session, task_id, task.version, self.account)

    def same_as_record(self) -> None:
        """What the system of record holds is what we say is attached, no more and no less."""
        with database.session() as session:
            rows = session.exec(select(Attachment).where(col(Attachment.undone_at).is_(None))).all()
            ours = {a.sink_key: session.get_one(Application, a.application_id).receipt_no for a in rows}
        assert {key: m["receipt_no"] for key, m in self.ledger.live().items()} == ours


@contextmanager
def world(ledger: Ledger | None = None) -> Iterator[World]:
    """A record system with the casebook's cases, which our record has pulled; needs a database."""
    system = RecordSystem(ledger or Ledger(casebook()))
    system.start()
    try:
        with environment(BACKOFFICE_CASE_SINK_URL=system.url, BACKOFFICE_MIN_FREE_BYTES="0"):
            with database.session() as session:
                name = f"decider-{uuid4().hex[:6]}"
                account = accounts.create(session, name, "correct horse battery", role=Role.STAFF)
            here = World(system, account)
            here.pull()
            yield here
    finally:
        system.stop()


def form(case: Case, **other: str) -> list[str]:
    """The application of a case's person; `other` takes the place of what it would say."""
    person = case.person
    said = {
        "receipt_no": case.receipt_no,
        "name": person.name,
        "rrn": person.rrn,
        "phone": person.phone,
    } | other
    return application_paper(said["receipt_no"], said["name"], said["rrn"], said["phone"])


def stranger(case: Case, number: int = 1) -> Case:
    """Somebody who is not on file: a person like that of `case` under other numbers."""
    rrn = f"99010{number % 10}-{(int(case.person.rrn[7:]) + 7919 * number) % 10**7:07d}"
    phone = f"010-{8000 + number:04d}-{1234 + number:04d}"
    person = replace(case.person, name="남궁솔비", rrn=rrn, phone=phone, account="", bank="")
    return replace(case, receipt_no="", person=person)


@cache
def _read(lines: tuple[str, ...], number: int) -> tuple[PageRead, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        path.write_bytes(text_pdf([list(lines)]))
        read, picture = next(iter(_pool().read_and_render(path, [1])))
    assert picture is not None and not read.problem
    return replace(read, number=number), picture


@cache
def _pool() -> PageReaders:
    return PageReaders(processes=1, page_seconds=20, file_seconds=60)


def arrive(pages: list[list[str]], name: str = "") -> int:
    """A delivery, read and linked as the bots do it; returns its id."""
    name = name or uuid4().hex
    sha256 = files.put(text_pdf(pages))
    delivery_id = enter(Arrived("scan:test", name, NOW, sha256, f"{name}.pdf"))
    reads = [_read(tuple(lines), n) for n, lines in enumerate(pages, 1)]
    with database.session() as session:
        for read, picture in reads:
            text = json.dumps(read.to_dict(), ensure_ascii=False)
            session.add(
                Page(
                    delivery_id=delivery_id, number=read.number, state="read", reader_version="test",
                    image_sha256=files.put(picture), read_sha256=files.put(text.encode()),
                    width=read.width, height=read.height,
                )
            )  # fmt: skip
        write_documents(session, delivery_id, understand([read for read, _ in reads]))
        delivery = session.get_one(Delivery, delivery_id)
        delivery.state, delivery.page_count = DeliveryState.READ, len(pages)
        session.add(delivery)
    link_delivery_record(delivery_id, not_a_repeat=True)
    return delivery_id


def work_off(*, but: tuple[str, ...] = (), failing: bool = False) -> list[str]:
    """Do all work that is due, as a worker would, but that of the bots `but`; the names of the bots that worked.

    failing: errors are the caller's to expect; the work stays undone.
    """
    bots_that_worked = []
    while True:
        with database.session() as session:
            query = select(WorkItem).where(
                col(WorkItem.state).in_([WorkState.WAITING, WorkState.QUEUED]),
                col(WorkItem.bot).in_([b for b in OURS if b not in but]),
                col(WorkItem.due_at).is_(None) | (col(WorkItem.due_at) <= datetime.now(UTC)),
            )
            item = session.exec(query.order_by(col(WorkItem.priority).desc(), col(WorkItem.id))).first()
            if item is None:
                return bots_that_worked
            item.state = WorkState.DONE
            session.add(item)
            given = Work(
                id=item.id, bot=item.bot, reference=item.reference, payload=item.payload, attempt=1, tries=1
            )
        bots_that_worked.append(given.bot)
        try:
            bots.spec(given.bot).run(given)
        except Exception:
            if not failing:
                raise


def documents(session: Session, delivery_id: int) -> list[Document]:
    """Those that have pages, in their order."""
    query = select(Document).where(Document.delivery_id == delivery_id, Document.state != "superseded")
    return list(session.exec(query.order_by(col(Document.position))))


def cases_of(document_id: int) -> list[str]:
    """Receipt numbers of the cases that a document is attached to."""
    with database.session() as session:
        query = (
            select(Application.receipt_no)
            .join(Attachment, col(Attachment.application_id) == col(Application.id))
            .where(Attachment.document_id == document_id, col(Attachment.undone_at).is_(None))
        )
        return sorted(session.exec(query))


def open_task(delivery_id: int, kind: str = "") -> ReviewTask:
    """The one open question about a delivery."""
    (task,) = open_tasks(delivery_id, kind)
    return task


def open_tasks(delivery_id: int, kind: str = "") -> list[ReviewTask]:
    with database.session() as session:
        query = select(ReviewTask).where(
            ReviewTask.delivery_id == delivery_id, col(ReviewTask.state).in_(["open", "claimed"])
        )
        return [t for t in session.exec(query.order_by(col(ReviewTask.id))) if kind in ("", t.kind)]
