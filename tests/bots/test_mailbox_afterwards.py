"""What becomes of mails: put away, left, too large, hostile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bots.intake.mailbox import opening
from bots.intake.mailbox.look import look
from bots.sandbox.fax_mail import Attached, fax_mail
from bots.sandbox.mail_server import MailServer, why_not
from tests.bots.mailboxes import FAX, NOON, PDF, deliveries, mailbox, papers, questions
from tests.conftest import environment

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.usefixtures("database_url"),
]


def test_a_taken_mail_is_moved_and_nothing_else_is_expunged(server: MailServer) -> None:
    """A person has marked a mail for deletion and may change their mind: moving another must not end it."""
    with mailbox(server, "moved", after="move", move_to="처리 완료") as box:
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, "moved")
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"2")]), NOON, "moved")
        with server.sign_in() as person:
            person.folder.set("moved")
            person.client.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
            assert look(box)["put_away"] == 2
            person.folder.set("처리 완료")
            assert len(person.uids()) == 2
            person.move(person.uids("UID 1"), "moved")
        again = look(box)
        assert (again["papers"], again["put_away"]) == (0, 0), "a person wants it back where it was"
        with server.sign_in() as person:
            person.folder.set("moved")
            assert len(person.uids()) == 1
    assert len(deliveries("moved")) == 2


def test_a_flag_expunges_nothing_and_may_be_taken_off(server: MailServer) -> None:
    with mailbox(server, "flagged", after="flag", flag="Taken") as box:
        for n in range(2):
            server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"%d" % n)]), NOON, "flagged")
        with server.sign_in() as person:
            person.folder.set("flagged")
            person.client.uid("STORE", "1", "+FLAGS", r"(\Deleted)")
            look(box)
            flags = [set(m.flags) for m in person.fetch(mark_seen=False)]
            assert all("Taken" in f for f in flags)
            assert len(flags) == 2
            person.client.uid("STORE", "2", "-FLAGS", "(Taken)")
            assert look(box).total() == 0
    assert len(deliveries("flagged")) == 2


def test_a_mail_beyond_the_limit_stays_and_a_person_is_asked(server: MailServer) -> None:
    with mailbox(server, "large", after="move", move_to="large.done") as box:
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF * 2000)]), NOON, "large")
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, "large")
        with environment(BACKOFFICE_MAX_MAIL_BYTES="100000"):
            assert look(box)["questions"] == 1
            assert look(box).total() == 0
        with server.sign_in() as person:
            person.folder.set("large")
            assert len(person.uids()) == 1
    assert questions("large") == ["mail_too_large"]
    assert b"Message-ID" in papers("large")[0]


def test_mails_of_before_the_program_may_be_left_alone(server: MailServer) -> None:
    with mailbox(server, "old", since="2026-11-20") as box:
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON - timedelta(days=30), "old")
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"2")]), NOON, "old")
        look(box)
    assert papers("old") == [PDF + b"2"]


def test_a_mail_without_any_header_is_not_passed_over(server: MailServer) -> None:
    with mailbox(server, "bare") as box:
        server.append(b"\r\njust words\r\n", NOON, "bare")
        server.append(b"", NOON, "bare")
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, "bare")
        assert look(box)["mails"] == 3
    assert len(deliveries("bare")) == 3


def test_a_bomb_kills_the_child_and_the_next_mail_is_taken(server: MailServer) -> None:
    """What cannot be opened within the limits goes to a person, whole."""
    bomb = fax_mail(FAX, [Attached("fax.pdf", PDF * 4000)])
    with mailbox(server, "bomb") as box, environment(BACKOFFICE_PAGE_MEMORY_BYTES=str(48 * 2**20)):
        server.append(bomb, NOON, "bomb")
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, "bomb")
        assert look(box)["mails"] == 2
    assert papers("bomb") == [bomb, PDF]
    assert questions("bomb") == ["mail_not_opened"]


def test_papers_of_a_mail_that_is_broken_are_taken_and_the_mail_is_shown(server: MailServer) -> None:
    whole = fax_mail(FAX, [Attached("a.pdf", PDF), Attached("b.pdf", PDF * 50)])
    cut = whole[: len(whole) - 9_000]
    partial = b"Message-ID: <p>\nContent-Type: message/partial; id=1; number=1; total=2\n\nx"
    with mailbox(server, "broken") as box:
        server.append(cut, NOON, "broken")
        server.append(partial, NOON, "broken")
        look(box)
    taken = deliveries("broken")
    assert [d.receive_status for d in taken] == ["", "첨부 파일이 손상된 채 도착함", ""]
    assert papers("broken")[0] == PDF
    assert questions("broken") == ["mail_not_opened"]


def test_nothing_of_ours_reaches_the_process_that_opens_mails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKOFFICE_KEY", "1:secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    assert "secret" not in str(opening._environment())
