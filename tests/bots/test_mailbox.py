"""A mailbox over IMAP, against a real dovecot: every paper once, whatever people and servers do meanwhile."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from bots.intake.mailbox.look import Look, look
from bots.sandbox.fax_mail import Attached, Received, fax_mail
from bots.sandbox.mail_server import MailServer, why_not
from ocr.types import PageRead
from queues import database, files
from queues.models import Page
from tests.bots.mailboxes import FAX, NOON, PDF, deliveries, mailbox, papers, questions

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.usefixtures("database_url"),
]


def test_every_attachment_of_a_mail_is_a_delivery_of_its_own(server: MailServer) -> None:
    five = [Attached(f"통장사본 {n}.pdf", PDF + b"%d" % n) for n in range(5)]
    with mailbox(server, "five") as box:
        server.append(fax_mail(FAX, five, style=1), NOON + timedelta(minutes=3), "five")
        assert look(box)["papers"] == 5
        assert look(box).total() == 0
    taken = deliveries("five")
    assert papers("five") == [f.content for f in five]
    assert [d.original_name for d in taken] == [f.name for f in five]
    assert {(d.caller_number, d.sender_name, d.received_at) for d in taken} == {
        ("0222505470", "BARUN EDU", NOON)
    }


def test_a_mail_without_a_paper_is_kept_and_asked_about(server: MailServer) -> None:
    mail = fax_mail(Received(NOON, "010-2345-6789"), [], style=1)
    with mailbox(server, "none", after="move", move_to="none.done") as box:
        server.append(mail, NOON, "none")
        assert look(box)["questions"] == 1
        look(box)
    (kept,) = deliveries("none")
    assert (kept.state, kept.problem, kept.caller_number) == ("review", "mail_without_paper", "01023456789")
    assert papers("none") == [mail]
    assert questions("none") == ["mail_without_paper"]
    with database.session() as session:
        (page,) = session.exec(select(Page).where(Page.delivery_id == kept.id)).all()
    read = PageRead.from_dict(json.loads(files.read(page.read_sha256 or "")))
    assert "발신번호 : 010-2345-6789" in read.text, "the desk shows what the mail says"
    assert files.read(page.image_sha256 or "").startswith(b"\x89PNG")


def test_reading_along_changes_nothing(server: MailServer) -> None:
    """Somebody has opened one mail, flagged another and not seen the third; afterwards all is as they left it."""
    with mailbox(server, "read") as box:
        for n in range(3):
            server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"%d" % n)]), NOON, "read")
        with server.sign_in() as person:
            person.folder.set("read")
            person.flag(["1"], [r"\Seen"], True)
            person.flag(["2"], [r"\Flagged"], True)
            assert look(box)["papers"] == 3
            flags = {m.uid: set(m.flags) & {r"\Seen", r"\Flagged"} for m in person.fetch(mark_seen=False)}
        assert flags == {"1": {r"\Seen"}, "2": {r"\Flagged"}, "3": set()}
        assert look(box).total() == 0
    assert len(deliveries("read")) == 3


def test_a_person_moves_copies_and_deletes(server: MailServer) -> None:
    with mailbox(server, "hand", folders=("hand", "hand.kept")) as box:
        for n in range(3):
            server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"%d" % n)]), NOON, "hand")
        assert look(box)["papers"] == 3
        with server.sign_in() as person:
            person.folder.set("hand")
            person.move(["1"], "hand.kept")
            person.copy(["2"], "hand")
            person.delete(["3"])
        assert look(box)["papers"] == 0
        with server.sign_in() as person:
            person.folder.set("hand.kept")
            person.move(person.uids(), "hand")
        assert look(box)["papers"] == 0
    assert len(deliveries("hand")) == 3


def test_a_mail_moved_before_it_was_taken_is_found_where_it_went(server: MailServer) -> None:
    with mailbox(server, "went", folders=("went.a", "went.b")) as box:
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, "went.a")
        with server.sign_in() as person:
            person.folder.set("went.a")
            person.move(["1"], "went.b")
        found = look(box)
        assert (found["papers"], found["gone"]) == (1, 0)


def test_new_numbers_for_all_mails_bring_nothing_twice_and_lose_nothing(server: MailServer) -> None:
    with mailbox(server, "renumbered") as box:
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"1")]), NOON, "renumbered")
        poor = fax_mail(FAX, [Attached("fax.pdf", PDF + b"2")], message_id="")
        server.append(poor, NOON, "renumbered")
        assert look(box)["papers"] == 2
        server.stop()
        server.change_uid_validity("renumbered")
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"3")]), NOON, "renumbered")
        server.start()
        look(box)
        assert look(box).total() == 0
    assert sorted(papers("renumbered")) == [PDF + b"1", PDF + b"2", PDF + b"3"]


def test_the_gateway_sends_a_mail_again(server: MailServer) -> None:
    mail = fax_mail(FAX, [Attached("fax.pdf", PDF)], message_id="<same@gateway>")
    with mailbox(server, "again") as box:
        server.append(b"Received: from a by b; Mon, 23 Nov 2026 12:00:01 +0900\r\n" + mail, NOON, "again")
        server.append(b"Received: from a by b; Mon, 23 Nov 2026 12:05:01 +0900\r\n" + mail, NOON, "again")
        look(box)
    assert len(deliveries("again")) == 1


def test_a_gateway_whose_message_ids_are_all_the_same_loses_no_fax(server: MailServer) -> None:
    with mailbox(server, "poor") as box:
        for n in range(3):
            mail = fax_mail(FAX, [Attached("fax.pdf", PDF + b"%d" % n)], message_id="<0@gateway>")
            server.append(mail, NOON, "poor")
        look(box)
    assert len(deliveries("poor")) == 3


def test_the_same_file_twice_in_a_mail_is_one_paper(server: MailServer) -> None:
    with mailbox(server, "twice") as box:
        server.append(fax_mail(FAX, [Attached("a.pdf", PDF), Attached("b.pdf", PDF)]), NOON, "twice")
        assert look(box)["papers"] == 1


def test_two_workers_at_once(server: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where both believe to be alone (one was stopped and its lease ran out)."""
    monkeypatch.setattr("bots.intake.mailbox.look._LEASE_SECONDS", -1.0)
    with mailbox(server, "both", after="move", move_to="both.done") as box:
        for n in range(6):
            server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"%d" % n)]), NOON, "both")
        failures: list[BaseException] = []

        def work() -> None:
            try:
                look(box)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        with server.sign_in() as person:
            assert len(person.folder.list(search_args="both*")) == 2
            person.folder.set("both.done")
            assert len(person.uids()) == 6
    assert len(deliveries("both")) == 6
    assert len(set(papers("both"))) == 6


def test_a_mailbox_is_looked_into_by_one_worker_at_a_time(server: MailServer) -> None:
    with mailbox(server, "alone") as box:
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, "alone")
        first = Look(box)
        first.alive()
        assert look(box).total() == 0
        assert first.run()["papers"] == 1
