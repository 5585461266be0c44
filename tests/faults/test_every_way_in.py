"""Papers come by every way at once while the mail server, the portal, PostgreSQL and the worker fail.

Afterwards every delivery of every source is there exactly once, and the queue has gone on by itself.
"""

from __future__ import annotations

import os
import signal
import uuid
from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bots.sandbox.fax_mail import Attached, Received, fax_mail
from bots.sandbox.mail_server import MailServer, why_not
from bots.sandbox.portal_site import PortalSite
from bots.setting_up import programs
from config.settings import settings
from dashboard.acts.handing_in import Upload, hand_in
from dashboard.visitor import Visitor
from queues import accounts, database, files
from queues.models import Application, Attachment, Delivery, Document, Role
from queues.postgres import temporary_server
from tests.bots.mailboxes import box_of, configured
from tests.bots.papers import application_paper
from tests.bots.portal_world import portal_world
from tests.bots.test_batch import batch
from tests.faults.world import World, paper, people, world

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.skipif(programs.chromium() is None, reason="needs Chromium"),
]
NOON = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
SCHEDULE = {"intake.spool": "1s", "intake.mail": "1s", "intake.portal": "2s", "cases.pull": "2s"}
PERSONS = people(14)
SPOOL, MAIL, PORTAL, POST, DESK = PERSONS[:3], PERSONS[3:6], PERSONS[6:9], PERSONS[9:12], PERSONS[12:]


class Senders:
    """Those who bring papers; they keep what they have sent, by source."""

    def __init__(self, there: World, mail: MailServer, portal: PortalSite, portal_name: str) -> None:
        self.there, self.mail, self.portal, self.portal_name = there, mail, portal, portal_name
        self.sent: Counter[tuple[str, str]] = Counter()
        with database.session() as session:
            account = accounts.create(session, "desk", "a-long-enough-password", role=Role.STAFF)
        self.visitor = Visitor(account.id, "desk", "", account.role, "127.0.0.1", "s")

    def _keep(self, source: str, content: bytes) -> bytes:
        self.sent[(source, sha256(content).hexdigest())] += 1
        return content

    def by_spool(self, person: tuple[str, str, str, str]) -> None:
        self.there.drop(f"{person[0]}.pdf", self._keep("scan:spool", paper(person)))

    def by_mail(self, *persons: tuple[str, str, str, str]) -> None:
        papers = [Attached(f"{p[0]}.pdf", self._keep("mail:fax", paper(p))) for p in persons]
        self.mail.append(fax_mail(Received(NOON, persons[0][3]), papers), NOON, "fax")

    def by_portal(self, person: tuple[str, str, str, str]) -> None:
        content = self._keep(f"portal:{self.portal_name}", paper(person))
        self.portal.receive(content, caller=person[3], sender="", pages=1)

    def by_post(self, persons: list[tuple[str, str, str, str]]) -> None:
        """One file, a separator sheet before each letter."""
        content = batch(*(sheet for p in persons for sheet in ("S", application_paper(*p))))
        self._keep("scan:post", content)
        post = self.there.folder / "post"
        (post / ".batch").write_bytes(content)
        os.utime(post / ".batch", (NOON.timestamp(), NOON.timestamp()))
        (post / ".batch").rename(post / "batch.pdf")

    def at_the_desk(self, person: tuple[str, str, str, str]) -> None:
        counter = settings().center_name
        content = self._keep(f"desk:{counter}", paper(person))
        with database.session() as session:
            hand_in(
                session,
                self.visitor,
                [Upload("scan.pdf", content, 1)],
                token=str(uuid.uuid4()),
                counter=counter,
            )


@pytest.mark.thorough
def test_every_delivery_of_every_source_is_there_exactly_once(tmp_path: Path) -> None:
    (tmp_path / "post").mkdir()
    post = {"BACKOFFICE_BATCH_DIRS": f'["{tmp_path / "post"}"]'}
    with (
        temporary_server() as server,
        MailServer() as mail,
        world(tmp_path, server, SCHEDULE, **post) as there,
        portal_world(tmp_path, PortalSite(), BACKOFFICE_PORTAL_RETRY_SECONDS="0.5") as portal,
        configured(mail, box_of(mail, "fax", timeout_seconds=5)),
    ):
        there.prepare(PERSONS)
        senders = Senders(there, mail, portal.site, portal.name)
        try:
            _bring_and_disturb(there, senders)
            expected = sum(senders.sent.values()) + len(POST)  # the letters of the batch
            there.wait(lambda: there.settled() == expected, 180, "all dealt with")
            there.wait(lambda: there.unfinished() == 0, 60, "the queue is empty")
        finally:
            there.stop()
        with Session(database.engine()) as session:
            _check(session, senders)


def _bring_and_disturb(there: World, senders: Senders) -> None:
    mail, portal = senders.mail, senders.portal
    senders.by_spool(SPOOL[0])
    senders.by_mail(*MAIL[:2])
    senders.by_portal(PORTAL[0])
    senders.by_post(POST)
    senders.at_the_desk(DESK[0])
    there.start(1)
    come = "SELECT count(*) FROM delivery WHERE source LIKE %s"
    there.wait(lambda: there.number(come, "mail:%") or there.number(come, "portal:%"), 90, "the first arrive")

    mail.kill()
    _end_server(there, signal.SIGKILL)
    senders.by_mail(MAIL[2])  # the gateway goes on delivering
    senders.by_portal(PORTAL[1])
    there.wait(lambda: there.number(come, "portal:%") > 0, 90, "the portal's first")
    portal.stop()
    worker = there.workers[0].process
    assert worker is not None
    os.killpg(worker.pid, signal.SIGKILL)  # and with it the browser, in whatever they are
    senders.by_spool(SPOOL[1])
    there.wait(lambda: there.number(come, "scan:spool") > 1, 90, "the spool while portal and mail are down")

    mail.start()
    portal.start()
    senders.by_portal(PORTAL[2])
    senders.by_spool(SPOOL[2])
    _end_server(there, signal.SIGINT)
    senders.at_the_desk(DESK[1])


def _end_server(there: World, how: signal.Signals) -> None:
    before = there.server.pid
    assert before is not None
    os.kill(before, how)
    there.wait(lambda: there.server.pid != before and there.ask("SELECT 1"), 60, "the server")


def _check(session: Session, senders: Senders) -> None:
    deliveries = session.exec(select(Delivery)).all()
    whole = [d for d in deliveries if d.batch_id is None]
    assert Counter((d.source, d.original_sha256) for d in whole) == senders.sent, (
        "each once, by the way it came"
    )
    for delivery in whole:
        assert sha256(files.read(delivery.original_sha256)).hexdigest() == delivery.original_sha256
    letters = [d for d in deliveries if d.batch_id is not None]
    assert sorted(d.source_ref.rpartition("#")[2] for d in letters) == ["1", "2", "3"]
    papers = {d.id for d in deliveries if d.state != "split"}
    documents = session.exec(select(Document.delivery_id)).all()
    assert Counter(documents) == dict.fromkeys(papers, 1), "and each paper is one document"
    attached = session.exec(select(Application.receipt_no).select_from(Attachment).join(Application)).all()
    assert Counter(attached) == {person[0]: 1 for person in PERSONS}, "at the case of its person, once"
