"""A mailbox over IMAP, against a real dovecot: every paper once, whatever people and servers do meanwhile."""

from __future__ import annotations

import base64
import json
import socket
import threading
import traceback
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bots.doctor import mailboxes
from bots.intake.mailbox import bot, opening
from bots.intake.mailbox.look import Look, look
from bots.intake.mailbox.problems import LineBroken, Refused
from bots.sandbox.bad_line import BadLine
from bots.sandbox.fax_mail import Attached, Received, fax_mail
from bots.sandbox.mail_server import MailServer, why_not
from config.mailboxes import Mailbox
from config.settings import settings
from ocr.types import PageRead
from queues import bots, database, files, work
from queues.bots import Work
from queues.errors import BusinessError
from queues.models import Page, ReviewTask, WorkItem
from tests.bots.mailboxes import box_of, configured, deliveries, papers, questions
from tests.conftest import environment

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.usefixtures("database_url"),
]
NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FAX = Received(NOON, "02-2250-5470", "BARUN EDU", 2)
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 8 + b"\n%%EOF\n"


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@contextmanager
def mailbox(server: MailServer, name: str, **more: Any) -> Iterator[Mailbox]:
    box = box_of(server, name, **more)
    for part in box.folders:
        server.make_folder(part)
    with configured(server, box):
        yield box


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


# --- what becomes of a mail that was taken --------------------------------------------------------


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


# --- hostile mails --------------------------------------------------------------------------------


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


# --- signing in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encrypted_and_the_certificate_is_checked(server: MailServer, security: str) -> None:
    port = server.tls_port if security == "tls" else server.port
    with mailbox(server, f"e-{security}", security=security, port=port, ca_file=server.ca_file) as box:
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, box.name)
        assert look(box)["papers"] == 1
        with pytest.raises(Refused, match=r"인증서.*ca_file"):
            look(box.model_copy(update={"ca_file": None}))
        look(box.model_copy(update={"ca_file": None, "check_certificate": False}))


def test_a_server_without_starttls_gets_no_password(server: MailServer) -> None:
    """Somebody on the line takes STARTTLS out of what the server offers."""
    with _Impostor() as impostor, mailbox(server, "strip", security="starttls", port=impostor.port) as box:
        with pytest.raises(Refused, match="STARTTLS"):
            look(box)
        assert server.password.encode() not in impostor.heard
        assert b"LOGIN" not in impostor.heard


class _Impostor:
    """Says that it is an IMAP server without STARTTLS, and notes what it is told."""

    def __enter__(self) -> _Impostor:
        self.heard = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _serve(self) -> None:
        line, _ = self._listener.accept()
        with line:
            line.sendall(b"* OK ready\r\n")
            while said := line.recv(1000):
                self.heard += said
                tag = said.split(b" ")[0]
                line.sendall(b"* CAPABILITY IMAP4REV1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")


def test_a_refused_password_names_the_settings_and_never_itself(
    server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    secret = "틀린-비밀번호-1234"
    with mailbox(server, "refused") as box:
        with (
            environment(BACKOFFICE_MAIL_PASSWORDS=f'{{"refused": "{secret}"}}'),
            pytest.raises(Refused, match=r"(?s)user.*BACKOFFICE_MAIL_PASSWORDS.*password_file") as caught,
        ):
            look(box)
        with environment(BACKOFFICE_MAIL_PASSWORDS="{}"), pytest.raises(Refused, match="password_file"):
            look(box)
        gone = box.model_copy(update={"password_file": Path("/nowhere/secret")})
        with environment(BACKOFFICE_MAIL_PASSWORDS="{}"), pytest.raises(Refused, match="/nowhere/secret"):
            look(gone)
    shown = "".join(traceback.format_exception(caught.value, chain=True)) + caplog.text
    assert secret not in shown
    assert base64.b64encode(f"\0fax\0{secret}".encode()).decode() not in shown
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_a_password_may_lie_in_a_file_and_be_in_hangul(tmp_path: Path) -> None:
    file = tmp_path / "password"
    with MailServer(password='한글 비밀번호"1') as server:
        file.write_text(server.password + "\n", "utf-8")
        with mailbox(server, "file", password_file=file) as box, environment(BACKOFFICE_MAIL_PASSWORDS="{}"):
            assert look(box).total() == 0


def test_a_folder_that_is_not_there_is_no_empty_folder(server: MailServer) -> None:
    with (
        mailbox(server, "there") as box,
        pytest.raises(Refused, match="folders"),
    ):
        look(box.model_copy(update={"folders": ("없는 폴더",)}))


def test_the_doctor_signs_in_and_says_what_to_change(
    server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailboxes, "CONNECT_SECONDS", 30.0)
    file = tmp_path / "password"
    file.write_text(server.password)
    file.chmod(0o644)
    tls: dict[str, Any] = {"security": "tls", "port": server.tls_port, "ca_file": server.ca_file}
    boxes = [
        box_of(server, "seen-well", **tls),
        box_of(server, "seen-open"),
        box_of(server, "seen-file", password_file=file, **tls),
        box_of(server, "seen-lost", port=1),
        box_of(server, "seen-none", folders=("none",)),
    ]
    for box in boxes[:4]:
        server.make_folder(box.name)
    with configured(server, *boxes):
        found = {check.name.split()[1]: check for check in mailboxes.checks(settings())}
    assert {name: check.state for name, check in found.items()} == {
        "seen-well": "ok",
        "seen-open": "advice",
        "seen-file": "advice",
        "seen-lost": "advice",
        "seen-none": "missing",
    }
    assert "chmod 600" in found["seen-file"].remedy
    assert server.password not in str(found)


# --- the bots -------------------------------------------------------------------------------------


def item(name: str, **payload: Any) -> Work:
    with database.session() as session:
        row = work.add(session, name, f"test:{uuid.uuid4()}", payload=payload)
        session.commit()
        return Work(id=row.id, bot=name, reference=row.reference, payload=payload, attempt=1, tries=1)


def open_questions_of(work_item: Work) -> list[str]:
    with database.session() as session:
        query = select(ReviewTask.question).where(
            ReviewTask.item_id == work_item.id, ReviewTask.state == "open"
        )
        return list(session.exec(query).all())


def test_a_mailbox_that_is_down_holds_up_no_other(server: MailServer) -> None:
    with BadLine(server.host, server.port) as line:
        down, well = box_of(server, "down", port=line.port), box_of(server, "well")
        for box in (down, well):
            server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, box.name)
        line.go_down()
        with configured(server, down, well):
            outcome = bot.run(item("intake.mail"))
            assert outcome.counts["papers"] == 1
            assert outcome.counts["unreachable"] == 1
            assert bot.run(item("intake.mail")).idle, "the one that is down has an item of its own"
            alone = item("intake.mailbox", mailbox="down")
            with pytest.raises(LineBroken):
                bot.run_alone(alone)
            assert open_questions_of(alone) == []
            alone.tries = bot.ASK_AFTER
            for _ in range(2):
                with pytest.raises(LineBroken):
                    bot.run_alone(alone)
            assert len(open_questions_of(alone)) == 1
            line.be_well()
            assert bot.run_alone(alone).counts["papers"] == 1
            assert open_questions_of(alone) == [], "it has answered"
    with database.session() as session:
        rows = session.exec(
            select(WorkItem.reference).where(WorkItem.bot == "intake.mailbox", WorkItem.attempt == 1)
        ).all()
    assert "mailbox:down" in rows
    assert "mailbox:well" not in rows


def test_a_refusal_is_asked_about_at_once_and_tried_seldom(server: MailServer) -> None:
    """Mail servers lock an account after some wrong passwords."""
    policy = bots.registered()["intake.mailbox"].retry
    assert (policy.pause(Refused("x"), 1) or 0) >= 600
    assert (policy.pause(Refused("x"), 500) or 0) >= 3600
    pauses = [policy.pause(LineBroken("x"), n) or 0 for n in range(1, 200)]
    assert pauses[0] <= 10
    assert max(pauses) <= 300, "however long it was down, minutes after it is back its mails are taken"
    with mailbox(server, "wrong"), environment(BACKOFFICE_MAIL_PASSWORDS='{"wrong": "x"}'):
        alone = item("intake.mailbox", mailbox="wrong")
        with pytest.raises(Refused):
            bot.run_alone(alone)
        (question,) = open_questions_of(alone)
        assert "BACKOFFICE_MAIL_PASSWORDS" in question


def test_a_server_that_moves_nothing_still_has_its_mails_taken(server: MailServer) -> None:
    """The folder's name is refused; that is told once, and tried seldom, while faxes come in as ever."""
    with mailbox(server, "stuck", after="move", move_to="a..b"):
        for n in range(2):
            server.append(fax_mail(FAX, [Attached("fax.pdf", PDF + b"%d" % n)]), NOON, "stuck")
            assert bot.run(item("intake.mail")).counts["papers"] == 1
        alone = item("intake.mailbox", mailbox="stuck", about="aside")
        with pytest.raises(Refused, match="move_to"):
            bot.run_alone(alone)
        assert len(open_questions_of(alone)) == 1
    with database.session() as session:
        query = select(WorkItem.reference).where(WorkItem.bot == "intake.mailbox")
        assert list(session.exec(query)).count("mailbox:stuck:aside") == 1
    assert len(deliveries("stuck")) == 2


def test_a_mail_that_somebody_deleted_in_the_last_moment_is_told(server: MailServer) -> None:
    with BadLine(server.host, server.port) as line, mailbox(server, "deleted", port=line.port):
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF * 1000)]), NOON, "deleted")
        server.append(fax_mail(FAX, [Attached("fax.pdf", PDF)]), NOON, "deleted")
        line.cut_after(50_000)
        assert bot.run(item("intake.mail")).counts["unreachable"] == 1
        with server.sign_in() as person:
            person.folder.set("deleted")
            person.delete(["1"])
        with pytest.raises(BusinessError, match="1통"):
            bot.run_alone(item("intake.mailbox", mailbox="deleted"))
        assert bot.run_alone(item("intake.mailbox", mailbox="deleted")).idle
    assert papers("deleted") == [PDF]
